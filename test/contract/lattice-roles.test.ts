import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { suite, test } from 'node:test';
import { fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers';
import { parsePolicy } from '../../src/local/auth/policy/parse.ts';
import { readProvider } from '../../src/local/neighbours/sts/identity-provider.ts';
import type { Roles } from '../../src/local/neighbours/sts/role-trust.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { serveHttp } from '../../src/ports/system/http-server.ts';
import { asAlice, formCall, raw, signedWorld, start } from './signed-world.ts';
import { latticeWorld, quiet, regionName } from './world.ts';

const role = 'arn:aws:iam::222222222222:role/deployer';
const issuer = 'https://oidc.test/id/1';
const provider = `arn:aws:iam::222222222222:oidc-provider/oidc.test/id/1`;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const claims = { iss: issuer, sub: 'system:serviceaccount:shop:api', aud: 'sts.amazonaws.com' } as const;
const valid = { ...claims, exp: start / 1_000 + 60 };

suite('a role is assumed by whomever it trusts', () => {
  const alice = 'arn:aws:iam::111111111111:user/team/alice';
  const action = 'sts:AssumeRole';
  const external = { StringEquals: { 'sts:ExternalId': 'shared-word' } };
  const form = `Action=AssumeRole&RoleSessionName=ci&RoleArn=${encodeURIComponent(role)}`;

  for (const [what, statement, more, allowed] of [
    ['the user that it names', { Principal: { AWS: alice }, Action: action }, '', true],
    ['anybody in an account', { Principal: { AWS: '111111111111' }, Action: action }, '', true],
    ['nobody of another account', { Principal: { AWS: '333333333333' }, Action: action }, '', false],
    ['nobody by another action', { Principal: '*', Action: 'sts:AssumeRoleWithSAML' }, '', false],
    [
      'whoever knows the external id',
      { Principal: '*', Action: action, Condition: external },
      '&ExternalId=shared-word',
      true,
    ],
    ['nobody who does not', { Principal: '*', Action: action, Condition: external }, '', false],
    [
      'nobody with another one',
      { Principal: '*', Action: action, Condition: external },
      '&ExternalId=guessed',
      false,
    ],
    [
      'nobody with tags that it does not let be set',
      { Principal: '*', Action: action },
      '&Tags.member.1.Key=team&Tags.member.1.Value=a',
      false,
    ],
    [
      'whoever sets tags that it wants',
      {
        Principal: '*',
        Action: [action, 'sts:TagSession'],
        Condition: { StringEquals: { 'aws:RequestTag/team': 'a' } },
      },
      '&Tags.member.1.Key=team&Tags.member.1.Value=a',
      true,
    ],
  ] as const) {
    test(`by ${what}`, async () => {
      const { sts } = signedWorld({ roles: trusting(statement) });
      const { status, text } = await sts(`${form}${more}`, asAlice);
      assert.equal(status, allowed ? 200 : 403, text);
      if (!allowed)
        assert.match(text, /<Code>AccessDenied<.*User: \S+alice is not authorized to perform: sts:/);
    });
  }

  test('and by everybody when nobody said whom it trusts', async () => {
    const { sts } = signedWorld({ roles: trusting({ Principal: { AWS: alice }, Action: action }) });
    const other = form.replace('deployer', 'other');
    assert.equal((await sts(other, { accessKeyId: '333333333333' })).status, 200);
  });
});

suite('a token of a provider that is known', () => {
  const action = 'sts:AssumeRoleWithWebIdentity';
  const subject = { StringEquals: { 'oidc.test/id/1:sub': claims.sub } };
  const trusted = { Principal: { Federated: provider }, Action: action, Condition: subject };

  for (const [what, token, code] of [
    ['signed by ECDSA is good', jwt(valid, ec.privateKey, 'ES256'), undefined],
    ['signed by RSA is good', jwt(valid, rsa.privateKey, 'RS256'), undefined],
    ['with other claims than were signed is none', forged(), 'InvalidIdentityToken'],
    ['without a signature is none', jwt(valid, undefined, 'none'), 'InvalidIdentityToken'],
    [
      'signed by somebody else is none',
      jwt(valid, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ES256'),
      'InvalidIdentityToken',
    ],
    [
      'for another audience is none',
      jwt({ ...valid, aud: 'other' }, ec.privateKey, 'ES256'),
      'InvalidIdentityToken',
    ],
    [
      'of a subject that the role does not trust is refused',
      jwt({ ...valid, sub: 'system:serviceaccount:other:api' }, ec.privateKey, 'ES256'),
      'AccessDenied',
    ],
  ] as const) {
    test(what, async () => {
      const { wire } = signedWorld({ roles: trusting(trusted) });
      const arn = encodeURIComponent(role);
      const form = `Action=AssumeRoleWithWebIdentity&RoleArn=${arn}&RoleSessionName=pod&WebIdentityToken=${token}`;
      const { text } = await raw(wire, formCall(form));
      assert.equal(/<Code>(\w+)</.exec(text)?.[1], code, text);
      if (code === undefined) assert.ok(text.includes(`<Provider>${provider}</Provider>`), text);
    });
  }
});

test('the SDK for JavaScript becomes a role, by keys and by a token', async () => {
  const { wire, region } = latticeWorld(systemClock);
  const server = await serveHttp(wire, { host: '127.0.0.1', port: 0, log: quiet });
  const clientConfig = { region: regionName, endpoint: server.url };
  const names = { roleArn: role, roleSessionName: 'sdk' };
  try {
    const masterCredentials = { accessKeyId: '111111111111', secretAccessKey: 'local' };
    const assumed = await fromTemporaryCredentials({
      params: params(names),
      masterCredentials,
      clientConfig,
    })();
    assert.match(assumed.accessKeyId, /^ASIA/);
    assert.equal(assumed.accountId ?? '222222222222', '222222222222');
    const webIdentityToken = jwt({ ...valid, exp: Date.now() / 1_000 + 60 }, ec.privateKey, 'ES256');
    const federated = await fromWebToken({ ...names, webIdentityToken, clientConfig })();
    assert.match(federated.accessKeyId, /^ASIA/);
    assert.ok(federated.sessionToken !== undefined);
  } finally {
    await server.close();
    region.close();
  }
});

function params({ roleArn, roleSessionName }: Readonly<Record<'roleArn' | 'roleSessionName', string>>) {
  return { RoleArn: roleArn, RoleSessionName: roleSessionName };
}

function trusting(statement: object): Roles {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] };
  const policy = parsePolicy(JSON.stringify(document), 'trust');
  if ('problems' in policy) assert.fail(JSON.stringify(policy.problems));
  const keys = [
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'ES256' },
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'RS256' },
  ];
  const known = readProvider({ keys, clientIds: ['sts.amazonaws.com'] });
  if (typeof known === 'string') assert.fail(known);
  return { trust: new Map([[role, policy]]), providers: new Map([[issuer, known]]) };
}

function jwt(said: object, key: KeyObject | undefined, alg: string): string {
  const text = [{ alg, kid: alg }, said].map(part).join('.');
  if (key === undefined) return `${text}.`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

function forged(): string {
  const [head = '', , signature = ''] = jwt(valid, ec.privateKey, 'ES256').split('.');
  return [head, part({ ...valid, sub: 'system:serviceaccount:shop:admin' }), signature].join('.');
}

function part(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}
