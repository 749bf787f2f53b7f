import type { Random } from '../../../src/ports/random.ts';
import { count, oneOf, shuffled } from '../choose.ts';
import type { PodShape } from '../manifests.ts';
import type { LandBackend, LandMatch, LandRoute, LandRule, Landscape } from './landscape.ts';

export type LandEdit = (land: Landscape, random: Random) => Landscape;

export function randomLandscape(random: Random): Landscape {
  // A service has room for two listeners.
  const hasMore = random.next() < 0.4;
  const empty: Landscape = {
    mapping: random.next() < 0.5 ? 'perRoute' : 'perHostname',
    passesTls: random.next() < 0.4,
    hasMore,
    ...(!hasMore && random.next() < 0.8 ? { certificate: certificate(random) } : {}),
    routes: [],
    services: { svc0: randomPods(random, 0), svc1: randomPods(random, 1) },
    ...(random.next() < 0.6 ? { stock: { pods: randomPods(random, 2), granted: random.next() < 0.5 } } : {}),
    checksBackends: random.next() < 0.2,
  };
  return Array.from({ length: count(random, 1, 4) }).reduce(
    (land: Landscape) => landEdits.addRoute(land, random),
    empty,
  );
}

/** What people do; each changes one thing. Each gives the landscape as it was when it does not fit. */
export const landEdits = {
  switchForm: (land) => ({ ...land, mapping: land.mapping === 'perRoute' ? 'perHostname' : 'perRoute' }),
  judgeGrants: (land, random) => ({ ...land, grants: random.next() < 0.5 ? 'warn' : 'enforce' }),
  changeCertificate: (land, random) => {
    const { certificate: _, ...without } = land;
    return land.hasMore || random.next() < 0.3 ? without : { ...land, certificate: certificate(random) };
  },
  switchTls: (land) => ({ ...land, passesTls: !land.passesTls }),
  switchMore: (land) => (land.certificate === undefined ? { ...land, hasMore: !land.hasMore } : land),
  checkBackends: (land) => ({ ...land, checksBackends: !land.checksBackends }),
  grant: (land) =>
    land.stock === undefined ? land : { ...land, stock: { ...land.stock, granted: !land.stock.granted } },
  /** With all that is in it. */
  switchNamespace: (land, random) => {
    if (land.stock === undefined)
      return { ...land, stock: { pods: randomPods(random, 2), granted: random.next() < 0.5 } };
    const { stock: _, ...without } = land;
    return { ...without, routes: land.routes.filter(({ namespace }) => namespace !== 'stock') };
  },
  addRoute: (land, random) => {
    const free = names.filter((name) => land.routes.every((route) => route.name !== name));
    const name = oneOf(random, free);
    return name === undefined ? land : { ...land, routes: [...land.routes, randomRoute(land, name, random)] };
  },
  removeRoute: (land, random) => {
    const chosen = oneOf(random, land.routes);
    return { ...land, routes: land.routes.filter((route) => route !== chosen) };
  },
  changeHostnames: (land, random) =>
    onRoute(land, random, (route) =>
      route.kind === 'HTTPRoute' ? { ...route, hostnames: randomHostnames(random) } : route,
    ),
  moveRoute: (land, random) =>
    onRoute(land, random, (route) => {
      const { listener: _, ...without } = route;
      return route.kind === 'HTTPRoute' ? { ...without, ...randomListener(random) } : route;
    }),
  changeRules: (land, random) =>
    onRoute(land, random, (route) => ({ ...route, rules: randomRules(route, random) })),
  reweight: (land, random) =>
    onRoute(land, random, (route) => ({
      ...route,
      rules: route.rules.map((rule) => ({ ...rule, backends: randomBackends(route, random) })),
    })),
  scale: (land, random) => {
    const name = random.next() < 0.5 ? 'svc0' : 'svc1';
    const pods = randomPods(random, name === 'svc0' ? 0 : 1);
    return { ...land, services: { ...land.services, [name]: pods } };
  },
} as const satisfies Readonly<Record<string, LandEdit>>;

export function emptiedLand(land: Landscape): Landscape {
  const { stock: _, ...without } = land;
  return { ...without, routes: [], hasMore: false };
}

const names = ['cart', 'shop', 'pay', 'ship', 'hello', 'pass'];

function randomRoute({ stock }: Landscape, name: string, random: Random): LandRoute {
  const backends = (route: Pick<LandRoute, 'namespace' | 'kind'>): readonly LandBackend[] =>
    randomBackends(route, random);
  switch (name) {
    case 'hello': {
      const route = { kind: 'GRPCRoute', namespace: 'default' } as const;
      const match = { type: 'PathPrefix', path: '/' } as const;
      const rules = [{ match, backends: backends(route) }];
      return { ...route, name, hostnames: ['grpc.example'], listener: 'https', rules };
    }
    case 'pass': {
      const route = { kind: 'TLSRoute', namespace: 'default' } as const;
      const match = { type: 'PathPrefix', path: '/' } as const;
      const rules = [{ match, backends: backends(route) }];
      return { ...route, name, hostnames: ['tls.example'], listener: 'tls', rules };
    }
    default: {
      const namespace = name === 'ship' && stock !== undefined ? 'stock' : 'default';
      const route = { kind: 'HTTPRoute', namespace } as const;
      return {
        ...route,
        name,
        hostnames: randomHostnames(random),
        ...randomListener(random),
        rules: randomRules(route, random),
      };
    }
  }
}

function randomHostnames(random: Random): readonly string[] {
  return (
    oneOf(random, [[], [], ['a.example'], ['a.example'], ['b.example'], ['a.example', 'b.example']]) ?? []
  );
}

function randomListener(random: Random): Pick<LandRoute, 'listener'> {
  const listener = oneOf(random, [undefined, undefined, 'http', 'https', 'more'] as const);
  return listener === undefined ? {} : { listener };
}

/** Two matches that differ: all of three routes fit into one listener. */
function randomRules(route: Pick<LandRoute, 'namespace' | 'kind'>, random: Random): readonly LandRule[] {
  const choices: readonly LandMatch[] = [
    { type: 'PathPrefix', path: '/' },
    { type: 'PathPrefix', path: '/a' },
    { type: 'Exact', path: '/c' },
    { type: 'Exact', path: '/a', header: random.next() < 0.5 ? '1' : '2' },
  ];
  const many = route.kind === 'HTTPRoute' ? count(random, 1, 2) : 1;
  return shuffled(random, choices)
    .slice(0, many)
    .map((match) => ({ match, backends: randomBackends(route, random) }));
}

function randomBackends({ namespace, kind }: Pick<LandRoute, 'namespace' | 'kind'>, random: Random) {
  const choices: readonly LandBackend['name'][] =
    namespace === 'stock'
      ? ['shelf']
      : [
          'svc0',
          'svc1',
          'shelf',
          ...(kind === 'HTTPRoute' && random.next() < 0.15 ? (['nothing'] as const) : []),
        ];
  return shuffled(random, choices)
    .slice(0, count(random, 1, 2))
    .map((name): LandBackend => ({
      name,
      // What passes through has no answer for nobody.
      weight: kind === 'TLSRoute' ? count(random, 1, 9) : (oneOf(random, [1, 1, 10, 90, 0]) ?? 1),
    }));
}

function randomPods(random: Random, block: number): readonly PodShape[] {
  return Array.from({ length: count(random, 1, 3) }, (_, i) => ({
    address: `10.0.${block}.${10 * i + count(random, 1, 3)}`,
    state: random.next() < 0.8 ? 'ready' : 'starting',
  }));
}

function certificate(random: Random): string {
  const id = oneOf(random, ['one', 'two']) ?? 'one';
  return `arn:aws:acm:us-west-2:123456789012:certificate/${id}`;
}

function onRoute(land: Landscape, random: Random, change: (route: LandRoute) => LandRoute): Landscape {
  const chosen = oneOf(random, land.routes);
  return { ...land, routes: land.routes.map((route) => (route === chosen ? change(route) : route)) };
}
