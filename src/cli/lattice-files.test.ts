import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { temporaryFolder } from '../ports/system/temporary-folder.ts';
import { UserError } from './command.ts';
import { accessKeysIn } from './lattice-credentials.ts';
import { policiesIn } from './lattice-policies.ts';
import { providersIn } from './lattice-providers.ts';

const folder = temporaryFolder('lattice-files');
const user = 'arn:aws:iam::111111111111:user/alice';
const reads = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'vpc-lattice:Get*', Resource: '*' }],
};

function file(name: string, json: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof json === 'string' ? json : JSON.stringify(json));
  return path;
}

suite('files that the local VPC Lattice is started with', () => {
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('list access keys of users and of accounts', () => {
    const accessKeys = [
      { accessKeyId: 'AKIAALICE', secretAccessKey: 'a', account: '111111111111', user: 'alice' },
      { accessKeyId: 'AKIAROOT', secretAccessKey: 'b', account: '222222222222' },
    ];
    assert.deepEqual(accessKeysIn(file('keys.json', { accessKeys })), accessKeys);
    assert.deepEqual(accessKeysIn(undefined), []);
  });

  for (const [what, json, complaint] of [
    ['are no JSON', '{', /cannot be read as JSON/],
    ['list nothing', {}, /has to be \{ "accessKeys"/],
    [
      'have a key without a secret',
      { accessKeys: [{ accessKeyId: 'AKIA' }] },
      /accessKeys\[0\] .* no secretAccessKey/,
    ],
    [
      'have an account that is no number',
      { accessKeys: [{ accessKeyId: 'AKIA', secretAccessKey: 'x', account: 'mine' }] },
      /no account of twelve digits/,
    ],
  ] as const) {
    test(`say what is wrong when they ${what}`, () => {
      const path = file('wrong-keys.json', json);
      assert.throws(
        () => accessKeysIn(path),
        (error) => error instanceof UserError && complaint.test(error.message),
      );
    });
  }

  test('have policies of users and roles, one or several', () => {
    const given = policiesIn(
      file('policies.json', { [user]: [reads, reads], [user.replace('alice', 'bob')]: reads }),
    );
    assert.deepEqual(
      [...(given?.policies ?? [])].map(([arn, each]) => [arn.split('/')[1], each.length]),
      [
        ['alice', 2],
        ['bob', 1],
      ],
    );
    assert.equal(policiesIn(undefined), undefined);
  });

  test('say who may assume a role, and what it may do or nothing of that', () => {
    const role = 'arn:aws:iam::111111111111:role/reader';
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'sts:AssumeRole' }],
    };
    const both = policiesIn(file('trust.json', { [role]: { policies: [reads], trust } }));
    assert.equal(both?.policies.get(role)?.length, 1);
    assert.equal(both.trust.get(role)?.statements.length, 1);
    const trusting = policiesIn(file('trust-only.json', { [role]: { trust } }));
    assert.deepEqual([trusting?.policies.size, trusting?.trust.size], [0, 1]);
  });

  test('have the keys of identity providers', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keys = [publicKey.export({ format: 'jwk' })];
    const known = providersIn(file('providers.json', { 'https://oidc.test': { keys } }));
    assert.equal(known.get('https://oidc.test')?.keys.length, 1);
    assert.equal(providersIn(undefined).size, 0);
    for (const [json, complaint] of [
      [[], /has to be \{ ISSUER/],
      [{ 'https://oidc.test': {} }, /oidc\.test in .* is no JSON Web Key Set/],
      [{ 'https://oidc.test': { keys: [{ kty: 'EC' }] } }, /keys\[0\] is no public key/],
      [{ 'https://oidc.test': { keys, clientIds: 'sts' } }, /clientIds are no list/],
    ] as const) {
      const path = file('wrong-providers.json', json);
      assert.throws(
        () => providersIn(path),
        (error) => error instanceof UserError && complaint.test(error.message),
      );
    }
  });

  for (const [what, json, complaint] of [
    ['let a user be assumed', { [user]: { trust: reads } }, /is no role, and so trusts nobody/],
    ['have something else', { [user]: { policy: reads } }, /has "policy"; it may have/],
    [
      'trust for an action that is none of STS',
      {
        'arn:aws:iam::111111111111:role/r': {
          trust: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }] },
        },
      },
      /is not an action of sts/,
    ],
    ['name nobody', { alice: [reads] }, /alice in .* is no ARN of a user or role/],
    [
      'have a policy that IAM would refuse',
      { [user]: [{ Statement: [{ Effect: 'Perhaps', Action: '*', Resource: '*' }] }] },
      /is refused at Statement\.0\.Effect/,
    ],
  ] as const) {
    test(`say what is wrong when they ${what}`, () => {
      const path = file('wrong-policies.json', json);
      assert.throws(
        () => policiesIn(path),
        (error) => error instanceof UserError && complaint.test(error.message),
      );
    });
  }
});
