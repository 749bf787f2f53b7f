import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../test/simulation/seeded-random.ts';
import { virtualTime } from '../../test/simulation/virtual-clock.ts';
import type { VirtualTime } from '../../test/simulation/virtual-clock.ts';
import type { ProgramCommand, ProgramEnd } from '../ports/program.ts';
import type { TokenSource } from './client.ts';
import { pluginCredentials } from './credential-plugin.ts';

const apiVersion = 'client.authentication.k8s.io/v1';
const { signal } = new AbortController();

interface Scene {
  readonly time: VirtualTime;
  readonly token: TokenSource;
  readonly identity: ReturnType<typeof pluginCredentials>['identity'];
  readonly runs: readonly ProgramCommand[];
}

/** A plugin that takes a second, and ends with each of these in turn; the last one again and again. */
function scene(exec: object, ...ends: readonly Partial<ProgramEnd>[]): Scene {
  const time = virtualTime(seededRandom(1), 0);
  const clock = time.clock();
  const runs: ProgramCommand[] = [];
  const user = {
    name: 'u',
    title: 'user "u" of /k/config',
    folder: '/k',
    members: { exec: { apiVersion, command: 'aws', ...exec } },
  };
  const cluster = {
    name: 'c',
    title: 'cluster "c" of /k/config',
    folder: '/k',
    members: { server: 'https://h:1', 'certificate-authority': 'ca.crt' },
  };
  const { token, identity } = pluginCredentials(user, cluster, {
    clock,
    run: async (command, signal) => {
      const end = ends[Math.min(runs.length, ends.length - 1)];
      runs.push(command);
      await clock.sleep(1000, signal);
      return { code: 0, stdout: '', stderr: '', ...end };
    },
  });
  return { time, token, identity, runs };
}

const credential = (token: string, minutes?: number): Partial<ProgramEnd> => ({
  stdout: JSON.stringify({
    apiVersion,
    kind: 'ExecCredential',
    status: {
      token,
      ...(minutes === undefined ? {} : { expirationTimestamp: new Date(minutes * 60_000).toISOString() }),
    },
  }),
});

const certificate = (name: string, minutes: number): Partial<ProgramEnd> => ({
  stdout: JSON.stringify({
    apiVersion,
    kind: 'ExecCredential',
    status: {
      clientCertificateData: `cert ${name}`,
      clientKeyData: `key ${name}`,
      expirationTimestamp: new Date(minutes * 60_000).toISOString(),
    },
  }),
});

test('calls that wait together run the plugin once, and later ones use what it gave', async () => {
  const { time, token, runs } = scene(
    { args: ['eks', 'get-token'], env: [{ name: 'A', value: 'b' }] },
    credential('t1'),
  );
  assert.deepEqual(await time.run(Promise.all([token(signal), token(signal)])), ['t1', 't1']);
  assert.equal(await time.run(token(signal)), 't1');
  assert.equal(runs.length, 1);
  assert.deepEqual(runs[0]?.argv, ['aws', 'eks', 'get-token']);
  assert.deepEqual(Object.keys(runs[0]?.env ?? {}), ['A', 'KUBERNETES_EXEC_INFO']);
});

test('it runs again shortly before its token expires, and when the server refuses that', async () => {
  const { time, token } = scene({}, credential('t1', 15), credential('t2', 30), credential('t3', 45));
  assert.equal(await time.run(token(signal)), 't1');
  await time.pass(14 * 60_000 + 51_000);
  assert.equal(await time.run(token(signal)), 't2');
  assert.equal(await time.run(token(signal, 't1')), 't2', 'an older token was refused');
  assert.equal(await time.run(token(signal, 't2')), 't3');
});

test('it is told of the cluster when it asks, and found beside the file when it is a path', async () => {
  const { time, token, runs } = scene({ command: './bin/login', provideClusterInfo: true }, credential('t1'));
  await time.run(token(signal));
  assert.equal(runs[0]?.argv[0], '/k/bin/login');
  assert.deepEqual(JSON.parse(runs[0]?.env['KUBERNETES_EXEC_INFO'] ?? ''), {
    kind: 'ExecCredential',
    apiVersion,
    spec: { interactive: false, cluster: { server: 'https://h:1' } },
  });
});

const failures: readonly (readonly [Partial<ProgramEnd>, string])[] = [
  [{ code: 127 }, 'is not installed, or not on PATH. brew install aws'],
  [
    { code: 255, stderr: 'trace\nUnable to locate credentials\n' },
    'ended with 255: Unable to locate credentials.',
  ],
  [{ stdout: 'hello' }, 'printed no ExecCredential.'],
  [
    { stdout: JSON.stringify({ kind: 'ExecCredential', apiVersion: 'v0', status: {} }) },
    'answered in v0, but ',
  ],
  [
    { stdout: JSON.stringify({ kind: 'ExecCredential', apiVersion, status: {} }) },
    'gave neither a token nor a certificate',
  ],
];

for (const [end, sentence] of failures) {
  test(`a plugin that fails is named: ${sentence}`, async () => {
    const { time, token } = scene({ installHint: 'brew install aws' }, end);
    const failed = await time.run(token(signal).catch((error: unknown) => String(error)));
    assert.ok(failed?.includes(`The credential plugin of user "u" of /k/config (aws) ${sentence}`), failed);
  });
}

test('a plugin may give a certificate in place of a token, and another one in time', async () => {
  const { time, token, identity, runs } = scene({}, certificate('1', 5), certificate('2', 50));
  assert.deepEqual(await time.run(identity(signal)), { cert: 'cert 1', key: 'key 1' });
  assert.equal(await time.run(token(signal)), undefined);
  await time.pass(5 * 60_000);
  assert.deepEqual(await time.run(identity(signal)), { cert: 'cert 2', key: 'key 2' });
  assert.equal(runs.length, 2);
});

test('a failure is not remembered', async () => {
  const { time, token } = scene({}, { code: 1 }, credential('t1'));
  await time.run(token(signal).catch(() => undefined));
  assert.equal(await time.run(token(signal)), 't1');
});

test('who waits no longer does not stop the plugin for the others', async () => {
  const { time, token, runs } = scene({}, credential('t1'));
  const hasty = new AbortController();
  const first = token(hasty.signal).catch(() => 'gone');
  const second = token(signal);
  hasty.abort(new Error('gone'));
  assert.deepEqual(await time.run(Promise.all([first, second])), ['gone', 't1']);
  assert.equal(runs.length, 1);
});
