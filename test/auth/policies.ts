import * as fc from 'fast-check';
import { accessOf, callerNamed, callers } from './callers.ts';
import type { Access } from '../../src/local/auth/policy/access.ts';
import type { Document, RawPrincipal, RawStatement } from './naive-policy.ts';

/** Generated policies and requests, from few words so that they often meet. */
const texts = fc.constantFrom(
  'ann',
  'bob',
  'a*',
  '*',
  '?nn',
  'a?n',
  '*n*',
  'Ann',
  '',
  '${aws:username}',
  '${aws:PrincipalTag/star}',
  '${*}',
  'rates',
  '${aws:PrincipalTag/team}x*',
  '**n',
);
const numbers = fc.constantFrom('443', '80', '443.0', '-1', '0.5');
const dates = fc.constantFrom(
  '2026-11-21T12:00:00Z',
  '2026-11-21',
  '2027-01-01T00:00:00+02:00',
  '2026-11-21T13:00:00+01:00',
);
const blocks = fc.constantFrom(
  '10.0.0.0/8',
  '10.1.2.3',
  '192.0.2.0/24',
  '0.0.0.0/0',
  '2001:db8::/32',
  '10.1.2.0/31',
);
const arns = fc.constantFrom(
  '*',
  'arn:aws:iam::111122223333:user/ann',
  'arn:aws:iam::*:user/*',
  'arn:aws:iam::${aws:PrincipalAccount}:role/*',
  'arn:aws:vpc-lattice:*:*:service/svc-*',
  'arn:aws:*',
  'arn:aws:iam::111122223333:*/a??',
);

const families = [
  {
    names: [
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
      'StringLike',
      'StringNotLike',
    ],
    values: texts,
  },
  {
    names: [
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
    values: numbers,
  },
  {
    names: [
      'DateEquals',
      'DateNotEquals',
      'DateLessThan',
      'DateLessThanEquals',
      'DateGreaterThan',
      'DateGreaterThanEquals',
    ],
    values: dates,
  },
  { names: ['IpAddress', 'NotIpAddress'], values: blocks },
  { names: ['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike'], values: arns },
  { names: ['Bool'], values: fc.constantFrom('true', 'false') },
];

const keys = fc.constantFrom(
  'vpc-lattice-svcs:RequestHeader/x-v',
  'vpc-lattice-svcs:RequestHeader/x-v',
  'vpc-lattice-svcs:Port',
  'vpc-lattice-svcs:RequestPath',
  'vpc-lattice-svcs:ServiceArn',
  'aws:username',
  'aws:UserName',
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalTag/team',
  'aws:SourceIp',
  'aws:CurrentTime',
  'aws:SecureTransport',
  'aws:NoSuchKey',
);

const prefixes = fc.constantFrom('', '', '', 'ForAnyValue:', 'ForAllValues:');

const conditions = fc.oneof(
  ...families.map(({ names, values }) =>
    fc
      .tuple(
        prefixes,
        fc.constantFrom(...names),
        fc.constantFrom('', '', 'IfExists'),
        keys,
        fc.array(values, { maxLength: 3 }),
      )
      .map(
        ([prefix, name, suffix, key, wanted]) => [`${prefix}${name}${suffix}`, { [key]: wanted }] as const,
      ),
  ),
  fc
    .tuple(keys, fc.constantFrom('true', 'false'))
    .map(([key, wanted]) => ['Null', { [key]: [wanted] }] as const),
);

const names = Object.values(callers).flatMap((caller) =>
  caller.kind === 'anonymous'
    ? []
    : [caller.account, caller.arn, ...(caller.kind === 'assumedRole' ? [caller.roleArn] : [])],
);

const principals: fc.Arbitrary<RawPrincipal> = fc.oneof(
  fc.constant('*' as const),
  fc.uniqueArray(fc.constantFrom('*', ...names), { minLength: 1, maxLength: 5 }).map((AWS) => ({ AWS })),
);

const listOf = (...values: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const actions = listOf(
  '*',
  'vpc-lattice-svcs:Invoke',
  'vpc-lattice-svcs:Connect',
  'vpc-lattice-svcs:invo*',
  'vpc-lattice-svcs:?onnect',
);
const resources = listOf(
  '*',
  '*/rates/*',
  '*/${aws:username}',
  'arn:aws:vpc-lattice:*:111122223333:service/svc-*',
  '*/ann',
  '*/rates/dail?',
  '*9876543210',
);

/** A statement of the given effect; conditions make it apply less often. */
export function statements(effect: 'Allow' | 'Deny'): fc.Arbitrary<RawStatement> {
  const principal = principals.map((Principal) => ({ Principal }));
  return fc
    .tuple(
      effect === 'Deny'
        ? fc.oneof(
            principal,
            principals.map((NotPrincipal) => ({ NotPrincipal })),
          )
        : principal,
      fc.oneof(
        actions.map((Action) => ({ Action })),
        actions.map((NotAction) => ({ NotAction })),
      ),
      fc.oneof(
        resources.map((Resource) => ({ Resource })),
        resources.map((NotResource) => ({ NotResource })),
      ),
      fc.array(conditions, { maxLength: 2 }).map((each) => ({ Condition: Object.fromEntries(each) })),
    )
    .map((elements) => Object.assign({ Effect: effect }, ...elements));
}

export const documents: fc.Arbitrary<Document> = fc.record({
  Version: fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17'),
  Statement: fc.array(fc.oneof(statements('Allow'), statements('Allow'), statements('Deny')), {
    minLength: 1,
    maxLength: 4,
  }),
});

const given = fc.oneof(
  texts,
  numbers,
  dates,
  fc.constantFrom('10.1.2.3', '192.0.2.9', '2001:db8::1', 'true'),
  arns,
);

export const accesses: fc.Arbitrary<Access> = fc
  .tuple(
    fc.constantFrom(...Object.keys(callers)),
    fc.constantFrom('usual', 'CONNECT', 'GET /ann', 'POST /rates/daily', 'GET /${aws:username}'),
    fc.array(given, { maxLength: 3 }),
  )
  .map(([caller, request, values]) =>
    accessOf(
      callerNamed(caller),
      request,
      values.map((value) => ['x-v', value]),
    ),
  );
