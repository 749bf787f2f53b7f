import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { temporaryFolder } from '../ports/system/temporary-folder.ts';
import { UserError } from './command.ts';
import { accessKeysIn } from './lattice-credentials.ts';
import { policiesIn } from './lattice-policies.ts';

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

  for (const [what, json, complaint] of [
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
