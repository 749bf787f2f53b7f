import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deployment, service } from '../../test/workloads/world.ts';
import { smallCluster, until } from '../../test/workloads/small-cluster.ts';
import type { SmallCluster } from '../../test/workloads/small-cluster.ts';
import type { Unstructured } from '../kube/object.ts';
import { reflect } from '../kube/reflector.ts';
import { bytesOf } from '../ports/wire.ts';
import { systemClock } from '../ports/system/clock.ts';
import { httpClient } from '../ports/system/http-client.ts';
import { systemLog } from '../ports/system/log.ts';
import { systemRandom } from '../ports/system/random.ts';
import { objectIn, objectsIn, textIn } from './workloads/json.ts';
import {
  configMapKind,
  deploymentKind,
  endpointSliceKind,
  eventKind,
  podKind,
  replicaSetKind,
  serviceKind,
} from './workloads/kinds.ts';
import { addressesOf, readySince } from './workloads/pod.ts';
import type { ApiObject } from './workloads/write.ts';

let world: SmallCluster;

before(async () => {
  world = await smallCluster();
});

after(async () => {
  await world.close();
});

async function create(kind: typeof podKind, object: ApiObject): Promise<void> {
  await world.client.create(kind, object, world.signal);
}

async function remove(kind: typeof podKind, name: string): Promise<void> {
  await world.client.delete(kind, { namespace: 'default', name }, {}, world.signal);
}

async function readyPods(app: string, count: number): Promise<readonly Unstructured[]> {
  return until(`${count} ready pods of ${app}`, async () => {
    const pods = (await world.list(podKind)).filter(
      (pod) =>
        pod.metadata.labels?.['app'] === app &&
        pod.metadata.deletionTimestamp === undefined &&
        readySince(pod) !== undefined,
    );
    return pods.length === count ? pods : undefined;
  });
}

async function ask(address: string): Promise<string> {
  const client = httpClient({ origin: `http://${address}:8090` });
  try {
    const request = { method: 'GET', target: '/any/path', headers: {}, body: new Uint8Array() };
    const { body } = await client.wire(request, AbortSignal.timeout(5000));
    return Buffer.from(await bytesOf(body)).toString('utf8');
  } finally {
    await client.close();
  }
}

function app(name: string, replicas: number): ApiObject {
  const object = deployment(name, { replicas });
  const spec = objectIn(object['spec']);
  const env = [{ name: 'PodName', value: `${name} handler pod` }];
  const containers = [{ name, image: 'public.ecr.aws/x2j8p8w7/http-server:latest', env }];
  return { ...object, spec: { ...spec, template: { ...objectIn(spec['template']), spec: { containers } } } };
}

function pod(name: string, spec: Readonly<Record<string, unknown>>, command?: string): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      labels: { app: name },
      ...(command === undefined ? {} : { annotations: { 'trellis.dev/command': command } }),
    },
    spec: { terminationGracePeriodSeconds: 1, ...spec },
  };
}

function containerStatus(object: Unstructured | undefined): Readonly<Record<string, unknown>> {
  return objectsIn(objectIn(object?.['status'])['containerStatuses'])[0] ?? {};
}

async function logOf(name: string, query = ''): Promise<string> {
  const kubeconfig = world.cluster.kubeconfig();
  const ca = Buffer.from(/certificate-authority-data: (\S+)/.exec(kubeconfig)?.[1] ?? '', 'base64').toString(
    'utf8',
  );
  const client = httpClient({ origin: world.cluster.url, tls: { ca } });
  const target = `/api/v1/namespaces/default/pods/${name}/log${query}`;
  const headers = { authorization: 'Bearer test-token' };
  const { body } = await client.wire(
    { method: 'GET', target, headers, body: new Uint8Array() },
    world.signal,
  );
  const text = Buffer.from(await bytesOf(body)).toString('utf8');
  await client.close();
  return text;
}

test('the pods of a Deployment answer at their own addresses with their own names', async () => {
  await create(deploymentKind, app('parking', 2));
  const pods = await readyPods('parking', 2);
  for (const one of pods) {
    const [address = ''] = addressesOf(one);
    assert.match(address, /^127\.94\.\d+\.\d+$/);
    assert.equal(await ask(address), `Requsting to Pod(${one.metadata.name}): parking handler pod\n`);
  }
  await remove(deploymentKind, 'parking');
});

test('an image in no table leaves the pod at ErrImagePull, and the message says what to do', async () => {
  await create(
    podKind,
    pod('unknown', { containers: [{ name: 'main', image: 'example.com/some/thing:1' }] }),
  );
  const message = await until('the pod waits', async () => {
    const waiting = objectIn(
      objectIn(containerStatus(await world.get(podKind, 'unknown'))['state'])['waiting'],
    );
    return waiting['reason'] === 'ErrImagePull' ? textIn(waiting['message']) : undefined;
  });
  assert.match(message, /image "example.com\/some\/thing:1" is not in the table of images/);
  assert.match(message, /trellis\.dev\/command/);
  await remove(podKind, 'unknown');
});

test('a command runs with the variables of its container, and its pod ends with it', async () => {
  const env = [
    { name: 'WHO', valueFrom: { configMapKeyRef: { name: 'greeting', key: 'who' } } },
    { name: 'TEXT', value: 'hello $(WHO), $(NOBODY)' },
    { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
  ];
  const containers = [{ name: 'main', image: 'none', env }];
  const line = 'echo "$TEXT $IP $HOSTNAME"';
  await create(podKind, pod('greeter', { containers, restartPolicy: 'Never' }, line));
  await until('it misses its ConfigMap', async () => {
    const waiting = objectIn(
      objectIn(containerStatus(await world.get(podKind, 'greeter'))['state'])['waiting'],
    );
    return waiting['reason'] === 'CreateContainerConfigError' ? true : undefined;
  });
  const data: ApiObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'greeting', namespace: 'default' },
    data: { who: 'world' },
  };
  await create(configMapKind, data);
  const ended = await until('it has ended', async () => {
    const now = await world.get(podKind, 'greeter');
    return objectIn(now?.['status'])['phase'] === 'Succeeded' ? now : undefined;
  });
  assert.equal(await logOf('greeter'), `hello world, $(NOBODY) ${addressesOf(ended)[0]} greeter\n`);
  await remove(podKind, 'greeter');
});

test('a container that crashes is started again, then backs off; its earlier output can be read', async () => {
  const containers = [{ name: 'main', image: 'none' }];
  await create(podKind, pod('crasher', { containers }, 'echo "run"; exit 3'));
  const status = await until('it backs off', async () => {
    const now = containerStatus(await world.get(podKind, 'crasher'));
    const waiting = objectIn(objectIn(now['state'])['waiting']);
    return waiting['reason'] === 'CrashLoopBackOff' ? now : undefined;
  });
  assert.equal(status['restartCount'], 1);
  assert.equal(objectIn(objectIn(status['lastState'])['terminated'])['exitCode'], 3);
  assert.equal(await logOf('crasher', '?previous=true'), 'run\n');
  const events = await until('events', async () => {
    const reasons = (await world.list(eventKind)).map((event) => event['reason']);
    return reasons.includes('BackOff') ? reasons : undefined;
  });
  assert.ok(events.includes('Scheduled') && events.includes('Started'));
  await remove(podKind, 'crasher');
});

test('a pod that ignores SIGTERM is gone when its grace period is over', async () => {
  const containers = [{ name: 'main', image: 'none' }];
  await create(
    podKind,
    pod('stubborn', { containers }, `trap '' TERM; echo up; while :; do sleep 0.05; done`),
  );
  await until('it runs', async () => ((await logOf('stubborn')) === 'up\n' ? true : undefined));
  const began = Date.now();
  await remove(podKind, 'stubborn');
  await until('it is gone', async () =>
    (await world.get(podKind, 'stubborn')) === undefined ? true : undefined,
  );
  const took = Date.now() - began;
  assert.ok(took >= 900 && took < 3000, `${took} ms`);
});

test('a readiness probe decides, and opens with a gate that somebody else holds', async () => {
  const readinessProbe = { tcpSocket: { port: 8090 }, periodSeconds: 1 };
  const containers = [{ name: 'main', image: 'http-server', readinessProbe }];
  await create(podKind, pod('gated', { containers, readinessGates: [{ conditionType: 'example.com/in' }] }));
  const conditions = async (): Promise<ReadonlyMap<unknown, unknown>> => {
    const status = objectIn((await world.get(podKind, 'gated'))?.['status']);
    return new Map(objectsIn(status['conditions']).map(({ type, status }) => [type, status]));
  };
  await until('its container is ready', async () =>
    (await conditions()).get('ContainersReady') === 'True' ? true : undefined,
  );
  assert.equal((await conditions()).get('Ready'), 'False');
  const body = { status: { conditions: [{ type: 'example.com/in', status: 'True' }] } };
  const key = { namespace: 'default', name: 'gated' };
  await world.client.patch(podKind, key, { type: 'strategic', subresource: 'status', body }, world.signal);
  await readyPods('gated', 1);
  assert.equal((await conditions()).get('example.com/in'), 'True');
  await remove(podKind, 'gated');
});

test('a rollout loses no request of a client that follows the EndpointSlices', async () => {
  await create(deploymentKind, app('review', 2));
  await create(serviceKind, service('review', [{ port: 80, targetPort: 8090 }]));
  await readyPods('review', 2);
  const stop = new AbortController();
  const slices = reflect({
    client: world.client,
    kind: endpointSliceKind,
    clock: systemClock,
    random: systemRandom,
    log: systemLog('error', 'test'),
    signal: stop.signal,
  });
  const clients = new Map<string, ReturnType<typeof httpClient>>();
  const targets = (): readonly string[] =>
    slices
      .list()
      .flatMap((slice) => objectsIn(slice['endpoints']))
      .filter((endpoint) => objectIn(endpoint['conditions'])['ready'] === true)
      .flatMap(({ addresses }) => (Array.isArray(addresses) ? addresses.map(String) : []));
  const answers = new Map<string, number>();
  const over = new AbortController();
  const sender = async (): Promise<void> => {
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      const found = targets();
      const address = found[turn % found.length] ?? '';
      const client = clients.get(address) ?? httpClient({ origin: `http://${address}:8090` });
      clients.set(address, client);
      const request = { method: 'GET', target: '/', headers: {}, body: new Uint8Array() };
      const { body } = await client.wire(request, AbortSignal.timeout(5000));
      const text = Buffer.from(await bytesOf(body)).toString('utf8');
      answers.set(text, (answers.get(text) ?? 0) + 1);
      await systemClock.sleep(2);
    }
  };
  await until('endpoints', async () => (targets().length === 2 ? true : undefined));
  const senders = Promise.all([sender(), sender()]);
  const restarted = { spec: { template: { metadata: { annotations: { restartedAt: 'now' } } } } };
  const key = { namespace: 'default', name: 'review' };
  await world.client.patch(deploymentKind, key, { type: 'strategic', body: restarted }, world.signal);
  await until('the old pods are gone', async () => {
    const pods = (await world.list(podKind)).filter((one) => one.metadata.labels?.['app'] === 'review');
    const done =
      pods.length === 2 && pods.every((one) => one.metadata.annotations?.['restartedAt'] === 'now');
    return done ? true : undefined;
  });
  over.abort();
  await senders;
  stop.abort();
  for (const client of clients.values()) await client.close();
  assert.equal(answers.size, 4, JSON.stringify([...answers]));
  await remove(deploymentKind, 'review');
});

test('deleting a Deployment takes its ReplicaSets and pods with it', async () => {
  await create(deploymentKind, app('short', 1));
  await readyPods('short', 1);
  await remove(deploymentKind, 'short');
  await until('nothing is left', async () => {
    const left = [...(await world.list(replicaSetKind)), ...(await world.list(podKind))];
    return left.some(({ metadata }) => metadata.name.startsWith('short-')) ? undefined : true;
  });
});
