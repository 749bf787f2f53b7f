import { deleted, podReplaced, written } from './changes.ts';
import type { Change } from './changes.ts';
import { hostOf, route, service, workload } from './manifests.ts';
import type { Manifest, Rule } from './manifests.ts';
import type { Answer, Ask } from './traffic.ts';
import type { World } from './world.ts';

/** A change that is measured: what stands before it, what it is, how its effect is seen, and what it may cost. */
export interface Case {
  readonly name: string;
  /** Stands in the world of the case all the time, and is left there. */
  readonly standing?: readonly Manifest[];
  /** The route that all trials share. Each has one of its own unless told. */
  readonly shared?: string;
  /** Is made for a trial, stands before it, and goes after it. */
  readonly before?: (route: string) => readonly Manifest[];
  /** Happens right before the change. */
  readonly first?: (world: World) => Promise<void>;
  readonly change: (route: string, world: World) => Change;
  /** A client asks for each of these in turn until its answer shows the change. */
  readonly asks: (route: string) => readonly Ask[];
  readonly shows: (answer: Answer, podsBefore: ReadonlySet<string>) => boolean;
  readonly limits: Limits;
  /** Whether anything comes to be in its own time. */
  readonly creates: boolean;
}

export interface Limits {
  readonly calls?: number;
  readonly mutations?: number;
  /** Milliseconds until the effect, also where a call takes 60 of them. */
  readonly effect: number;
  /** Milliseconds that the effect may take more than the floor; nothing where the floor is only told. */
  readonly aboveFloor?: number;
}

/**
 * What watch, our own work, Envoy and the client's turn may take beside the calls: a tenth of a second is what people take
 * for at once.
 */
const atOnce = 100;

const one: readonly Rule[] = [{ path: '/', to: { a: 1 } }];
const nine: readonly Rule[] = Array.from({ length: 9 }, (_, at) => ({ path: `/rule-${at}`, to: { a: 1 } }));
const tenth = (backend: string): Rule => ({ path: '/tenth', to: { [backend]: 1 } });
/** The name of the Service that only one route uses. */
const own = (name: string): string => `${name}-own`;
const ownOf = (name: string): Manifest => service(own(name), 'b');
const a100: readonly Rule[] = [{ path: '/', to: { a: 100, b: 0 } }];
const b100: readonly Rule[] = [{ path: '/', to: { a: 0, b: 100 } }];

export const cases: readonly Case[] = [
  {
    name: 'new route',
    change: (name) => written([route(name, one)]),
    asks: at('/'),
    shows: isServed,
    limits: { calls: 9, mutations: 6, effect: 400, aboveFloor: atOnce },
    creates: true,
  },
  {
    name: 'second backend',
    before: (name) => [route(name, one)],
    change: (name) => written([route(name, [{ path: '/', to: { a: 1, b: 1 } }])]),
    asks: at('/'),
    shows: isServedByB,
    limits: { calls: 4, effect: 300, aboveFloor: atOnce },
    creates: true,
  },
  {
    name: 'weight change',
    before: (name) => [route(name, a100)],
    change: (name) => written([route(name, b100)]),
    asks: at('/'),
    shows: isServedByB,
    limits: { calls: 1, effect: 150, aboveFloor: atOnce },
    creates: false,
  },
  {
    name: 'replaced pod',
    standing: [...workload('pods', 2), route('pods', [{ path: '/', to: { pods: 1 } }])],
    shared: 'pods',
    change: (_name, world) => podReplaced('pods', world),
    asks: at('/'),
    shows: (answer, podsBefore) => isServed(answer) && !podsBefore.has(podIn(answer)),
    limits: { calls: 2, effect: 150, aboveFloor: atOnce },
    creates: false,
  },
  {
    name: 'new route with nine rules',
    change: (name) => written([route(name, nine)]),
    asks: (name) => nine.flatMap(({ path }) => at(path)(name)),
    shows: isServed,
    limits: { calls: 16, effect: 500, aboveFloor: atOnce },
    creates: true,
  },
  {
    name: 'tenth rule, new Service',
    before: (name) => [route(name, nine)],
    change: (name) => written([ownOf(name), route(name, [...nine, tenth(own(name))])]),
    asks: at('/tenth'),
    shows: isServed,
    limits: { calls: 4, effect: 300, aboveFloor: atOnce },
    creates: true,
  },
  {
    name: 'rule removed',
    before: (name) => [ownOf(name), route(name, [...nine, tenth(own(name))])],
    change: (name) => written([route(name, nine)]),
    asks: at('/tenth'),
    shows: isNotFound,
    limits: { calls: 3, effect: 300, aboveFloor: atOnce },
    creates: false,
  },
  {
    name: 'path edited',
    before: (name) => [route(name, nine)],
    change: (name) => written([route(name, [...nine.slice(0, 8), tenth('a')])]),
    asks: at('/tenth'),
    shows: isServed,
    limits: { calls: 1, effect: 150, aboveFloor: atOnce },
    creates: false,
  },
  {
    name: 'route deleted',
    before: (name) => [route(name, one)],
    change: deleted,
    asks: at('/'),
    shows: isNotFound,
    limits: { calls: 6, effect: 400, aboveFloor: atOnce },
    creates: false,
  },
];

const many = 100;

export const casesOfMany: readonly Case[] = [
  {
    name: `${many} routes at once`,
    change: (name) => written(manyOf(name)),
    asks: (name) => namesOf(name).flatMap(at('/')),
    shows: isServed,
    limits: { calls: 650, effect: 10_000 },
    creates: true,
  },
  {
    name: `weight change after a restart with ${many} routes`,
    standing: manyOf('standing'),
    before: (name) => [route(name, a100)],
    first: async ({ restartController }) => restartController(),
    change: (name) => written([route(name, b100)]),
    asks: at('/'),
    shows: isServedByB,
    // Nothing is written but the weight.
    limits: { mutations: 1, effect: 1_000 },
    creates: false,
  },
];

/** Routes with a Service of their own each. */
function manyOf(name: string): readonly Manifest[] {
  return namesOf(name).flatMap((each) => [ownOf(each), route(each, [{ path: '/', to: { [own(each)]: 1 } }])]);
}

function namesOf(name: string): readonly string[] {
  return Array.from({ length: many }, (_, number) => `${name}-${number}`);
}

function at(path: string): (route: string) => readonly Ask[] {
  return (name) => [{ host: hostOf(name), path }];
}

function isServed({ status }: Answer): boolean {
  return status === 200;
}

function isServedByB(answer: Answer): boolean {
  return isServed(answer) && podIn(answer).startsWith('b-');
}

function isNotFound({ status }: Answer): boolean {
  return status === 404;
}

/** `Requsting to Pod(NAME): TEXT` is how the built-in program answers. */
function podIn({ body }: Answer): string {
  return /Pod\(([^)]*)\)/.exec(body)?.[1] ?? '';
}
