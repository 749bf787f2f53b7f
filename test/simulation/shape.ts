import type { KubeObject } from '../../src/kinds/object.ts';
import type { Random } from '../../src/ports/random.ts';
import { policy, randomPolicy } from './policies.ts';
import type { PolicyShape } from './policies.ts';
import { count, oneOf, shuffled, some } from './choose.ts';
import {
  endpointSlice,
  gateway,
  gatewayClass,
  httpRoute,
  service,
  serviceExport,
  serviceImport,
} from './manifests.ts';
import type {
  BackendShape,
  GatewayShape,
  MatchShape,
  PodShape,
  RouteShape,
  RuleShape,
  ServiceShape,
} from './manifests.ts';

/** All that the people of one cluster want at one moment. */
export interface Shape {
  /** Tells the names of one cluster's routes from another's: Lattice services share one account. */
  readonly letter: string;
  readonly gateways: readonly GatewayShape[];
  readonly routes: readonly RouteShape[];
  readonly services: readonly ServiceShape[];
  readonly exports: readonly PortOf[];
  readonly imports: readonly PortOf[];
  readonly policies: readonly PolicyShape[];
}

export interface PortOf {
  readonly name: string;
  readonly port: number;
}

/** The names there are. */
export interface Vocabulary {
  readonly letter: string;
  /** Networks that a gateway can be called after; the first one always has a gateway. */
  readonly networks: readonly string[];
  readonly exported: readonly PortOf[];
  readonly imported: readonly PortOf[];
}

/** The manifests of a shape, in an order in which they can be applied. */
export function manifestsOf(shape: Shape): readonly KubeObject[] {
  return [
    gatewayClass(),
    ...shape.gateways.map(gateway),
    ...shape.services.flatMap((each) => [service(each), endpointSlice(each)]),
    ...shape.exports.map(({ name, port }) => serviceExport(name, port)),
    ...shape.imports.map(({ name, port }) => serviceImport(name, port)),
    ...shape.routes.map(httpRoute),
    ...shape.policies.map(policy),
  ];
}

export function randomShape(random: Random, words: Vocabulary): Shape {
  const { letter, networks, exported, imported } = words;
  const services = [
    ...exported.map(({ name, port }) => randomService(random, name, [port])),
    ...Array.from({ length: count(random, 1, 3) }, (_, i) =>
      randomService(random, `svc${i}`, random.next() < 0.3 ? [80, 81] : [80]),
    ),
  ];
  const shape: Shape = {
    letter,
    gateways: some(random, networks).map((name) => randomGateway(random, name)),
    routes: [],
    services,
    exports: exported,
    imports: imported,
    policies: random.next() < 0.3 ? [randomPolicy(random, letter)] : [],
  };
  return Array.from({ length: count(random, 1, 3) }).reduce(
    (so_far: Shape) => edits.addRoute(so_far, random),
    shape,
  );
}

export type Edit = (shape: Shape, random: Random) => Shape;

/** What people do. Each gives the shape as it was when it does not fit. */
export const edits = {
  reweight: (shape, random) =>
    onRule(shape, random, (rule) => ({
      ...rule,
      backends: rule.backends.map((backend) => ({ ...backend, weight: randomWeight(random) })),
    })),
  exchangeBackends: (shape, random) =>
    onRule(shape, random, (rule, route) => ({ ...rule, backends: randomBackends(shape, route, random) })),
  editMatch: (shape, random) =>
    onRule(shape, random, (rule) => ({ ...rule, matches: randomMatches(random) })),
  addRule: (shape, random) =>
    onRoute(shape, random, (route) => ({
      ...route,
      rules: shuffled(random, [...route.rules, randomRule(shape, route.name, random)]).slice(0, 4),
    })),
  removeRule: (shape, random) =>
    onRoute(shape, random, (route) => ({
      ...route,
      rules:
        route.rules.length > 1
          ? route.rules.toSpliced(count(random, 0, route.rules.length - 1), 1)
          : route.rules,
    })),
  reorderRules: (shape, random) =>
    onRoute(shape, random, (route) => ({ ...route, rules: shuffled(random, route.rules) })),
  moveRoute: (shape, random) =>
    onRoute(shape, random, (route) => ({ ...route, parents: randomParents(shape, random) })),
  addRoute: (shape, random) => {
    const names = ['cart', 'shop', 'pay'].map((name) => `${name}-${shape.letter}`);
    const name = oneOf(
      random,
      names.filter((each) => shape.routes.every((route) => route.name !== each)),
    );
    if (name === undefined) return shape;
    const rules = Array.from({ length: count(random, 1, 3) }, () => randomRule(shape, name, random));
    return { ...shape, routes: [...shape.routes, { name, parents: randomParents(shape, random), rules }] };
  },
  removeRoute: (shape, random) => ({ ...shape, routes: without(random, shape.routes) }),
  scale: (shape, random) =>
    onService(shape, random, (each) => ({ ...each, pods: randomPods(random, count(random, 0, 4)) })),
  changePod: (shape, random) =>
    onService(shape, random, (each) => ({
      ...each,
      pods: each.pods.map((pod) => (random.next() < 0.5 ? pod : { ...pod, state: randomPodState(random) })),
    })),
  addService: (shape, random) =>
    shape.services.some(({ name }) => name === 'late')
      ? shape
      : { ...shape, services: [...shape.services, randomService(random, 'late', [80])] },
  removeService: (shape, random) => {
    const exported = new Set(shape.exports.map(({ name }) => name));
    const others = shape.services.filter(({ name }) => !exported.has(name));
    return {
      ...shape,
      services: [...shape.services.filter(({ name }) => exported.has(name)), ...without(random, others)],
    };
  },
  writePolicy: (shape, random) => {
    const written = randomPolicy(random, shape.letter);
    const others = shape.policies.filter(({ name }) => name !== written.name);
    return { ...shape, policies: [...others, written] };
  },
  removePolicy: (shape, random) => ({ ...shape, policies: without(random, shape.policies) }),
  changePorts: (shape, random) => {
    const changed = oneOf(random, shape.gateways);
    return {
      ...shape,
      gateways: shape.gateways.map((each) => (each === changed ? randomGateway(random, each.name) : each)),
    };
  },
} as const satisfies Readonly<Record<string, Edit>>;

/** Everything but the class goes. */
export function emptied(shape: Shape): Shape {
  return { ...shape, gateways: [], routes: [], services: [], exports: [], imports: [], policies: [] };
}

function randomGateway(random: Random, name: string): GatewayShape {
  return { name, ports: random.next() < 0.3 ? [80, 8080] : [80] };
}

function randomParents({ gateways }: Shape, random: Random): readonly string[] {
  return some(random, gateways).map(({ name }) => name);
}

function randomRule(shape: Shape, route: string, random: Random): RuleShape {
  return { matches: randomMatches(random), backends: randomBackends(shape, route, random) };
}

const paths = ['/', '/a', '/a/b', '/c'];

function randomMatches(random: Random): readonly MatchShape[] {
  return Array.from({ length: random.next() < 0.3 ? 2 : 1 }, (): MatchShape => ({
    path: oneOf(random, paths) ?? '/',
    ...(random.next() < 0.3 ? { exact: true } : {}),
    ...(random.next() < 0.2 ? { method: oneOf(random, ['GET', 'POST'] as const) ?? 'GET' } : {}),
    ...(random.next() < 0.2 ? { header: { name: 'x-v', value: oneOf(random, ['1', '2']) ?? '1' } } : {}),
  }));
}

/** Mostly Services that exist. An imported group may serve one Lattice service only: `cart` is the route that may have it. */
function randomBackends(shape: Shape, route: string, random: Random): readonly BackendShape[] {
  const imports = route.startsWith('cart') ? shape.imports : [];
  const choices: readonly Omit<BackendShape, 'weight'>[] = [
    ...shape.services.flatMap(({ name, ports }) =>
      ports.map((port) => ({ kind: 'Service' as const, name, port })),
    ),
    ...imports.map((imported) => ({ kind: 'ServiceImport' as const, ...imported })),
    ...(random.next() < 0.1 ? [{ kind: 'Service' as const, name: 'late', port: 80 }] : []),
  ];
  return shuffled(random, choices)
    .slice(0, count(random, 1, 3))
    .map((choice) => ({ ...choice, weight: randomWeight(random) }));
}

function randomWeight(random: Random): number {
  return oneOf(random, [0, 1, 1, 10, 90, 100, 999]) ?? 1;
}

function randomService(random: Random, name: string, ports: readonly number[]): ServiceShape {
  return { name, ports, pods: randomPods(random, count(random, 0, 3)) };
}

function randomPods(random: Random, size: number): readonly PodShape[] {
  return Array.from({ length: size }, (_, i) => ({
    address: `10.0.${count(random, 0, 3)}.${i + 1}`,
    state: random.next() < 0.8 ? 'ready' : randomPodState(random),
  }));
}

function randomPodState(random: Random): PodShape['state'] {
  return oneOf(random, ['ready', 'starting', 'terminating'] as const) ?? 'ready';
}

function onRoute(shape: Shape, random: Random, change: (route: RouteShape) => RouteShape): Shape {
  const chosen = oneOf(random, shape.routes);
  return { ...shape, routes: shape.routes.map((route) => (route === chosen ? change(route) : route)) };
}

function onRule(shape: Shape, random: Random, change: (rule: RuleShape, route: string) => RuleShape): Shape {
  return onRoute(shape, random, (route) => {
    const chosen = oneOf(random, route.rules);
    return {
      ...route,
      rules: route.rules.map((rule) => (rule === chosen ? change(rule, route.name) : rule)),
    };
  });
}

function onService(shape: Shape, random: Random, change: (each: ServiceShape) => ServiceShape): Shape {
  const chosen = oneOf(random, shape.services);
  return { ...shape, services: shape.services.map((each) => (each === chosen ? change(each) : each)) };
}

function without<T>(random: Random, items: readonly T[]): readonly T[] {
  const chosen = oneOf(random, items);
  return items.filter((item) => item !== chosen);
}
