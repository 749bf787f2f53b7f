import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { asAlice, raw, signedWorld, start } from './signed-world.ts';
import { signedCall } from './signed.ts';
import type { Unsigned } from './signed.ts';

const create = { method: 'POST', target: '/services', body: '{"name":"shop"}' } as const;

suite('the API believes only what is signed', () => {
  test('a call signed with the key it names is answered for the account of that key', async () => {
    const { send } = signedWorld();
    const reply = await send(create, asAlice);
    assert.equal(reply.status, 201);
    assert.match(reply.text, /arn:aws:vpc-lattice:us-west-2:111111111111:service/);
    assert.equal((await send(create, { accessKeyId: '222222222222' })).status, 201);
  });

  for (const [what, call, signer, type] of [
    ['another secret', create, { secretAccessKey: 'guessed' }, 'InvalidSignatureException'],
    ['a session token that no key has', create, { sessionToken: 'x' }, 'UnrecognizedClientException'],
    [
      'a temporary key that was never given',
      create,
      { accessKeyId: 'ASIAUNKNOWN', sessionToken: 'x' },
      'UnrecognizedClientException',
    ],
    ['the time of six minutes ago', create, { now: start - 360_000 }, 'InvalidSignatureException'],
    ['the time in six minutes', create, { now: start + 360_000 }, 'InvalidSignatureException'],
    ['the scope of a service that is not here', create, { service: 's3' }, 'InvalidSignatureException'],
  ] as const) {
    test(`a call signed with ${what} is refused with ${type}`, async () => {
      const { send } = signedWorld();
      const reply = await send(call, { accessKeyId: 'KEY', ...signer });
      assert.deepEqual([reply.status, reply.type], [403, type]);
    });
  }

  test('a signature does not carry over to another body, path, query, method or header', async () => {
    const { wire } = signedWorld();
    const headers = { ...signedCall(create, { accessKeyId: 'KEY' }), 'x-other': 'is not signed' };
    const others: readonly (Unsigned & { readonly with?: Readonly<Record<string, string>> })[] = [
      { ...create, body: '{"name":"mine"}' },
      { ...create, target: '/servicenetworks' },
      { ...create, target: '/services?maxResults=1' },
      { ...create, method: 'GET' },
      { ...create, with: { host: 'other.test' } },
      { ...create, with: { 'x-amz-meta': 'unsigned headers of this kind change what is asked' } },
      { ...create, with: { 'x-amz-content-sha256': '00' } },
    ];
    for (const { with: more = {}, ...call } of others) {
      const reply = await raw(wire, { ...call, headers: { ...headers, ...more } });
      assert.deepEqual([reply.status, reply.type], [403, 'InvalidSignatureException'], JSON.stringify(call));
    }
    assert.equal((await raw(wire, { ...create, headers })).status, 201);
  });

  test('a signature is good again and again for five minutes, as at AWS, and not any longer', async () => {
    const { wire, clock } = signedWorld();
    const headers = signedCall(create, { accessKeyId: 'KEY' });
    const again = async (): Promise<number> => (await raw(wire, { ...create, headers })).status;
    assert.deepEqual([await again(), await again()], [201, 409]);
    await clock.advance(299_000);
    assert.equal(await again(), 409);
    await clock.advance(2_000);
    const late = await raw(wire, { ...create, headers });
    assert.deepEqual([late.status, late.type], [403, 'InvalidSignatureException']);
    assert.match(late.text, /Signature expired/);
  });

  test('a signature that is ignored still says account, region and service', async () => {
    const { send } = signedWorld({ signatures: 'ignored' });
    const reply = await send(create, { accessKeyId: '333333333333', secretAccessKey: 'whatever', now: 0 });
    assert.match(reply.text, /:333333333333:service/);
    const elsewhere = await send(create, { accessKeyId: 'KEY', region: 'eu-west-1' });
    assert.equal(elsewhere.type, 'InvalidSignatureException');
  });
});
