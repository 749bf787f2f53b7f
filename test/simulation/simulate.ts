import type { Random } from '../../src/ports/random.ts';
import { chanceOf, count, oneOf } from './choose.ts';
import { weather } from './faults.ts';
import type { Lag } from './faults.ts';
import { checkStruck, strike } from './killers.ts';
import type { Killer } from './killers.ts';
import { inhabit, live, planOf } from './lives.ts';
import { checkEffect, checkQuiet, untilQuiet } from './quiet.ts';
import { Stalled } from './virtual-clock.ts';
import { createWorld, startLater } from './world.ts';
import type { Cluster } from './cluster.ts';
import type { Controller, World } from './world.ts';

export interface Run {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly lines: readonly string[];
  readonly virtualMs: number;
}

export interface SimulateOptions {
  /** Everything that the processes log goes into the lines. */
  readonly verbose?: boolean;
  /** What befalls the world besides. */
  readonly killer?: Killer;
}

/** One world from one seed, from its first manifest to its last check. */
export async function simulate(
  seed: number,
  { verbose = false, killer }: SimulateOptions = {},
): Promise<Run> {
  const random = chanceOf(seed, 'plan');
  const sky = weather(chanceOf(seed, 'weather'), {
    lag: killer === 'leavingDefinition' ? lagOf(random) : 'none',
  });
  const plan = planOf(random, killer);
  const struck = new Set<Cluster>();
  const verifyEveryMs = oneOf(chanceOf(seed, 'verification'), ages) ?? ages[0];
  const world = createWorld({
    seed,
    clusters: plan.clusters,
    latency: plan.latency,
    weather: sky,
    settings: { verifyEveryMs },
    onEffect: (all, effect) => {
      checkEffect(all, effect);
      if (struck.has(effect.cluster)) checkStruck(all, effect);
    },
    onMoment: (controller) => {
      if (sky.kills()) revive(world, controller, random);
    },
    verbose,
  });
  const { time, trace } = world;
  const untilWell = async (): Promise<void> => {
    sky.clear();
    await untilQuiet(world, verifyEveryMs + leewayMs);
    await checkQuiet(world);
  };
  try {
    inhabit(world.account, plan);
    for (const cluster of world.clusters) world.start(cluster);
    await time.run(
      Promise.all(world.clusters.map(async (cluster, i) => live(world, cluster, plan.lives[i] ?? []))),
      aDay,
    );
    await untilWell();
    if (killer === undefined) checkDrift(world);
    if (killer !== undefined && killer !== 'twins') {
      const [cluster] = world.clusters;
      const shape = plan.lives[0]?.at(-1)?.shape;
      if (cluster === undefined || shape === undefined) throw new Error('a world without a cluster');
      await strike[killer]({ world, cluster, shape, sky, struck, random, calmMs: verifyEveryMs + leewayMs });
      await checkQuiet(world);
    }
  } catch (error) {
    if (!(error instanceof Stalled)) throw error;
    trace.problem(error.message);
  }
  // Nothing that its processes do once it is over belongs to it.
  const run = { seed, problems: [...trace.problems], lines: [...trace.lines], virtualMs: time.elapsed };
  world.end();
  return run;
}

/** At which controllers verify what they know; where that is often, less time has to pass until nothing is left to find. */
const ages = [100_000, 100_000, 100_000, 600_000] as const;
/** Within this time after it is old enough everything is verified. */
const leewayMs = 60_000;

/** Nobody else touches what is ours, whatever the network does: nothing of it looks as if somebody had. */
function checkDrift({ controllers, trace }: World): void {
  for (const { metrics } of controllers()) {
    const [found] = metrics.text().match(/^trellis_drift_found_total.*$/m) ?? [];
    if (found !== undefined) trace.problem(`a drift that nobody caused: ${found}`);
  }
}

const aDay = 24 * 3_600_000;

/** What a definition takes along is mostly seen before the definition is seen to go: that is what deceives. */
function lagOf(random: Random): Lag {
  return random.next() < 0.9 ? 'definitions' : 'any';
}

/** Dies, and comes back when nothing of it can be on its way any more, as a lease would have it. */
function revive(world: World, controller: Controller, random: Random): void {
  controller.crash();
  startLater(world, controller.cluster, count(random, 4_000, 15_000));
}
