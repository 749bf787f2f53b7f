import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessOf, compiled, parsed, policyWith } from '../../../test/auth/callers.ts';
import {
  credentialFor,
  find,
  longTerm,
  signedAt,
  systemPrimitives,
  withHeader,
} from '../../../test/auth/signed-requests.ts';
import { createAuthorizer } from './authorize.ts';
import type { Arrival } from './authorize.ts';
import type { Guards } from './decide.ts';
import { compileIdentity } from './identity.ts';
import { headersOf, splitTarget } from './signature/request-head.ts';
import { createVerifier } from './signature/verify.ts';

const open = compileIdentity(
  {
    policies: [
      parsed(
        { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
        'identity',
      ),
    ],
    serviceControl: [],
  },
  'user',
);
const authorize = createAuthorizer({
  authenticate: createVerifier({
    primitives: systemPrimitives,
    credentials: { find: () => longTerm },
    region: 'us-west-2',
  }),
  identityOf: () => open,
});

const service = 'arn:aws:vpc-lattice:us-west-2:111122223333:service/svc-0fedcba9876543210';
const everybody = { evaluate: compiled(policyWith({})) };
const nobody = { evaluate: compiled(policyWith({ Resource: '*/nothing-of-this-name' })) };
const notAnn = {
  evaluate: compiled(policyWith({ Effect: 'Deny', Principal: { AWS: longTerm.principal.arn } })),
};
const noGet = {
  evaluate: compiled(
    policyWith({ Effect: 'Deny', Condition: { StringEquals: { 'vpc-lattice-svcs:RequestMethod': 'GET' } } }),
  ),
};

const signed = find('botocore', 'plain path');

function arrival(request = signed): Arrival {
  const { service, source, port, isSecure } = accessOf('ann');
  const headers = headersOf(request.headers.map(([name = '', value = '']) => [name, value]));
  const head = { method: request.method, ...splitTarget(request.target), headers };
  return { service, source, port, isSecure, now: signedAt, head };
}

const unsigned = arrival({ ...signed, headers: [['host', 'x']] });

function bodyOf(guards: Guards, request = arrival()): string {
  const { allowed, body } = authorize(request, guards);
  assert.equal(allowed, body === '');
  return body;
}

test('a signed caller whom all allow is let in and named', () => {
  const { allowed, log } = authorize(arrival(), { network: everybody, service: everybody });
  assert.deepEqual(
    { allowed, ...log },
    { allowed: true, resolvedUser: longTerm.principal.arn, authDeniedReason: null, caller: longTerm },
  );
});

test('with both auth types NONE nobody is looked at, bad signatures included', () => {
  const bad = arrival(withHeader(signed, 'x-amz-date', '20200101T000000Z'));
  assert.deepEqual(authorize(bad, {}), {
    allowed: true,
    body: '',
    log: { resolvedUser: null, authDeniedReason: null, caller: null },
  });
});

test('a refused signature is refused though anonymous callers would be let in', () => {
  const { allowed, body, log } = authorize(arrival(withHeader(signed, 'x-amz-date', '20261121T120001Z')), {
    service: everybody,
  });
  assert.equal(allowed, false);
  assert.match(body, /^InvalidSignatureException: The request signature we calculated does not match/);
  assert.deepEqual(log, { resolvedUser: 'Unknown', authDeniedReason: null, caller: null });
});

test('the texts of denials are those observed at Lattice', () => {
  const ann = start(longTerm.principal.arn);
  const because = 'policy allows the vpc-lattice-svcs:Invoke action';
  assert.equal(bodyOf({ service: nobody }), `${ann} because no service-based ${because}`);
  assert.equal(bodyOf({ network: nobody, service: everybody }), `${ann} because no network-based ${because}`);
  assert.equal(bodyOf({ service: noGet }), `${ann} with an explicit deny in a service-based policy`);
  assert.equal(
    bodyOf({ network: notAnn, service: everybody }),
    `${ann} with an explicit deny in a network-based policy`,
  );
  assert.equal(
    bodyOf({ service: {} }, unsigned),
    `${start('anonymous')} because no service-based ${because}`,
  );
  assert.equal(bodyOf({ service: everybody }, unsigned), '');
});

test('what an identity policy refuses is said in its own words', () => {
  const closed = createAuthorizer({
    authenticate: () => ({ kind: 'authenticated', credential: longTerm }),
    identityOf: () => compileIdentity({ policies: [], serviceControl: [] }, 'user'),
  });
  const { body, log } = closed(arrival(), { service: everybody });
  assert.match(body, /because no identity-based policy allows the vpc-lattice-svcs:Invoke action$/);
  assert.equal(log.authDeniedReason, 'Identity');
});

test('a connection without HTTP is anonymous and asks for Connect on the service itself', () => {
  const { head, ...connection } = arrival();
  assert.ok(head);
  const { body, log } = authorize(connection, { service: nobody });
  assert.equal(
    body,
    `AccessDeniedException: User: anonymous is not authorized to perform: vpc-lattice-svcs:Connect on resource: ${service} because no service-based policy allows the vpc-lattice-svcs:Connect action`,
  );
  assert.deepEqual(log, { resolvedUser: 'Anonymous', authDeniedReason: 'Service', caller: null });
});

test('the query is no part of the resource that is named', () => {
  const request = find('botocore', 'escaped query');
  assert.equal(credentialFor(request), longTerm);
  assert.match(bodyOf({ service: nobody }, arrival(request)), /svc-0fedcba9876543210\/ because/);
});

function start(user: string): string {
  return `AccessDeniedException: User: ${user} is not authorized to perform: vpc-lattice-svcs:Invoke on resource: ${service}/rates/daily`;
}
