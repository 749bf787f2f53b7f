import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyChange, limitedChanges, sessionChange } from './known-keys.ts';

const role = 'arn:aws:iam::111111111111:role/deployer';
const policy = '{"Statement":[{"Effect":"Allow","Action":"vpc-lattice-svcs:Invoke","Resource":"*"}]}';
const texts = new Map([
  ['arn:aws:iam::111111111111:user/alice', [policy]],
  ['arn:aws:iam::222222222222:user/bob', [policy]],
  [role, [policy]],
]);

test('a key is limited by the policies of its user, and free where there are none', () => {
  const key = { accessKeyId: 'AKIA', secretAccessKey: 's', account: '111111111111' };
  const limited = keyChange({ ...key, user: 'alice' }, texts).entry;
  assert.ok(limited?.kind === 'credential');
  assert.deepEqual(limited.identity.policies, [policy]);
  const free = keyChange({ ...key, user: 'carol' }, texts).entry;
  assert.ok(free?.kind === 'credential');
  assert.match(free.identity.policies.join(''), /"Action":"\*"/);
});

test('a user whose key nobody listed is known by its name, in the account that such keys have', () => {
  assert.deepEqual(
    limitedChanges(texts, '111111111111').map(({ key }) => key),
    ['credential/alice'],
  );
});

test('a session is limited by the policies of its role and by its own', () => {
  const session = {
    accessKeyId: 'ASIA',
    secretAccessKey: 's',
    sessionToken: 't',
    expiresAt: 1,
    principal: {
      kind: 'assumedRole',
      account: '111111111111',
      arn: `${role}/x`,
      roleArn: role,
      userId: 'A:x',
      tags: {},
    },
    context: {},
    policies: ['{}'],
  } as const;
  const { entry } = sessionChange(session, texts);
  assert.ok(entry?.kind === 'credential');
  assert.deepEqual([entry.identity.policies, entry.identity.session], [[policy], ['{}']]);
});
