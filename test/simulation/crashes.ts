import { chanceOf } from './choose.ts';
import { weather } from './faults.ts';
import { inhabit, live, smallPlanOf } from './lives.ts';
import { checkEffect, checkQuiet, untilQuiet } from './quiet.ts';
import type { Run } from './simulate.ts';
import { Stalled } from './virtual-clock.ts';
import { createWorld } from './world.ts';
import type { Controller, World } from './world.ts';

/** Their seeds begin at 1. The soak lets the controller crash after every call in each. */
export const smallWorlds = 20;

/** As long as a lease is held that nobody renews. */
const leaseMs = 10_000;
/** Nothing waits for its audit here: whoever starts again looks at everything. */
const quietMs = 45_000;

export interface Crashed extends Run {
  /** How many calls the controllers made in all, to either side. */
  readonly calls: number;
}

/** A small world in fair weather, in which the controller dies when its call of that number has taken effect, or never. */
export async function crashAt(seed: number, crash?: number): Promise<Crashed> {
  const random = chanceOf(seed, 'small plan');
  const sky = weather(chanceOf(seed, 'weather'), { lag: 'none' });
  sky.clear();
  const plan = smallPlanOf(random);
  let calls = 0;
  const world: World = createWorld({
    seed,
    clusters: plan.clusters,
    latency: plan.latency,
    weather: sky,
    onEffect: checkEffect,
    onMoment: (controller, moment) => {
      if (moment === 'answered') calls += 1;
      if (moment === 'answered' && calls === crash) startAgain(world, controller);
    },
    verbose: false,
  });
  const { time, trace } = world;
  try {
    inhabit(world.account, plan);
    for (const cluster of world.clusters) world.start(cluster);
    await time.run(
      Promise.all(world.clusters.map(async (cluster, i) => live(world, cluster, plan.lives[i] ?? []))),
    );
    await untilQuiet(world, quietMs);
    const made = calls;
    calls = Number.NEGATIVE_INFINITY;
    await checkQuiet(world);
    calls = made;
  } catch (error) {
    if (!(error instanceof Stalled)) throw error;
    trace.problem(error.message);
  }
  const run = { seed, problems: trace.problems, lines: trace.lines, virtualMs: time.elapsed, calls };
  world.end();
  return run;
}

function startAgain(world: World, controller: Controller): void {
  controller.crash();
  world.time.schedule(leaseMs, () => world.start(controller.cluster));
}
