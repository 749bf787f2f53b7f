import { CallBudget } from '../../../src/lattice/aws/budget.ts';
import type { ResourceType } from '../../../src/lattice/model/resource.ts';
import { latencyOf } from '../../../src/local/state/latency.ts';
import type { Delay } from '../../../src/local/state/latency.ts';
import { systemClock } from '../../../src/ports/system/clock.ts';
import { spread } from '../figures.ts';
import { callsOf, forgetCalls } from '../lattice-calls.ts';
import type { Case } from './cases.ts';
import type { Change } from './changes.ts';
import { floorOf } from './floor.ts';
import type { Floor, Pace } from './floor.ts';
import { planFor } from './observer.ts';
import { patience, quiet } from './stand.ts';
import type { Site } from './stand.ts';
import { hear } from './traffic.ts';
import type { Hearing } from './traffic.ts';

/** One change, measured. Times in milliseconds. */
export interface Round {
  readonly floor: Floor;
  readonly mutations: readonly string[];
  readonly reads: readonly string[];
  /** What one call took, in the middle. */
  readonly perCall: number;
  /** What came right before the change. */
  readonly beforehand: number;
  /** From typing until the cluster had the change. */
  readonly kubectl: number;
  /** From then until the controller could act: of a replaced pod, until its replacement was ready. */
  readonly waiting: number;
  /** From then on: until the first call, until traffic showed it, until the last call was answered. */
  readonly untilCall: number;
  readonly untilEffect: number;
  readonly untilQuiet: number;
}

export interface Trial {
  readonly each: Case;
  readonly route: string;
  /** Added to every call, in milliseconds. */
  readonly delay: number;
}

/** Makes the change, once a client has heard that it is not there yet. */
export async function measure(site: Site, { each, route, delay }: Trial): Promise<Round> {
  const { world, latency } = site;
  const { endpoint, slow, port } = world;
  const stop = new AbortController();
  const signal = AbortSignal.any([site.signal, stop.signal]);
  const change = each.change(route, world);
  const steps = await planFor(world, change.foreseen, signal);
  const podsBefore = world.podNames();
  const hearing = {
    address: await world.address(),
    port,
    asks: each.asks(route),
    withinMs: patience,
    signal,
  };
  await hear({ ...hearing, fits: (answer) => !each.shows(answer, podsBefore) });
  await forgetCalls(endpoint, signal);
  slow.forget();
  slow.delay = delay;
  try {
    const beganAt = performance.now();
    await each.first?.(world);
    const moments = await make(site, change, {
      ...hearing,
      fits: (answer) => each.shows(answer, podsBefore),
    });
    const { typedAt, writtenAt, readyAt, effectAt } = moments;
    const quietAt = await quiet(site, effectAt);
    const calls = await callsOf(endpoint, signal);
    const seen = slow.calls();
    const perCall = spread(seen.map(({ beganAt, endedAt }) => endedAt - beganAt)).median;
    const settling: Pace['settling'] = (type, how) => {
      const delay = delays[type]?.[how];
      return delay === undefined ? 0 : latencyOf(latency, delay);
    };
    return {
      floor: floorOf(steps, { perCall, settling, perSecond }),
      mutations: calls.flatMap(({ mutating, operation }) => (mutating ? [operation] : [])),
      reads: calls.flatMap(({ mutating, operation }) => (mutating ? [] : [operation])),
      perCall,
      beforehand: typedAt - beganAt,
      kubectl: writtenAt - typedAt,
      waiting: readyAt - writtenAt,
      untilCall:
        Math.min(...seen.flatMap(({ beganAt }) => (beganAt < writtenAt ? [] : [beganAt]))) - writtenAt,
      untilEffect: effectAt - readyAt,
      untilQuiet: quietAt - readyAt,
    };
  } finally {
    stop.abort();
  }
}

interface Moments {
  readonly typedAt: number;
  readonly writtenAt: number;
  readonly readyAt: number;
  readonly effectAt: number;
}

async function make({ world }: Site, change: Change, effect: Hearing): Promise<Moments> {
  const typedAt = performance.now();
  const written = world.seen(change.isWritten, patience);
  const ready = change.isReady === undefined ? written : world.seen(change.isReady, patience);
  const [writtenAt, readyAt, effectAt] = await Promise.all([
    written,
    ready,
    hear(effect),
    world.kubectl(change.args, change.manifests),
  ]);
  return { typedAt, writtenAt, readyAt, effectAt };
}

/** What takes its time in Lattice. */
const delays: Partial<Record<ResourceType, Readonly<Record<'made' | 'gone', Delay>>>> = {
  targetGroup: { made: 'createTargetGroup', gone: 'deleteTargetGroup' },
  service: { made: 'createService', gone: 'deleteService' },
  serviceAssociation: { made: 'createServiceAssociation', gone: 'deleteServiceAssociation' },
  vpcAssociation: { made: 'createVpcAssociation', gone: 'deleteVpcAssociation' },
};

/** What the controller allows itself unless AWS allows less. */
const perSecond = new CallBudget({ clock: systemClock }).rate('write');
