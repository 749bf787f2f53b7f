import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readStory } from '../../tools/story/readme.ts';
import { openShell } from '../../tools/story/shell.ts';
import type { Shell } from '../../tools/story/shell.ts';
import { tell } from '../../tools/story/tell.ts';
import { startWorld } from '../../tools/story/world.ts';
import type { LocalWorld } from '../../tools/story/world.ts';
import { binomialInterval } from './binomial.ts';
import { keepSending, send } from './traffic.ts';
import type { Heard, Traffic } from './traffic.ts';

const root = resolve(fileURLToPath(import.meta.url), '../../..');

let world: LocalWorld;
let shell: Shell;

before(async () => {
  world = await startWorld(root, ['--clusters', 'hotel-1,hotel-2', '--network', 'my-hotel']);
  shell = openShell(root, world.env);
});

after(async () => {
  shell.close();
  await world.close();
});

/** Types a command that must succeed; gives what it printed. */
async function type(command: string): Promise<string> {
  const { exitCode, output } = await shell.type(command, 60_000);
  assert.equal(exitCode, 0, `${command}\n${output}`);
  return output.trim();
}

/** How a pod of the first cluster reaches a name: the line for it in the hosts file of its VPC. */
async function trafficTo(route: string): Promise<Traffic> {
  const host = await type(
    `kubectl --context hotel-1 get httproute ${route} -o jsonpath='{.metadata.annotations.application-networking\\.k8s\\.aws/lattice-assigned-domain-name}'`,
  );
  const curlrc = await type(`cat ${world.dir}/names/*/curlrc | grep -m1 -F '${host}:80'`);
  const [, address = '', port = ''] = /:80:([\d.]+):(\d+)/.exec(curlrc) ?? [];
  return { address, port: Number(port), host, path: '/' };
}

function share(heard: Heard, deployment: string): number {
  let count = 0;
  for (const [body, times] of heard.answers) if (body.includes(`Pod(${deployment}-`)) count += times;
  return count;
}

for (const name of ['my-hotel', 'my-hotel-two-clusters']) {
  test(`story ${name}: the README works as printed`, async () => {
    await tell(readStory(readFileSync(join(root, 'examples', name, 'README.md'), 'utf8')), shell);
  });
}

test('2,000 requests divide 10 to 90 between the clusters', async () => {
  const heard = await send(await trafficTo('inventory'), 2000);
  assert.deepEqual(heard.failures, []);
  const { low, high } = binomialInterval(2000, 0.1, 1e-6);
  const here = share(heard, 'inventory-ver1');
  assert.ok(
    low <= here && here <= high,
    `${here} of 2000 stayed on the first cluster; ${low} to ${high} would be 10 %`,
  );
  assert.equal(here + share(heard, 'inventory-ver2'), 2000);
});

const weights = (first: number, second: number): string =>
  `kubectl --context hotel-1 patch httproute inventory --type=json -p '[{"op":"replace","path":"/spec/rules/0/backendRefs/0/weight","value":${first}},{"op":"replace","path":"/spec/rules/0/backendRefs/1/weight","value":${second}}]'`;

test('an edit of the weights is followed within a second and fails no request', async () => {
  const traffic = await trafficTo('inventory');
  const stream = keepSending(traffic);
  await type(weights(0, 100));
  await until(
    'only the second cluster answers',
    async () => share(await send(traffic, 20), 'inventory-ver1') === 0,
  );
  await type(weights(50, 50));
  const editedAt = performance.now();
  await until('both clusters answer', async () => share(await send(traffic, 20), 'inventory-ver1') > 0);
  assert.ok(performance.now() - editedAt < 1000, `it took ${performance.now() - editedAt} ms`);
  assert.deepEqual((await stream.stop()).failures, []);
});

test('a rollout and a scale-in fail no request', async () => {
  const stream = keepSending(await trafficTo('inventory'));
  await type('kubectl --context hotel-1 rollout restart deployment inventory-ver1');
  await type('kubectl --context hotel-1 rollout status deployment inventory-ver1 --timeout=50s');
  await type('kubectl --context hotel-1 scale deployment inventory-ver1 --replicas=4');
  await type('kubectl --context hotel-1 rollout status deployment inventory-ver1 --timeout=50s');
  await type('kubectl --context hotel-1 scale deployment inventory-ver1 --replicas=1');
  await until('one pod is left', async () => {
    const pods = await type('kubectl --context hotel-1 get pods -l app=inventory-ver1 -o name');
    return pods.split('\n').length === 1;
  });
  const heard = await stream.stop();
  assert.deepEqual(heard.failures, []);
  assert.ok(share(heard, 'inventory-ver1') > 0);
});

test('a controller that is killed comes back, changes nothing, and fails no request', async () => {
  const stream = keepSending(await trafficTo('inventory'));
  const before = await mutations();
  await type(`pkill -KILL -f 'controller --context hotel-1'`);
  await type(weights(30, 70));
  await until(
    'the new controller has followed the edit made meanwhile',
    async () => (await mutations()) > before,
  );
  assert.equal(await mutations(), before + 1);
  assert.deepEqual((await stream.stop()).failures, []);
});

test('a deleted route takes its service with it', async () => {
  await type('kubectl --context hotel-1 delete httproute rates --timeout=50s');
  await until('the service is gone', async () => {
    const names = await type(`aws vpc-lattice list-services --query 'items[].name' --output text`);
    return !names.includes('rates-default');
  });
});

/** How many calls have changed Lattice so far, by its own audit. */
async function mutations(): Promise<number> {
  const response = await fetch(`${world.endpoint}/_trellis/calls`);
  const calls: unknown = await response.json();
  const list = typeof calls === 'object' && calls !== null && 'calls' in calls ? calls.calls : calls;
  assert.ok(Array.isArray(list));
  return list.filter((call: { changed?: boolean }) => call.changed === true).length;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await holds())) {
    assert.ok(performance.now() - startedAt < 30_000, `not within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
