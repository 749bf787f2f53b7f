/**
 * What changes cost: calls to VPC Lattice until nothing more happens, and how long it takes until the last of what is wanted
 * is there, where every call takes 60 ms, life cycles take nothing, and our own work takes none.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kinds } from '../../src/kinds/kinds.ts';
import type { Kind, KubeObject } from '../../src/kinds/object.ts';
import { keyOf } from '../../src/kube/object.ts';
import { operationOf } from './faults.ts';
import type { Weather } from './faults.ts';
import { endpointSlice, gateway, gatewayClass, httpRoute, service } from './manifests.ts';
import type { RouteShape, RuleShape, ServiceShape } from './manifests.ts';
import { createWorld } from './world.ts';

/** What people have written down: the routes of one gateway, and the services behind them with the addresses of their pods. */
interface Written {
  readonly routes: readonly RouteShape[];
  readonly services: readonly ServiceShape[];
}

interface Cost {
  readonly mutations: number;
  readonly reads: number;
  /** From the first edit to the last change that it asks for. */
  readonly effectMs: number;
}

interface Case {
  readonly name: string;
  readonly before: Written;
  readonly after: Written;
  /** The most it may cost. */
  readonly most: Cost;
}

const nothing: Written = { routes: [], services: [] };
const small = written([route('shop', [rule('/', ['a'])])], ['a']);
const nine = rulesUpTo(9);

const cases: readonly Case[] = [
  {
    name: 'a new route with one rule and one service',
    before: nothing,
    after: small,
    most: { mutations: 6, reads: 1, effectMs: 300 },
  },
  {
    name: 'a second backend',
    before: small,
    after: written([route('shop', [rule('/', ['a', 'b'])])], ['a', 'b']),
    most: { mutations: 3, reads: 0, effectMs: 250 },
  },
  {
    name: 'a weight',
    before: written([route('shop', [rule('/', ['a', 'b'], [90, 10])])], ['a', 'b']),
    after: written([route('shop', [rule('/', ['a', 'b'], [10, 90])])], ['a', 'b']),
    most: { mutations: 1, reads: 0, effectMs: 150 },
  },
  {
    name: 'a pod that is replaced',
    before: small,
    after: { ...small, services: [{ ...backend('a'), pods: [{ address: '10.9.9.9', state: 'ready' }] }] },
    most: { mutations: 2, reads: 0, effectMs: 150 },
  },
  {
    name: 'a new route with nine rules',
    before: { ...nothing, services: [backend('a')] },
    after: written([route('shop', nine)], ['a']),
    most: { mutations: 14, reads: 1, effectMs: 300 },
  },
  {
    name: 'a tenth rule with a service of its own',
    before: written([route('shop', nine)], ['a']),
    after: written([route('shop', [...nine, rule('/ten', ['b'])])], ['a', 'b']),
    most: { mutations: 3, reads: 0, effectMs: 250 },
  },
  {
    name: 'a rule that goes, with its service',
    before: written([route('shop', [...nine, rule('/ten', ['b'])])], ['a', 'b']),
    after: written([route('shop', nine)], ['a', 'b']),
    most: { mutations: 3, reads: 0, effectMs: 250 },
  },
  {
    name: 'the path of a rule',
    before: written([route('shop', nine)], ['a']),
    after: written([route('shop', [...nine.slice(0, 8), rule('/other', ['a'])])], ['a']),
    most: { mutations: 1, reads: 0, effectMs: 150 },
  },
  {
    name: 'a route that goes',
    before: small,
    after: { ...small, routes: [] },
    most: { mutations: 4, reads: 2, effectMs: 400 },
  },
  {
    name: 'thirty routes at once, with a service each',
    before: nothing,
    after: many(30),
    most: { mutations: 180, reads: 10, effectMs: 2_000 },
  },
];

for (const { name, before, after, most } of cases) {
  test(`${name} costs ${most.mutations} mutations and ${most.reads} reads at most`, async () => {
    const scene = await begin(before);
    const cost = await scene.cost(before, after);
    assert.ok(cost.mutations <= most.mutations, `${cost.mutations} mutations`);
    assert.ok(cost.reads <= most.reads, `${cost.reads} reads`);
    assert.ok(cost.effectMs <= most.effectMs, `${cost.effectMs} ms`);
    assert.deepEqual(scene.problems(), []);
  });
}

test('a controller that starts beside thirty routes writes nothing, and a change made meanwhile waits for none of them', async () => {
  const before = many(30);
  const [first, ...others] = before.routes;
  assert.ok(first !== undefined);
  const scene = await begin(before);
  await scene.restart();
  const edited = { ...first, rules: [rule('/edited', ['s0'])] };
  const cost = await scene.cost(before, { ...before, routes: [edited, ...others] });
  assert.equal(cost.mutations, 1);
  assert.ok(cost.effectMs <= 1_000, `${cost.effectMs} ms`);
  assert.deepEqual(scene.problems(), []);
});

async function begin(first: Written) {
  const calls: string[] = [];
  const world = createWorld({
    seed: 1,
    clusters: [{ name: 'blue', vpcId: 'vpc-0b10e000000000000', defaultNetwork: 'main' }],
    latency: 'none',
    weather: fairWith(calls),
    onEffect: () => undefined,
    verbose: false,
  });
  const { time, clusters } = world;
  const [cluster] = clusters;
  assert.ok(cluster !== undefined);
  const { user } = cluster;
  const write = async (before: readonly KubeObject[], after: readonly KubeObject[]): Promise<void> => {
    const was = new Map(before.map((object) => [idOf(object), object]));
    const will = new Map(after.map((object) => [idOf(object), object]));
    // As people do: what a route names is there before it.
    for (const object of after)
      await time.run(was.has(idOf(object)) ? replace(was.get(idOf(object)), object) : create(object));
    for (const [id, object] of was) if (!will.has(id)) await time.run(remove(object));
  };
  const create = async (object: KubeObject): Promise<void> => {
    await user.create(kindOf(object), object, signal);
  };
  const replace = async (
    before: KubeObject | undefined,
    { metadata, ...object }: KubeObject,
  ): Promise<void> => {
    if (JSON.stringify(before) === JSON.stringify({ metadata, ...object })) return;
    await user.patch(
      kindOf({ metadata, ...object }),
      keyOf({ metadata, ...object }),
      { type: 'merge', body: object },
      signal,
    );
  };
  const remove = async (object: KubeObject): Promise<void> => {
    await user.delete(kindOf(object), keyOf(object), {}, signal);
  };
  world.start(cluster);
  await write([], [gatewayClass(), gateway({ name: 'main', ports: [80] })]);
  await time.pass(settledMs);
  await write([], objectsOf(first));
  await time.pass(settledMs);
  return {
    /** Of a change, from here until nothing happens any more. */
    cost: async (before: Written, after: Written): Promise<Cost> => {
      calls.length = 0;
      const began = time.elapsed;
      await write(objectsOf(before), objectsOf(after));
      await time.pass(settledMs);
      const mutations = calls.filter((operation) => !/^(Get|List)/.test(operation)).length;
      return { mutations, reads: calls.length - mutations, effectMs: world.lastWrite('lattice') - began };
    },
    /** Another controller begins, that knows nothing. */
    restart: async () => {
      for (const controller of world.controllers()) controller.crash();
      await time.pass(10_000);
      world.start(cluster);
    },
    problems: () => world.trace.problems,
  };
}

const signal = new AbortController().signal;
const settledMs = 60_000;

/** Nothing goes wrong. The calls to Lattice are written down. */
function fairWith(calls: string[]): Weather {
  return {
    fate: (side, request) => {
      if (side === 'kube') return { requestMs: 2, responseMs: 2 };
      calls.push(operationOf(request));
      return { requestMs: 30, responseMs: 30 };
    },
    kills: () => false,
    clear: () => undefined,
    gather: () => undefined,
  };
}

function objectsOf({ routes, services }: Written): readonly KubeObject[] {
  return [...services.flatMap((each) => [service(each), endpointSlice(each)]), ...routes.map(httpRoute)];
}

function idOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}

function kindOf({ kind, apiVersion }: KubeObject): Kind {
  const found = Object.values(kinds).find((one) => one.kind === kind && apiVersion.startsWith(one.group));
  assert.ok(found !== undefined, kind);
  return found;
}

function written(routes: readonly RouteShape[], services: readonly string[]): Written {
  return { routes, services: services.map(backend) };
}

function many(count: number): Written {
  const names = Array.from({ length: count }, (_, i) => i);
  return written(
    names.map((i) => route(`r${i}`, [rule('/', [`s${i}`])])),
    names.map((i) => `s${i}`),
  );
}

function rulesUpTo(count: number): readonly RuleShape[] {
  return Array.from({ length: count }, (_, i) => rule(`/p${i}`, ['a']));
}

function route(name: string, rules: readonly RuleShape[]): RouteShape {
  return { name, parents: ['main'], rules };
}

function rule(path: string, services: readonly string[], weights: readonly number[] = []): RuleShape {
  const backends = services.map((name, i) => ({
    kind: 'Service' as const,
    name,
    port: 80,
    weight: weights[i] ?? 1,
  }));
  return { matches: [{ path }], backends };
}

function backend(name: string): ServiceShape {
  return {
    name,
    ports: [80],
    pods: [{ address: `10.0.0.${name.length + (name.charCodeAt(0) % 100)}`, state: 'ready' }],
  };
}
