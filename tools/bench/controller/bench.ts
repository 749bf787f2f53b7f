import { setTimeout as sleep } from 'node:timers/promises';
import type { ResourceType } from '../../../src/lattice/model/resource.ts';
import { latencyOf } from '../../../src/local/state/latency.ts';
import type { LatencyProfile } from '../../../src/local/state/state.ts';
import { spread } from '../figures.ts';
import { callsOf, forgetCalls } from '../lattice-calls.ts';
import { cases } from './cases.ts';
import type { Case, Trial } from './cases.ts';
import { floorOf } from './floor.ts';
import type { Floor } from './floor.ts';
import { hostOf, standing } from './manifests.ts';
import { planFor } from './observer.ts';
import { listenTo } from './traffic.ts';
import type { Listener } from './traffic.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

export interface ControllerOptions {
  readonly root: string;
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly onRound: (what: Omit<CaseResult, 'rounds'>, round: Round) => void;
}

/** How slow Lattice is. */
export interface Setting {
  readonly title: string;
  readonly latency: LatencyProfile;
  /** Added to every call, in milliseconds. */
  readonly delay: number;
}

/** One change, measured. Times in milliseconds. */
export interface Round {
  readonly floor: Floor;
  readonly mutations: readonly string[];
  readonly reads: readonly string[];
  /** What one call took, in the middle. */
  readonly perCall: number;
  /** From typing until the cluster had the change. */
  readonly kubectl: number;
  /** From then until the controller could act: of a replaced pod, until its replacement was ready. */
  readonly waiting: number;
  /** From then on: until the first call, until traffic showed it, until the last call was answered. */
  readonly untilCall: number;
  readonly untilEffect: number;
  readonly untilQuiet: number;
  /** From the write until what was before was heard last. */
  readonly untilGone: number | undefined;
}

export interface CaseResult {
  readonly name: string;
  readonly setting: Setting;
  readonly rounds: readonly Round[];
}

/** What is measured in one world, in turn. */
interface Series {
  readonly latency: LatencyProfile;
  readonly delays: readonly { readonly title: string; readonly delay: number }[];
  readonly cases: readonly Case[];
  /** Of the rounds that were asked for. */
  readonly share: number;
  /** Without a call for so long, nothing more comes. */
  readonly quietMs: number;
}

const series: readonly Series[] = [
  {
    latency: 'none',
    delays: [
      { title: '0 ms a call', delay: 0 },
      { title: '60 ms a call', delay: 60 },
    ],
    cases,
    share: 1,
    quietMs: 700,
  },
  {
    // What is not created does not depend on how long a creation takes.
    latency: 'aws',
    delays: [{ title: '60 ms a call', delay: 60 }],
    cases: cases.filter(({ creates }) => creates),
    share: 1 / 3,
    quietMs: 3_500,
  },
];

const patience = 60_000;

/** Makes each change over and over, and counts and times what the controller does about it. */
export async function measureController(options: ControllerOptions): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const each of series) results.push(...(await measureSeries(each, options)));
  return results;
}

/** In a round each case has its turn at each delay, so that what disturbs the machine disturbs all. */
async function measureSeries(
  { latency, delays, cases, share, quietMs }: Series,
  { root, rounds, signal, onRound }: ControllerOptions,
): Promise<readonly CaseResult[]> {
  const world = await startWorld({ root, latency, signal });
  try {
    await settleIn(world, quietMs, signal);
    const kinds = cases.flatMap((each) =>
      delays.map(({ title, delay }) => ({
        each,
        setting: { title, latency, delay },
        done: noRounds(),
      })),
    );
    for (let n = 0; n < Math.ceil(rounds * share); n += 1) {
      for (const [index, { each, setting, done }] of kinds.entries()) {
        signal.throwIfAborted();
        const trial = each.trial(n * delays.length + (index % delays.length), world);
        world.slow.delay = setting.delay;
        const round = await measure(trial, { world, setting, quietMs }, signal);
        done.push(round);
        onRound({ name: each.name, setting }, round);
      }
    }
    return kinds.map(({ each, setting, done }) => ({ name: each.name, setting, rounds: done }));
  } finally {
    await world.close();
  }
}

function noRounds(): Round[] {
  return [];
}

/** Everything stands, traffic flows, and kubectl has its caches. */
async function settleIn(world: World, quietMs: number, signal: AbortSignal): Promise<void> {
  await world.kubectl(['apply', '-f', '-'], standing());
  const address = await world.address();
  for (const name of ['weights', 'pods']) {
    const listener = listenTo({ address, port: world.port, host: hostOf(name) });
    try {
      await listener.first(({ status }) => status === 200, patience);
    } finally {
      await listener.stop();
    }
  }
  await quiet(world, { since: performance.now(), quietMs }, signal);
}

interface Site {
  readonly world: World;
  readonly setting: Setting;
  readonly quietMs: number;
}

async function measure(trial: Trial, { world, setting, quietMs }: Site, signal: AbortSignal): Promise<Round> {
  const { slow } = world;
  const steps = await planFor(world, trial.change, signal);
  const listener = listenTo({ address: await world.address(), port: world.port, host: trial.host });
  try {
    await forgetCalls(world.endpoint, signal);
    slow.forget();
    const { typedAt, writtenAt, readyAt, effectAt } = await make(trial, world, listener);
    const quietAt = await quiet(world, { since: effectAt, quietMs }, signal);
    const calls = await callsOf(world.endpoint, signal);
    const mutations = calls.flatMap(({ mutating, operation }) => (mutating ? [operation] : []));
    const reads = calls.flatMap(({ mutating, operation }) => (mutating ? [] : [operation]));
    const goneAt = trial.isOld === undefined ? undefined : listener.last(trial.isOld);
    const seen = slow.calls();
    const perCall = spread(seen.map(({ beganAt, endedAt }) => endedAt - beganAt)).median;
    const settling = (type: ResourceType): number => settlingOf(type, setting.latency);
    return {
      floor: floorOf(steps, { perCall, settling }),
      mutations,
      reads,
      perCall,
      kubectl: writtenAt - typedAt,
      waiting: readyAt - writtenAt,
      untilCall: Math.min(...seen.map(({ beganAt }) => beganAt)) - writtenAt,
      untilEffect: effectAt - readyAt,
      untilQuiet: quietAt - readyAt,
      untilGone: goneAt === undefined ? undefined : goneAt - writtenAt,
    };
  } finally {
    await listener.stop();
  }
}

interface Moments {
  readonly typedAt: number;
  readonly writtenAt: number;
  readonly readyAt: number;
  readonly effectAt: number;
}

async function make(trial: Trial, world: World, listener: Listener): Promise<Moments> {
  const typedAt = performance.now();
  const written = world.seen(trial.isWritten, patience);
  const ready = trial.isReady === undefined ? written : world.seen(trial.isReady, patience);
  const effect = listener.first(trial.shows, patience);
  const [writtenAt, readyAt, effectAt] = await Promise.all([
    written,
    ready,
    effect,
    world.kubectl(trial.args, trial.objects),
  ]);
  return { typedAt, writtenAt, readyAt, effectAt };
}

/** Resolves when no call was under way for `quietMs`; gives when the last one ended, but nothing before `since`. */
async function quiet(
  { slow }: World,
  { since, quietMs }: { readonly since: number; readonly quietMs: number },
  signal: AbortSignal,
): Promise<number> {
  const deadline = performance.now() + patience;
  for (;;) {
    const last = slow.lastActivity() ?? since;
    const left = Math.max(last, since) + quietMs - performance.now();
    if (left <= 0) return last;
    if (performance.now() > deadline) throw new Error('the controller does not come to rest');
    await sleep(Math.min(left, 100), undefined, { signal });
  }
}

/** How long Lattice takes to bring it into being. */
function settlingOf(type: ResourceType, latency: LatencyProfile): number {
  switch (type) {
    case 'targetGroup':
      return latencyOf(latency, 'createTargetGroup');
    case 'service':
      return latencyOf(latency, 'createService');
    case 'serviceAssociation':
      return latencyOf(latency, 'createServiceAssociation');
    case 'vpcAssociation':
      return latencyOf(latency, 'createVpcAssociation');
    case 'serviceNetwork':
    case 'authPolicy':
    case 'accessLogSubscription':
    case 'targets':
    case 'listener':
    case 'rule':
      return 0;
  }
}
