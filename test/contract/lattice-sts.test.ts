import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { asAlice, formCall, keysIn, raw, signedWorld, start } from './signed-world.ts';

const create = { method: 'POST', target: '/services', body: '{"name":"shop"}' } as const;

suite('STS', () => {
  const role = 'arn:aws:iam::222222222222:role/path/deployer';

  test('names who calls', async () => {
    const { sts } = signedWorld();
    const { text } = await sts('Action=GetCallerIdentity', asAlice);
    assert.match(text, /<Arn>arn:aws:iam::111111111111:user\/team\/alice<\/Arn>/);
    assert.match(text, /<Account>111111111111<\/Account>/);
  });

  test('gives keys of a role, which act in the account of the role until they expire', async () => {
    const { sts, send, clock } = signedWorld();
    const assumed = await sts(
      `Action=AssumeRole&RoleArn=${encodeURIComponent(role)}&RoleSessionName=ci&DurationSeconds=900`,
      asAlice,
    );
    assert.equal(assumed.status, 200, assumed.text);
    assert.match(assumed.text, /<Arn>arn:aws:sts::222222222222:assumed-role\/deployer\/ci<\/Arn>/);
    assert.match(assumed.text, /<Expiration>2026-01-01T00:15:00Z<\/Expiration>/);
    const keys = keysIn(assumed.text);
    assert.match((await send(create, keys)).text, /:222222222222:service/);
    const identity = await sts('Action=GetCallerIdentity', keys);
    assert.match(identity.text, /<Arn>arn:aws:sts::222222222222:assumed-role\/deployer\/ci<\/Arn>/);
    assert.match(identity.text, /<UserId>AROA[0-9A-F]{17}:ci<\/UserId>/);
    const { sessionToken: _, ...withoutToken } = keys;
    assert.equal((await send(create, withoutToken)).type, 'UnrecognizedClientException');
    await clock.advance(901_000);
    const late = await send(create, { ...keys, now: clock.now() });
    assert.deepEqual([late.status, late.type], [403, 'ExpiredTokenException']);
    const gone = await sts('Action=GetCallerIdentity', { ...keys, now: clock.now() });
    assert.match(gone.text, /<Code>ExpiredToken<\/Code>/);
  });

  test('gives keys for a token of a provider, without any signature', async () => {
    const { wire, send } = signedWorld();
    const token = jwt({
      iss: 'https://oidc.test/id/1',
      sub: 'system:serviceaccount:a:b',
      aud: 'sts',
      exp: start / 1_000 + 60,
    });
    const form = `Action=AssumeRoleWithWebIdentity&RoleArn=${encodeURIComponent(role)}&RoleSessionName=pod&WebIdentityToken=${token}`;
    const reply = await raw(wire, formCall(form));
    assert.equal(reply.status, 200, reply.text);
    assert.match(reply.text, /<SubjectFromWebIdentityToken>system:serviceaccount:a:b</);
    assert.equal((await send(create, keysIn(reply.text))).status, 201);
  });

  for (const [what, form, code, status] of [
    ['no operation of ours', 'Action=GetFederationToken', 'InvalidAction', 400],
    ['a role that is none', 'Action=AssumeRole&RoleArn=role&RoleSessionName=ci', 'ValidationError', 400],
    [
      'a session name with a space',
      `Action=AssumeRole&RoleArn=${encodeURIComponent(role)}&RoleSessionName=c+i`,
      'ValidationError',
      400,
    ],
    [
      'five minutes',
      `Action=AssumeRole&RoleArn=${encodeURIComponent(role)}&RoleSessionName=ci&DurationSeconds=300`,
      'ValidationError',
      400,
    ],
    [
      'a token that is none',
      `Action=AssumeRoleWithWebIdentity&RoleArn=${encodeURIComponent(role)}&RoleSessionName=ci&WebIdentityToken=x`,
      'InvalidIdentityToken',
      400,
    ],
    [
      'a token of yesterday',
      `Action=AssumeRoleWithWebIdentity&RoleArn=${encodeURIComponent(role)}&RoleSessionName=ci&WebIdentityToken=${jwt({ iss: 'https://a', sub: 'b', aud: 'c', exp: start / 1_000 - 1 })}`,
      'ExpiredTokenException',
      400,
    ],
  ] as const) {
    test(`refuses ${what}`, async () => {
      const { sts } = signedWorld();
      const reply = await sts(form, asAlice);
      assert.equal(reply.status, status);
      assert.match(reply.text, new RegExp(`<Type>Sender</Type><Code>${code}</Code>`));
    });
  }

  test('refuses what is signed wrongly, or not at all, in its own words', async () => {
    const { sts, wire } = signedWorld();
    const wrong = await sts('Action=GetCallerIdentity', { accessKeyId: 'KEY', secretAccessKey: 'guessed' });
    assert.deepEqual([wrong.status, /<Code>(\w+)</.exec(wrong.text)?.[1]], [403, 'SignatureDoesNotMatch']);
    const bare = await raw(wire, formCall('Action=GetCallerIdentity'));
    assert.deepEqual([bare.status, /<Code>(\w+)</.exec(bare.text)?.[1]], [403, 'MissingAuthenticationToken']);
  });
});

function jwt(claims: object): string {
  return `${jwtPart({ alg: 'RS256' })}.${jwtPart(claims)}.c2ln`;
}

function jwtPart(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}
