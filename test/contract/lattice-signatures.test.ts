import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createLatticeApi } from '../../src/local/api/api.ts';
import { createCredentials } from '../../src/local/api/credentials.ts';
import type { AccessKey } from '../../src/local/api/credentials.ts';
import { createRegion } from '../../src/local/region.ts';
import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { signedCall } from './signed.ts';
import type { Signer, Unsigned } from './signed.ts';
import { quiet, regionName, standingClock } from './world.ts';
import type { StandingClock } from './world.ts';

const start = Date.UTC(2026, 0, 1);
const create = { method: 'POST', target: '/services', body: '{"name":"shop"}' } as const;
const alice: AccessKey = {
  accessKeyId: 'AKIAALICE',
  secretAccessKey: 'of-alice',
  account: '111111111111',
  user: 'team/alice',
};

suite('the API believes only what is signed', () => {
  test('a call signed with the key it names is answered for the account of that key', async () => {
    const { send } = world();
    const reply = await send(create, { accessKeyId: 'AKIAALICE', secretAccessKey: 'of-alice' });
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
      const { send } = world();
      const reply = await send(call, { accessKeyId: 'KEY', ...signer });
      assert.deepEqual([reply.status, reply.type], [403, type]);
    });
  }

  test('a signature does not carry over to another body, path, query, method or header', async () => {
    const { wire } = world();
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

  test('a signature that is ignored still says account, region and service', async () => {
    const { send } = world({ signatures: 'ignored' });
    const reply = await send(create, { accessKeyId: '333333333333', secretAccessKey: 'whatever', now: 0 });
    assert.match(reply.text, /:333333333333:service/);
    const elsewhere = await send(create, { accessKeyId: 'KEY', region: 'eu-west-1' });
    assert.equal(elsewhere.type, 'InvalidSignatureException');
  });
});

suite('STS', () => {
  const role = 'arn:aws:iam::222222222222:role/path/deployer';
  const asAlice = { accessKeyId: 'AKIAALICE', secretAccessKey: 'of-alice' } as const;

  test('names who calls', async () => {
    const { sts } = world();
    const { text } = await sts('Action=GetCallerIdentity', asAlice);
    assert.match(text, /<Arn>arn:aws:iam::111111111111:user\/team\/alice<\/Arn>/);
    assert.match(text, /<Account>111111111111<\/Account>/);
  });

  test('gives keys of a role, which act in the account of the role until they expire', async () => {
    const { sts, send, clock } = world();
    const assumed = await sts(
      `Action=AssumeRole&RoleArn=${encodeURIComponent(role)}&RoleSessionName=ci&DurationSeconds=900`,
      asAlice,
    );
    assert.equal(assumed.status, 200, assumed.text);
    assert.match(assumed.text, /<Arn>arn:aws:sts::222222222222:assumed-role\/deployer\/ci<\/Arn>/);
    assert.match(assumed.text, /<Expiration>2026-01-01T00:15:00Z<\/Expiration>/);
    const keys = keysIn(assumed.text);
    assert.match((await send(create, keys)).text, /:222222222222:service/);
    const { sessionToken: _, ...withoutToken } = keys;
    assert.equal((await send(create, withoutToken)).type, 'UnrecognizedClientException');
    await clock.advance(901_000);
    const late = await send(create, { ...keys, now: clock.now() });
    assert.deepEqual([late.status, late.type], [403, 'ExpiredTokenException']);
    const gone = await sts('Action=GetCallerIdentity', { ...keys, now: clock.now() });
    assert.match(gone.text, /<Code>ExpiredToken<\/Code>/);
  });

  test('gives keys for a token of a provider, without any signature', async () => {
    const { wire, send } = world();
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
      const { sts } = world();
      const reply = await sts(form, asAlice);
      assert.equal(reply.status, status);
      assert.match(reply.text, new RegExp(`<Type>Sender</Type><Code>${code}</Code>`));
    });
  }

  test('refuses what is signed wrongly, or not at all, in its own words', async () => {
    const { sts, wire } = world();
    const wrong = await sts('Action=GetCallerIdentity', { accessKeyId: 'KEY', secretAccessKey: 'guessed' });
    assert.deepEqual([wrong.status, /<Code>(\w+)</.exec(wrong.text)?.[1]], [403, 'SignatureDoesNotMatch']);
    const bare = await raw(wire, formCall('Action=GetCallerIdentity'));
    assert.deepEqual([bare.status, /<Code>(\w+)</.exec(bare.text)?.[1]], [403, 'MissingAuthenticationToken']);
  });
});

function world({ signatures = 'verified' }: { readonly signatures?: 'verified' | 'ignored' } = {}) {
  const clock: StandingClock = standingClock();
  const ports = { clock, random: seededRandom(1), log: quiet };
  const region = createRegion({ region: regionName, ...ports });
  const credentials = createCredentials({
    keys: [alice],
    defaultAccount: '000000000000',
    now: () => clock.now(),
  });
  const wire = createLatticeApi([region], { ...ports, credentials, signatures });
  const send = async (call: Unsigned, signer: Signer): Promise<RawReply> =>
    raw(wire, { ...call, headers: signedCall(call, signer) });
  const sts = async (form: string, signer: Signer): Promise<RawReply> => {
    const call = formCall(form);
    return raw(wire, {
      ...call,
      headers: signedCall(call, { service: 'sts', region: 'us-east-1', ...signer }),
    });
  };
  return { clock, wire, send, sts };
}

function formCall(body: string): Unsigned {
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return { method: 'POST', target: '/', body, headers };
}

interface RawReply {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

async function raw(wire: Wire, { body = '', headers = {}, ...call }: Unsigned): Promise<RawReply> {
  const request = { ...call, headers, body: Buffer.from(body) };
  const response = await wire(request, new AbortController().signal);
  const text = Buffer.from(await bytesOf(response.body)).toString('utf8');
  return { status: response.status, type: response.headers['x-amzn-errortype'], text };
}

function keysIn(text: string): Signer & { readonly sessionToken: string } {
  const of = (name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(text)?.[1] ?? '';
  return {
    accessKeyId: of('AccessKeyId'),
    secretAccessKey: of('SecretAccessKey'),
    sessionToken: of('SessionToken'),
  };
}

function jwt(claims: object): string {
  return `${jwtPart({ alg: 'RS256' })}.${jwtPart(claims)}.c2ln`;
}

function jwtPart(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}
