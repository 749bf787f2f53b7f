import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingLog } from '../../test/kube/recording-log.ts';
import { seededRandom } from '../../test/simulation/seeded-random.ts';
import { virtualTime } from '../../test/simulation/virtual-clock.ts';
import { deployment, service } from '../../test/workloads/world.ts';
import type { Kind } from '../kinds/object.ts';
import { createKubeClient } from '../kube/client.ts';
import { isStatus } from '../kube/errors.ts';
import { keyOf } from '../kube/object.ts';
import type { Unstructured } from '../kube/object.ts';
import { reflect } from '../kube/reflector.ts';
import { createApiServer } from './api-server.ts';
import { startControllers } from './controllers/start.ts';
import { objectIn, objectsIn } from './workloads/json.ts';
import {
  deploymentKind,
  endpointSliceKind,
  podKind,
  replicaSetKind,
  serviceKind,
} from './workloads/kinds.ts';
import { timestamp } from './workloads/time.ts';

/** API server and controllers in one process, in virtual time; a stand-in for the node makes pods ready after 50 ms. */
function scene(seed: number) {
  const random = seededRandom(seed);
  const time = virtualTime(random);
  const clock = time.clock();
  const { log, lines } = recordingLog();
  const stop = new AbortController();
  const { signal } = stop;
  const api = createApiServer({ clock, random, log });
  const client = createKubeClient({ wire: api.wire, clock, userAgent: 'test' });
  startControllers({ client, clock, random, log, signal });
  const seen = new Set<string>();

  async function runPod(pod: Unstructured): Promise<void> {
    const address = `10.64.0.${seen.add(pod.metadata.uid ?? '').size}`;
    await clock.sleep(50);
    const ready = { type: 'Ready', status: 'True', lastTransitionTime: timestamp(clock.now()) };
    const body = {
      status: { phase: 'Running', podIP: address, podIPs: [{ ip: address }], conditions: [ready] },
    };
    const patch = { type: 'strategic', subresource: 'status', body } as const;
    await client.patch(podKind, keyOf(pod), patch, signal).catch((error: unknown) => {
      // A rollout may have taken it away before it was ready.
      if (!isStatus(error, 404)) throw error;
    });
  }

  reflect({
    client,
    kind: podKind,
    clock,
    random,
    log,
    signal,
    onChange: (change) => {
      if (change.op === 'added' && !seen.has(change.object.metadata.uid ?? '')) void runPod(change.object);
    },
  });

  const list = async (kind: Kind) => (await client.list(kind, { namespace: 'default' }, signal)).items;
  return { time, client, signal, list, lines, stop: () => stop.abort() };
}

async function rolledOut(seed: number): Promise<string> {
  const { time, client, signal, list, lines, stop } = scene(seed);
  await time.run(client.create(deploymentKind, deployment('parking', { replicas: 3 }), signal));
  await time.run(client.create(serviceKind, service('parking', [{ port: 80, targetPort: 8090 }]), signal));
  await time.pass(2000);
  const body = { spec: { replicas: 4, template: { metadata: { labels: { version: '2' } } } } };
  const key = { namespace: 'default', name: 'parking' };
  await time.run(client.patch(deploymentKind, key, { type: 'strategic', body }, signal));
  await time.pass(5000);
  const status = objectIn((await time.run(client.get(deploymentKind, key, signal)))['status']);
  assert.deepEqual([status['replicas'], status['updatedReplicas'], status['availableReplicas']], [4, 4, 4]);
  const pods = await time.run(list(podKind));
  assert.ok(pods.every((pod) => pod.metadata.labels?.['version'] === '2'));
  const [slice] = await time.run(list(endpointSliceKind));
  const addresses = objectsIn(slice?.['endpoints']).map(({ addresses }) => addresses);
  assert.deepEqual(new Set(addresses.flat()), new Set(pods.map((pod) => objectIn(pod['status'])['podIP'])));
  await time.run(client.delete(deploymentKind, key, {}, signal));
  await time.pass(5000);
  assert.deepEqual([await time.run(list(replicaSetKind)), await time.run(list(podKind))], [[], []]);
  stop();
  assert.deepEqual(
    lines.filter((line) => line.startsWith('warn') || line.startsWith('error')),
    [],
  );
  return JSON.stringify([pods, slice]);
}

test('a rollout, a scale and a deletion happen in one process in virtual time, the same for the same seed', async () => {
  assert.equal(await rolledOut(7), await rolledOut(7));
});

test('a quiet cluster writes nothing', async () => {
  const { time, client, signal, stop } = scene(3);
  await time.run(client.create(deploymentKind, deployment('parking', { replicas: 2 }), signal));
  await time.pass(5000);
  const before = await time.run(client.list(deploymentKind, {}, signal));
  await time.pass(3_600_000);
  const after = await time.run(client.list(deploymentKind, {}, signal));
  assert.equal(after.resourceVersion, before.resourceVersion);
  stop();
});
