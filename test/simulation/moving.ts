import type { Crashed } from './crashes.ts';
import { begin, gateway, parameters, route } from './scene.ts';
import { hosted, watch } from './served.ts';
import type { Scene } from './served.ts';

/** A change by which routes come to be in other services than before, and what is to be served in the end. */
interface Move {
  readonly mapping: 'perRoute' | 'perHostname';
  readonly move: (scene: Scene) => Promise<unknown>;
  /** Of path `/a`. None: by a name that Lattice gives. */
  readonly wanted: readonly string[];
  /** Hostnames, and none for a name that Lattice gives, of all services in the end. */
  readonly left: readonly string[];
}

const toForm = (mapping: string) => async (scene: Scene) =>
  scene.patch('ConfigMap', 'lattice', { data: { mapping } });

const exchange = async (scene: Scene): Promise<void> => {
  await scene.patch('HTTPRoute', 'card', { spec: { hostnames: ['menu.example'] } });
  await hosted(scene, ['carte.example']);
};

/** Two routes with a hostname, one of them `menu`, and one without. */
const before = [
  route('menu', { path: '/a', hostnames: ['menu.example'] }),
  route('card', { path: '/a', hostnames: ['carte.example'] }),
  route('free', { path: '/a' }),
];

const both = ['', 'carte.example', 'menu.example'];

export const moves: readonly Move[] = [
  {
    mapping: 'perRoute',
    move: async (scene) => hosted(scene, ['wine.example']),
    wanted: ['wine.example'],
    left: ['', 'carte.example', 'wine.example'],
  },
  {
    mapping: 'perHostname',
    move: async (scene) => hosted(scene, ['wine.example']),
    wanted: ['wine.example'],
    left: ['', 'carte.example', 'wine.example'],
  },
  { mapping: 'perRoute', move: exchange, wanted: ['menu.example', 'carte.example'], left: both },
  { mapping: 'perHostname', move: exchange, wanted: ['menu.example', 'carte.example'], left: both },
  {
    mapping: 'perRoute',
    move: toForm('perHostname'),
    wanted: ['', 'menu.example', 'carte.example'],
    left: both,
  },
  {
    mapping: 'perHostname',
    move: toForm('perRoute'),
    wanted: ['', 'menu.example', 'carte.example'],
    left: both,
  },
  {
    mapping: 'perRoute',
    move: async (scene) => {
      await hosted(scene, ['wine.example']);
      await scene.pass(150);
      await scene.remove('HTTPRoute', 'menu');
    },
    wanted: ['carte.example'],
    left: ['', 'carte.example'],
  },
];

/** As long as a lease is held that nobody renews. */
const leaseMs = 10_000;

/** One of the moves, in which the controller dies when its call of that number after the change has taken effect, or never. */
export async function crashWhileMoving(number: number, crash?: number): Promise<Crashed> {
  const chosen = moves[number];
  if (chosen === undefined) throw new Error(`there is no move ${number}`);
  let calls = Number.NEGATIVE_INFINITY;
  const scene: Scene = await begin({
    onMoment: (controller, moment) => {
      if (moment !== 'answered') return;
      calls += 1;
      if (calls !== crash) return;
      controller.crash();
      scene.startLater(leaseMs);
    },
  });
  await scene.apply(parameters({ mapping: chosen.mapping }), gateway(), ...before);
  await scene.settle();
  calls = 0;
  await chosen.move(scene);
  const { gaps } = await watch(scene, { path: '/a', wanted: () => chosen.wanted });
  const made = calls;
  calls = Number.NEGATIVE_INFINITY;
  await scene.settle();
  const left = [...scene.state().services.values()].map(({ customDomainName = '' }) => customDomainName);
  await scene.restart();
  const problems = [
    ...scene.problems(),
    ...Object.entries(gaps).map(([name, span]) => `moving: ${name} is not served from ${span} ms`),
    ...(left.toSorted().join() === chosen.left.join() ? [] : [`moving: ${left.join()} are left`]),
    ...scene.mutations().map((operation) => `moving: one who starts again calls ${operation}`),
  ];
  return { seed: number, problems, lines: scene.lines(), virtualMs: 0, calls: made };
}
