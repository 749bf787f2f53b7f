import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { checkRequest, checkResponseOf } from '../../../../test/auth/check-client.ts';
import { readCheckRequest, readConnectRequest } from './check-request.ts';
import type { Credential } from '../../auth/credential.ts';
import { defaultCredential } from '../../auth/default-credential.ts';
import { createResponder } from './check-response.ts';

const text = fc
  .string({ unit: 'binary', maxLength: 300 })
  .map((each) => each.replaceAll(/\p{Surrogate}/gu, ''));
const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).filter((name) => name !== 'host');

test('questions of the general encoder are read back, whatever their headers', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(names, text), { maxLength: 30 }),
      text,
      text,
      fc.ipV6(),
      (lines, path, query, address) => {
        const target = `/${path.replaceAll('?', '')}?${query}`;
        const pseudo = [
          [':authority', 'Rates.local:80'],
          [':path', target],
          [':method', 'PUT'],
          [':scheme', 'http'],
          ['x-trellis-scope', 'snva-1/80/Rates.local:80'],
        ];
        const question = readCheckRequest(
          checkRequest([...pseudo, ...lines], {
            sourceAddress: address,
            contextExtensions: { other: 'x', service: 'svc-1' },
          }),
        );
        assert.ok(question.head);
        assert.equal(`${question.head.path}?${question.head.query}`, target);
        assert.equal(question.head.method, 'PUT');
        assert.equal(question.sourceAddress, address);
        assert.equal(question.serviceId, 'svc-1');
        assert.equal(question.scope, 'snva-1/80/rates.local');
        const expected = new Map(
          Object.entries(Object.groupBy(lines, ([name]) => name)).map(([name, group = []]) => [
            name,
            group.map(([, value]) => value),
          ]),
        );
        assert.deepEqual(question.head.headers, expected.set('host', ['Rates.local:80']));
      },
    ),
  );
});

test('bytes that are no question never pass for one', () => {
  const whole = checkRequest([
    [':authority', 'a'],
    [':path', '/'],
    [':method', 'GET'],
    ['x-trellis-scope', 'snva-1/80/a'],
  ]);
  for (let end = 0; end < whole.length; end++) assert.throws(() => readCheckRequest(whole.subarray(0, end)));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.throws(() => readCheckRequest(Buffer.from(bytes)));
    }),
  );
});

test('a header that must be there once and comes twice makes no question', () => {
  const pseudo = [
    [':authority', 'a'],
    [':path', '/'],
    [':method', 'GET'],
    ['x-trellis-scope', 'snva-1/80/a'],
  ];
  assert.throws(() => readCheckRequest(checkRequest([...pseudo, ['x-trellis-scope', 'snva-2/80/a']])));
});

test('answers are read by the general decoder, with all that logs want', () => {
  const response = checkResponseOf(
    createResponder()({
      allowed: false,
      body: 'é'.repeat(200),
      log: { resolvedUser: 'Unknown', authDeniedReason: null, caller: null },
    }),
  );
  assert.equal(response.status?.code, 7);
  assert.equal(
    response.httpResponse.case === 'deniedResponse' && response.httpResponse.value.body,
    'é'.repeat(200),
  );
  assert.deepEqual(response.dynamicMetadata, { resolvedUser: 'Unknown' });
});

test('whoever is let in is told of as who he is, each time he comes, and his refusal is another answer', () => {
  const respond = createResponder();
  const [ann, bob] = ['111122223333', '444455556666'].map((account) =>
    defaultCredential(account, { account, secretAccessKey: 'local' }),
  );
  const said = (caller: Credential | undefined, allowed: boolean): unknown => {
    assert.ok(caller);
    const { arn } = caller.principal;
    const authDeniedReason = allowed ? null : 'Service';
    const log = { resolvedUser: arn, authDeniedReason, caller } as const;
    const { dynamicMetadata, status } = checkResponseOf(respond({ allowed, body: 'no', log }));
    assert.equal(dynamicMetadata?.['callerPrincipal'], arn);
    return [status?.code ?? 0, dynamicMetadata['authDeniedReason']];
  };
  for (const caller of [ann, bob, ann]) {
    assert.deepEqual(said(caller, true), [0, undefined]);
    assert.deepEqual(said(caller, false), [7, 'Service']);
  }
});

test('a question about a connection has its source from the message and the rest from beside it', () => {
  const beside = { scope: 'snva-1/443/db.local', serviceId: 'svc-1' };
  const question = readConnectRequest(checkRequest([], { sourceAddress: '10.1.2.3' }), beside);
  assert.deepEqual(question, { sourceAddress: '10.1.2.3', ...beside });
});
