import { parseBasic } from '../../src/local/auth/instant.ts';
import type { Principal } from '../../src/local/auth/credential.ts';
import type { Access } from '../../src/local/auth/policy/access.ts';
import { compilePolicy } from '../../src/local/auth/policy/compile.ts';
import type { Evaluate } from '../../src/local/auth/policy/compile.ts';
import type { Policy } from '../../src/local/auth/policy/document.ts';
import { parsePolicy } from '../../src/local/auth/policy/parse.ts';
import type { PolicyKind } from '../../src/local/auth/policy/parse.ts';
import { headersOf, splitTarget } from '../../src/local/auth/signature/request-head.ts';

const account = '111122223333';
const organization = { id: 'o-a1b2c3d4e5', path: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/' };

/** Who calls in the tables of decisions. */
export const callers = {
  anonymous: { kind: 'anonymous' },
  root: { kind: 'root', account, arn: `arn:aws:iam::${account}:root`, userId: account, tags: {} },
  ann: {
    kind: 'user',
    name: 'ann',
    account,
    arn: `arn:aws:iam::${account}:user/ann`,
    userId: 'AIDAANN',
    tags: { team: 'rates', star: '*' },
    organization,
  },
  bob: {
    kind: 'user',
    name: 'bob',
    account: '444455556666',
    arn: 'arn:aws:iam::444455556666:user/bob',
    userId: 'AIDABOB',
    tags: {},
  },
  session: {
    kind: 'assumedRole',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/web/i-1`,
    roleArn: `arn:aws:iam::${account}:role/app/web`,
    userId: 'AROAWEB:i-1',
    tags: {},
    organization,
    federatedBy: `arn:aws:iam::${account}:oidc-provider/oidc.example.com`,
  },
  federated: {
    kind: 'federatedUser',
    account,
    arn: `arn:aws:sts::${account}:federated-user/fay`,
    userId: `${account}:fay`,
    tags: {},
  },
} as const satisfies Readonly<Record<string, Principal>>;

export type CallerName = keyof typeof callers;

export function callerNamed(name: unknown): CallerName {
  if (typeof name === 'string' && isCaller(name)) return name;
  throw new Error(`${String(name)} is no caller`);
}

function isCaller(name: string): name is CallerName {
  return Object.hasOwn(callers, name);
}

/** `usual` for the usual request, `METHOD TARGET` for another, `CONNECT` for a TCP connection, `PLAIN` for one without TLS. */
export function accessOf(
  caller: CallerName,
  request = 'usual',
  headers: readonly (readonly [string, string])[] = [],
): Access {
  const [method = '', target = ''] = /^(?:usual|PLAIN)$/.test(request)
    ? ['GET', '/rates/daily?currency=EUR']
    : request.split(' ');
  const lines = [
    ['host', 'rates-1a2b.on.aws'],
    ['user-agent', 'curl/8'],
    ['x-team', 'blue'],
    ['x-many', 'one'],
    ['x-many', 'two'],
  ] as const;
  const head = { method, ...splitTarget(target), headers: headersOf([...lines, ...headers]) };
  return {
    principal: callers[caller],
    ...(caller === 'session'
      ? { session: { 'aws:SourceIdentity': ['carol'], 'aws:MultiFactorAuthPresent': ['true'] } }
      : {}),
    service: {
      arn: `arn:aws:vpc-lattice:us-west-2:${account}:service/svc-0fedcba9876543210`,
      account,
      tags: { stage: 'prod' },
    },
    networkArn: `arn:aws:vpc-lattice:us-west-2:${account}:servicenetwork/sn-0123456789abcdef0`,
    source: { address: '10.1.2.3', vpc: 'vpc-0a1b2c3d', vpcOwner: '222233334444' },
    port: 443,
    isSecure: request !== 'PLAIN',
    now: parseBasic('20261121T120000Z') ?? 0,
    ...(request === 'CONNECT' ? {} : { head }),
  };
}

/** A policy of one statement, of which what is left out is `*` and Allow. */
export function policyWith(
  statement: Readonly<Record<string, unknown>>,
  version = '2012-10-17',
): { readonly Version: string; readonly Statement: object } {
  const defaults = {
    Effect: 'Allow',
    ...('NotPrincipal' in statement ? {} : { Principal: '*' }),
    ...('NotAction' in statement ? {} : { Action: '*' }),
    ...('NotResource' in statement ? {} : { Resource: '*' }),
  };
  return { Version: version, Statement: { ...defaults, ...statement } };
}

export function parsed(document: object, kind: PolicyKind = 'auth'): Policy {
  const policy = parsePolicy(JSON.stringify(document), kind);
  if ('problems' in policy)
    throw new Error(`${JSON.stringify(document)}: ${JSON.stringify(policy.problems)}`);
  return policy;
}

export function compiled(document: object): Evaluate {
  return compilePolicy(parsed(document));
}
