/**
 * Which services there are, in a world without faults: one cluster, its controller and Lattice. Told in a line each: a
 * service's name or hostname, its network, and what its rules say.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { definitionKind } from '../../src/controller/definitions.ts';
import { kinds } from '../../src/kinds/kinds.ts';
import { tlsOptions } from '../../src/kinds/names.ts';
import type { Kind, KubeObject } from '../../src/kinds/object.ts';
import { isRecord, parseObject } from '../../src/kube/object.ts';
import type { Listener, Service } from '../../src/local/state/state.ts';
import { rulesOf, tagOf } from './actual.ts';
import { chanceOf } from './choose.ts';
import type { Cluster } from './cluster.ts';
import { weather } from './faults.ts';
import { endpointSlice, gatewayClass, service } from './manifests.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

const api = 'gateway.networking.k8s.io/v1';
const signal = new AbortController().signal;
const settledMs = 120_000;

test('a service per gateway and hostname holds the rules of all its routes, and goes with the gateway', async () => {
  const scene = await begin();
  await scene.apply(parameters({ mapping: 'perHostname' }), gateway());
  await scene.settle();
  assert.deepEqual(scene.services(), ['own: ']);

  await scene.apply(
    route('rates', { path: '/rates', hostnames: ['a.example', 'b.example'] }),
    route('guests', { path: '/guests', hostnames: ['b.example'] }),
    route('free', { path: '/' }),
  );
  await scene.settle();
  const all = ['a.example: =/rates ^/rates/', 'b.example: =/guests ^/guests/ =/rates ^/rates/', 'own: ^/'];
  assert.deepEqual(scene.services(), all);

  await scene.restart();
  assert.deepEqual(scene.services(), all);
  assert.equal(scene.mutations(), 0);

  await scene.remove('HTTPRoute', 'rates');
  await scene.settle();
  assert.deepEqual(scene.services(), ['b.example: =/guests ^/guests/', 'own: ^/']);

  for (const name of ['guests', 'free']) await scene.remove('HTTPRoute', name);
  await scene.remove('Gateway', 'main');
  await scene.settle();
  assert.deepEqual(scene.services(), []);
  assert.deepEqual(await scene.names('HTTPRoute'), []);
  assert.deepEqual(await scene.names('Gateway'), []);
  assert.deepEqual(scene.problems(), []);
});

test('routes of one hostname share a service, which outlives the one that it is named after', async () => {
  const scene = await begin();
  await scene.apply(parameters({}), gateway());
  await scene.apply(route('older', { path: '/older', hostnames: ['a.example'] }));
  await scene.settle();
  const [first] = scene.ids();
  await scene.apply(route('younger', { path: '/younger', hostnames: ['a.example'] }));
  await scene.settle();
  assert.deepEqual(scene.services(), ['a.example: ^/younger ^/older']);

  await scene.remove('HTTPRoute', 'older');
  await scene.settle();
  assert.deepEqual(scene.services(), ['a.example: ^/younger']);
  assert.deepEqual(scene.ids(), [first]);
  assert.deepEqual(await scene.names('HTTPRoute'), ['younger']);

  await scene.restart();
  assert.deepEqual(scene.services(), ['a.example: ^/younger']);
  assert.deepEqual(scene.ids(), [first]);

  await scene.remove('HTTPRoute', 'younger');
  await scene.settle();
  assert.deepEqual(scene.services(), []);
  assert.deepEqual(await scene.names('HTTPRoute'), []);
  assert.deepEqual(scene.problems(), []);
});

test('another form of mapping makes the other services and lets the former go', async () => {
  const scene = await begin();
  await scene.apply(parameters({ mapping: 'perRoute' }), gateway());
  await scene.apply(route('rates', { path: '/rates' }), route('guests', { path: '/guests' }));
  await scene.settle();
  assert.deepEqual(scene.services(), ['guests-default: ^/guests', 'rates-default: ^/rates']);

  await scene.patch('ConfigMap', 'lattice', { data: { mapping: 'perHostname' } });
  await scene.settle();
  assert.deepEqual(scene.services(), ['own: =/guests ^/guests/ =/rates ^/rates/']);

  await scene.patch('ConfigMap', 'lattice', { data: { mapping: 'perPlanet' } });
  await scene.settle();
  assert.deepEqual(scene.services(), ['own: =/guests ^/guests/ =/rates ^/rates/']);

  await scene.patch('ConfigMap', 'lattice', { data: { mapping: 'perRoute' } });
  await scene.settle();
  assert.deepEqual(scene.services(), ['guests-default: ^/guests', 'rates-default: ^/rates']);
  assert.deepEqual(scene.problems(), []);
});

test('TLS passes through, gRPC has rules of its own, and a listener set adds a port', async () => {
  const scene = await begin(['tlsroutes', 'grpcroutes', 'listenersets']);
  await scene.apply(
    parameters({}),
    gateway({
      allowedListeners: { namespaces: { from: 'Same' } },
      listeners: [
        {
          name: 'https',
          port: 443,
          protocol: 'HTTPS',
          hostname: 'grpc.example',
          tls: { mode: 'Terminate', options: { [tlsOptions.certificateArn]: certificate('one') } },
        },
        { name: 'tls', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } },
      ],
    }),
    object('ListenerSet', 'more', {
      parentRef: { name: 'main' },
      listeners: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
    }),
    object('TLSRoute', 'passed', spec('tls.example', {})),
    object(
      'GRPCRoute',
      'greeter',
      spec('grpc.example', { matches: [{ method: { service: 'hello.Greeter' } }] }),
    ),
    object('HTTPRoute', 'plain', {
      parentRefs: [{ kind: 'ListenerSet', name: 'more' }],
      rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }],
    }),
  );
  await scene.settle();
  assert.deepEqual(scene.services(), [
    'grpc.example: ^/hello.Greeter/',
    'plain-default: ^/',
    'tls.example: ',
  ]);
  assert.deepEqual(scene.listeners(), [
    'HTTP 8080 with HTTP HTTP1',
    'HTTPS 443 with HTTP GRPC',
    'TLS_PASSTHROUGH 8443 with TCP',
  ]);
  for (const kind of ['TLSRoute', 'GRPCRoute', 'HTTPRoute']) {
    assert.deepEqual(await scene.conditions(kind), ['Accepted=True Programmed=True ResolvedRefs=True'], kind);
  }
  assert.deepEqual(scene.certificates(), [certificate('one')]);
  await scene.restart();
  assert.equal(scene.mutations(), 0);

  await scene.patch('Gateway', 'main', {
    spec: {
      listeners: [
        {
          name: 'https',
          port: 443,
          protocol: 'HTTPS',
          tls: { mode: 'Terminate', options: { [tlsOptions.certificateArn]: certificate('two') } },
        },
        { name: 'tls', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } },
      ],
    },
  });
  await scene.settle();
  assert.deepEqual(scene.certificates(), [certificate('two')]);
  assert.equal(scene.mutations(), 1);

  await scene.remove('TLSRoute', 'passed');
  await scene.remove('GRPCRoute', 'greeter');
  await scene.remove('ListenerSet', 'more');
  await scene.settle();
  assert.deepEqual(scene.services(), []);
  assert.deepEqual(await scene.names('TLSRoute'), []);
  assert.deepEqual(await scene.names('GRPCRoute'), []);
  assert.deepEqual(scene.problems(), []);
});

test('a TLSRoute of an older version, where the server has no newer one, is routed and told its status', async () => {
  const scene = await begin(['tlsroutes of v1alpha2']);
  const listeners = [{ name: 'tls', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } }];
  const passed = object('TLSRoute', 'passed', spec('tls.example', {}));
  await scene.apply(parameters({}), gateway({ listeners }), {
    ...passed,
    apiVersion: 'gateway.networking.k8s.io/v1alpha2',
  });
  await scene.settle();
  assert.deepEqual(scene.listeners(), ['TLS_PASSTHROUGH 8443 with TCP']);
  const told = await scene.conditions('TLSRoute', 'v1alpha2');
  assert.deepEqual(told, ['Accepted=True Programmed=True ResolvedRefs=True']);
  assert.deepEqual(scene.problems(), []);
});

function spec(hostname: string, rest: object): object {
  return {
    parentRefs: [{ name: 'main' }],
    hostnames: [hostname],
    rules: [{ ...rest, backendRefs: [{ name: 'shop', port: 80 }] }],
  };
}

async function begin(more: readonly string[] = []) {
  let mutations = 0;
  const sky = weather(chanceOf(1, 'weather'), { lag: 'none' });
  sky.clear();
  const world = createWorld({
    seed: 1,
    clusters: [{ name: 'blue', vpcId: 'vpc-0b10e000000000000', defaultNetwork: 'main' }],
    latency: 'short',
    weather: sky,
    onEffect: () => {
      mutations += 1;
    },
    verbose: false,
  });
  const [cluster] = world.clusters;
  assert.ok(cluster !== undefined);
  const { user } = cluster;
  const run = async <T>(work: Promise<T>): Promise<T> => {
    await world.time.run(
      work.then(() => undefined),
      3_600_000,
    );
    return work;
  };
  for (const plural of more) await run(user.create(definitionKind, definition(plural), signal));
  world.start(cluster);
  const scene = {
    apply: async (...objects: readonly KubeObject[]) => {
      for (const object of objects) {
        // One after the other: who is older decides.
        await world.time.pass(1_000);
        const version = object.apiVersion.split('/').at(-1);
        await run(user.create(kindOf(object.kind, version), object, signal));
      }
    },
    patch: async (kind: string, name: string, body: object) =>
      run(
        user.patch(
          kindOf(kind),
          { namespace: 'default', name },
          { type: 'merge', body: { ...body } },
          signal,
        ),
      ),
    remove: async (kind: string, name: string) =>
      run(user.delete(kindOf(kind), { namespace: 'default', name }, {}, signal)),
    names: async (kind: string) => {
      const { items } = await run(user.list(kindOf(kind), {}, signal));
      return items.map(({ metadata }) => metadata.name);
    },
    settle: async () => world.time.pass(settledMs),
    restart: async () => {
      for (const controller of world.controllers()) controller.crash();
      await world.time.pass(10_000);
      mutations = 0;
      world.start(cluster);
      await world.time.pass(settledMs);
    },
    mutations: () => mutations,
    services: () =>
      ownServices(world, cluster)
        .map((one) => lineOf(world, one))
        .toSorted(),
    listeners: () =>
      ownServices(world, cluster)
        .flatMap(({ listeners }) => [...listeners.values()])
        .map((listener) => listenerLine(world, listener))
        .toSorted(),
    /** Of the first parent of each object. */
    conditions: async (kind: string, version?: string) => {
      const { items } = await run(user.list(kindOf(kind, version), {}, signal));
      return items.map(conditionsOf);
    },
    certificates: () => ownServices(world, cluster).flatMap(({ certificateArn }) => certificateArn ?? []),
    ids: () => ownServices(world, cluster).map(({ id }) => id),
    problems: () => world.trace.problems,
  };
  const backend = { name: 'shop', ports: [80], pods: [{ address: '10.0.0.1', state: 'ready' }] } as const;
  await scene.apply(gatewayClass(), service(backend), endpointSlice(backend));
  return scene;
}

function ownServices({ account }: World, { managedBy }: Cluster): readonly Service[] {
  return [...account.state().services.values()].filter((each) => tagOf(each, 'ManagedBy') === managedBy);
}

function lineOf({ account }: World, one: Service): string {
  const [listener] = one.listeners.values();
  const rules =
    listener === undefined
      ? []
      : rulesOf(account.state(), listener).map(({ match }) => `${match.exact ? '=' : '^'}${match.path}`);
  const isOwn = tagOf(one, 'RouteType') === 'gateway';
  return `${one.customDomainName ?? (isOwn ? 'own' : one.name)}: ${rules.join(' ')}`;
}

function listenerLine({ account }: World, { protocol, port, defaultRule, rules }: Listener): string {
  const actions = [defaultRule.action, ...[...rules.values()].map(({ action }) => action)];
  const [group] = actions.flatMap((action) => (action.kind === 'forward' ? action.targetGroups : []));
  const config = account.state().targetGroups.get(group?.targetGroupId ?? '')?.config;
  assert.ok(config?.type === 'IP');
  const { protocol: spoken, protocolVersion = '' } = config;
  return `${protocol} ${port} with ${spoken} ${protocolVersion}`.trimEnd();
}

function conditionsOf(found: Readonly<Record<string, unknown>>): string {
  const status = isRecord(found['status']) ? found['status'] : {};
  const parents: readonly unknown[] = Array.isArray(status['parents']) ? status['parents'] : [];
  const [parent] = parents;
  const conditions: readonly unknown[] =
    isRecord(parent) && Array.isArray(parent['conditions']) ? parent['conditions'] : [];
  return conditions
    .map((one) => (isRecord(one) ? `${String(one['type'])}=${String(one['status'])}` : ''))
    .join(' ');
}

/** `tlsroutes`, or `tlsroutes of v1alpha2`: as a cluster has it that serves that version only. */
function definition(what: string): KubeObject {
  const [plural = '', only] = what.split(' of ');
  const file = `config/gateway-api/gateway.networking.k8s.io_${plural}.yaml`;
  const found = parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document): unknown => document.toJS())
    .find((document) => document !== null);
  const object = parseObject(found, definitionKind);
  assert.ok(object !== undefined && isRecord(object['spec']), plural);
  const { versions } = object['spec'];
  const all: readonly unknown[] = Array.isArray(versions) ? versions : [];
  const kept = all
    .filter(isRecord)
    .filter(({ name }) => only === undefined || name === only)
    .map((version) => (only === undefined ? version : { ...version, served: true, storage: true }));
  return Object.assign({}, object, { spec: { ...object['spec'], versions: kept } });
}

function kindOf(name: string, version?: string): Kind {
  const kind = Object.values(kinds).find((candidate) => candidate.kind === name);
  assert.ok(kind !== undefined, name);
  return { ...kind, version: version ?? kind.version };
}

function certificate(id: string): string {
  return `arn:aws:acm:us-west-2:123456789012:certificate/${id}`;
}

function parameters(data: Readonly<Record<string, string>>): KubeObject {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'lattice', namespace: 'default' } };
  return Object.assign(object, { data });
}

function gateway(spec: object = {}): KubeObject {
  return object('Gateway', 'main', {
    gatewayClassName: 'lattice',
    infrastructure: { parametersRef: { group: '', kind: 'ConfigMap', name: 'lattice' } },
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
    ...spec,
  });
}

function object(kind: string, name: string, spec: object): KubeObject {
  return Object.assign({ apiVersion: api, kind, metadata: { name, namespace: 'default' } }, { spec });
}

function route(
  name: string,
  { path, hostnames }: { readonly path: string; readonly hostnames?: readonly string[] },
): KubeObject {
  return object('HTTPRoute', name, {
    parentRefs: [{ name: 'main' }],
    ...(hostnames === undefined ? {} : { hostnames }),
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: path } }],
        backendRefs: [{ name: 'shop', port: 80 }],
      },
    ],
  });
}
