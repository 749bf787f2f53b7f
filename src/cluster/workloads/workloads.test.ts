import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createWorld, deployment, service } from '../../../test/workloads/world.ts';
import { reconcileEndpointSlices } from './endpoint-slices.ts';
import { objectIn, objectsIn } from './json.ts';
import type { ApiObject } from './write.ts';

test('a Deployment becomes a ReplicaSet with its hash and as many pods as it asks for', () => {
  const world = createWorld();
  world.put(deployment('parking', { replicas: 2 }));
  world.settle();
  const [replicaSet] = world.list('ReplicaSet');
  assert.match(replicaSet?.metadata.name ?? '', /^parking-[bcdfghjklmnpqrstvwxz2456789]+$/);
  assert.equal(replicaSet?.metadata.annotations?.['deployment.kubernetes.io/revision'], '1');
  const pods = world.list('Pod');
  assert.equal(pods.length, 2);
  for (const pod of pods) {
    assert.match(
      pod.metadata.name,
      new RegExp(`^${replicaSet.metadata.name}-[bcdfghjklmnpqrstvwxz2456789]{5}$`),
    );
    assert.equal(pod.metadata.ownerReferences?.[0]?.uid, replicaSet.metadata.uid);
    assert.equal(
      pod.metadata.labels?.['pod-template-hash'],
      replicaSet.metadata.labels?.['pod-template-hash'],
    );
  }
});

test('the status of a finished rollout reads as kubectl rollout status wants it', () => {
  const world = createWorld();
  world.put(deployment('parking', { replicas: 3 }));
  world.settle();
  const status = objectIn(world.get('Deployment', 'parking')?.['status']);
  assert.equal(status['observedGeneration'], 1);
  for (const field of ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas']) {
    assert.equal(status[field], 3, field);
  }
  assert.equal(status['unavailableReplicas'], undefined);
  assert.deepEqual(
    objectsIn(status['conditions']).map(({ type, status, reason }) => [type, status, reason]),
    [
      ['Available', 'True', 'MinimumReplicasAvailable'],
      ['Progressing', 'True', 'NewReplicaSetAvailable'],
    ],
  );
});

test('a rolling update never falls below its availability nor exceeds its surge', () => {
  const world = createWorld();
  world.put(deployment('parking', { replicas: 4, maxSurge: 1, maxUnavailable: 1 }));
  world.settle();
  world.put(deployment('parking', { replicas: 4, maxSurge: 1, maxUnavailable: 1, version: '2' }));
  const seen = world.settle(() => ({ pods: world.active().length, ready: world.ready().length }));
  assert.ok(Math.min(...seen.map(({ ready }) => ready)) >= 3, JSON.stringify(seen));
  assert.ok(Math.max(...seen.map(({ pods }) => pods)) <= 5, JSON.stringify(seen));
  assert.equal(world.list('ReplicaSet').length, 2);
  assert.ok(world.active().every((pod) => pod.metadata.labels?.['version'] === '2'));
});

test('going back to an earlier template takes its ReplicaSet again and gives it a new revision', () => {
  const world = createWorld();
  world.put(deployment('parking', { version: '1' }));
  world.settle();
  const first = world.list('ReplicaSet')[0]?.metadata.name ?? '';
  world.put(deployment('parking', { version: '2' }));
  world.settle();
  world.put(deployment('parking', { version: '1' }));
  world.settle();
  assert.equal(world.list('ReplicaSet').length, 2);
  assert.equal(
    world.get('ReplicaSet', first)?.metadata.annotations?.['deployment.kubernetes.io/revision'],
    '3',
  );
  assert.equal(
    world.get('Deployment', 'parking')?.metadata.annotations?.['deployment.kubernetes.io/revision'],
    '3',
  );
});

test('revisions beyond the history limit are forgotten, the oldest first', () => {
  const world = createWorld();
  for (const version of ['1', '2', '3', '4', '5']) {
    world.put(deployment('parking', { version, revisionHistoryLimit: 2 }));
    world.settle();
  }
  const revisions = world
    .list('ReplicaSet')
    .map((replicaSet) => replicaSet.metadata.annotations?.['deployment.kubernetes.io/revision']);
  assert.deepEqual(new Set(revisions), new Set(['3', '4', '5']));
});

test('Recreate starts new pods only when no old pod is left', () => {
  const world = createWorld();
  world.put(deployment('parking', { replicas: 2, strategy: 'Recreate', version: '1' }));
  world.settle();
  world.put(deployment('parking', { replicas: 2, strategy: 'Recreate', version: '2' }));
  const versions = world.settle(
    () => new Set(world.list('Pod').map((pod) => pod.metadata.labels?.['version'])),
  );
  assert.ok(versions.every((set) => set.size <= 1));
  assert.equal(world.ready().length, 2);
});

test('a paused Deployment scales but does not roll', () => {
  const world = createWorld();
  world.put(deployment('parking', { replicas: 1, version: '1' }));
  world.settle();
  world.put(deployment('parking', { replicas: 3, version: '2', paused: true }));
  world.settle();
  assert.equal(world.active().length, 3);
  assert.ok(world.active().every((pod) => pod.metadata.labels?.['version'] === '1'));
});

test('scaling down lets go of pods that are not ready before those that are', () => {
  const world = createWorld();
  world.put(deployment('parking', { replicas: 3 }));
  world.settle();
  const [unready] = world.active();
  world.setReady(unready?.metadata.name ?? '', false);
  world.put(deployment('parking', { replicas: 2 }));
  world.settle();
  assert.equal(world.get('Pod', unready?.metadata.name ?? ''), undefined);
  assert.equal(world.ready().length, 2);
});

test('a pod whose labels no longer match is released and replaced', () => {
  const world = createWorld();
  world.put(deployment('parking', { replicas: 1 }));
  world.settle();
  const [pod] = world.list('Pod');
  assert.ok(pod);
  world.put({ ...pod, metadata: { ...pod.metadata, labels: { app: 'debug' } } });
  world.settle();
  assert.equal(world.list('Pod').length, 2);
  assert.deepEqual(world.get('Pod', pod.metadata.name)?.metadata.ownerReferences, []);
});

test('a Service gets one slice with its ready pods, named ports resolved', () => {
  const world = createWorld();
  world.put(deployment('parking', { replicas: 2 }));
  world.put(
    service('parking', [
      { name: 'http', port: 80, targetPort: 'web' },
      { name: 'admin', port: 9114 },
    ]),
  );
  world.settle();
  const [slice, ...more] = world.list('EndpointSlice');
  assert.deepEqual(more, []);
  assert.equal(slice?.metadata.labels?.['kubernetes.io/service-name'], 'parking');
  assert.deepEqual(slice?.['ports'], [
    { name: 'http', protocol: 'TCP', port: 8090 },
    { name: 'admin', protocol: 'TCP', port: 9114 },
  ]);
  assert.deepEqual(
    objectsIn(slice?.['endpoints']).map(({ conditions, targetRef }) => [
      conditions,
      objectIn(targetRef)['name'],
    ]),
    world.list('Pod').map((pod) => [{ ready: true, serving: true, terminating: false }, pod.metadata.name]),
  );
});

test('a pod that is ending still serves but is not ready', () => {
  const world = createWorld();
  world.put(deployment('parking', { replicas: 1 }));
  world.put(service('parking', [{ port: 80, targetPort: 8090 }]));
  world.settle();
  const [pod] = world.list('Pod');
  world.beginDeletion(pod?.metadata.name ?? '');
  world.controllers();
  const endpoint = objectsIn(world.list('EndpointSlice')[0]?.['endpoints'])[0];
  assert.deepEqual(endpoint?.['conditions'], { ready: false, serving: true, terminating: true });
});

test('a Service without pods keeps one empty slice; one without a selector has none', () => {
  const world = createWorld();
  world.put(service('parking', [{ port: 80 }]));
  world.put({ ...service('external', [{ port: 80 }]), spec: { ports: [{ port: 80 }] } });
  world.settle();
  const [slice, ...more] = world.list('EndpointSlice');
  assert.deepEqual(more, []);
  assert.deepEqual([slice?.['endpoints'], slice?.['ports']], [[], []]);
});

test('a Service has slices of each of its families, of pods that have such addresses', () => {
  const pods = [podAt('both', '10.64.0.1', 'fd00:10:64::a40:1'), podAt('one', '10.64.0.2')];
  const parking = service('parking', [{ port: 80, targetPort: 8090 }]);
  const listed = (ipFamilies: readonly string[]) => {
    const spec = { ...objectIn(parking['spec']), clusterIP: 'None', ipFamilies };
    const writes = reconcileEndpointSlices({ ...parking, spec }, { pods, slices: [] }, () => 0.5);
    return writes.map((write) => {
      const slice = objectIn(write.object);
      return [slice['addressType'], ...objectsIn(slice['endpoints']).map(({ addresses }) => addresses)];
    });
  };
  const four = ['IPv4', ['10.64.0.1'], ['10.64.0.2']];
  const six = ['IPv6', ['fd00:10:64::a40:1']];
  assert.deepEqual([listed([]), listed(['IPv4'])], [[four], [four]]);
  assert.deepEqual(listed(['IPv6']), [six]);
  assert.deepEqual(listed(['IPv6', 'IPv4']), [four, six]);
});

test('more than a hundred endpoints are split, and losing one changes one slice', () => {
  const world = createWorld();
  world.put(deployment('parking', { replicas: 230 }));
  world.put(service('parking', [{ port: 80, targetPort: 8090 }]));
  world.settle();
  const sizes = () => world.list('EndpointSlice').map((slice) => objectsIn(slice['endpoints']).length);
  assert.deepEqual(
    sizes().toSorted((a, b) => b - a),
    [100, 100, 30],
  );
  const before = new Map(world.list('EndpointSlice').map((slice) => [slice.metadata.name, slice]));
  world.put(deployment('parking', { replicas: 229 }));
  world.settle();
  const changed = world.list('EndpointSlice').filter((slice) => before.get(slice.metadata.name) !== slice);
  assert.equal(changed.length, 1);
});

test('deleting a Deployment takes its ReplicaSets and pods with it', () => {
  const world = createWorld();
  world.put(deployment('parking', { replicas: 2 }));
  world.settle();
  world.remove('Deployment', 'parking');
  world.settle();
  assert.deepEqual([world.list('ReplicaSet'), world.list('Pod')], [[], []]);
});

test('whatever is asked for, in whatever order, comes to rest with nothing left to write', () => {
  const ask = fc.record({
    replicas: fc.integer({ min: 0, max: 6 }),
    version: fc.constantFrom('1', '2', '3'),
    maxSurge: fc.constantFrom(0, 1, '50%'),
    maxUnavailable: fc.constantFrom(0, 1, '50%'),
    strategy: fc.constantFrom('RollingUpdate', 'Recreate'),
    paused: fc.boolean(),
    patience: fc.integer({ min: 0, max: 6 }),
  });
  fc.assert(
    fc.property(fc.array(ask, { minLength: 1, maxLength: 5 }), (asks) => {
      const world = createWorld();
      world.put(service('parking', [{ port: 80, targetPort: 8090 }]));
      for (const { patience, ...wanted } of asks) {
        world.put(deployment('parking', wanted));
        for (let i = 0; i < patience; i += 1) world.step();
      }
      const last = asks.at(-1);
      world.put(deployment('parking', { ...last, paused: false }));
      world.settle();
      assert.equal(world.ready().length, last?.replicas);
      assert.equal(world.active().length, last?.replicas);
      assert.ok(world.active().every((pod) => pod.metadata.labels?.['version'] === last?.version));
      assert.deepEqual(world.wanted(), []);
    }),
    { numRuns: 60 },
  );
});

function podAt(name: string, ...podIPs: readonly string[]): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name, labels: { app: 'parking' } },
    status: { podIP: podIPs[0], podIPs: podIPs.map((ip) => ({ ip })) },
  };
}
