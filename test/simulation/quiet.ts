import { kinds } from '../../src/kinds/kinds.ts';
import type { Kind } from '../../src/kinds/object.ts';
import { isRecord } from '../../src/kinds/record.ts';
import { checkAwake } from './checks/awake.ts';
import { checkConditions } from './checks/conditions.ts';
import { checkDeletions } from './checks/deletions.ts';
import { checkForeign } from './checks/foreign.ts';
import { checkInstant } from './checks/instants.ts';
import { checkNeedless } from './checks/needless.ts';
import { checkPolicies, checkProtection, checkSubscriptions } from './checks/policies.ts';
import { checkLattice } from './checks/quiet.ts';
import type { Effect, World } from './world.ts';

/** A world must be as it should within this time after the last edit and the last fault. */
const boundMs = 30 * 60_000;
/** After so long without a change whoever waits for something waits for a time, or has missed it. */
const dozeMs = 30_000;

/** The checks after each change of a controller to Lattice. */
export function checkEffect(world: World, effect: Effect): void {
  checkForeign(world, effect);
  checkDeletions(world, effect);
  if (!effect.cluster.isReturning) checkInstant(world, effect);
  checkProtection(world, effect);
  checkSubscriptions(world, effect);
  checkNeedless(world, effect);
}

/**
 * Lets time pass until no controller has changed anything for so long: longer than it takes to verify everything once, and
 * nothing it could find out is left. Too long a time without that is a problem.
 */
export async function untilQuiet(world: World, forMs: number): Promise<void> {
  const { time, trace } = world;
  const since = time.elapsed;
  let atRest = { since, passes: world.passes(), write: lastWrite(world) };
  let isAwake = false;
  while (time.elapsed - Math.max(lastWrite(world), since) < forMs) {
    await time.pass(30_000);
    if (lastWrite(world) !== atRest.write)
      atRest = { since: time.elapsed, passes: world.passes(), write: lastWrite(world) };
    if (!isAwake && time.elapsed - Math.max(lastWrite(world), since) >= dozeMs) {
      isAwake = true;
      await checkAwake(world);
    }
    if (lastWrite(world) - since > boundMs) {
      trace.problem(
        `quiet: something is still being changed ${boundMs / 60_000} minutes after the last edit`,
      );
      return;
    }
  }
  checkPasses(world, atRest);
  trace.note(`quiet since ${lastWrite(world)}`);
}

/** Where nothing happens, nobody looks more than once in a while. */
export function checkPasses(
  { time, trace, passes, clusters }: World,
  since: { readonly since: number; readonly passes: number },
): void {
  const perSecond = (passes() - since.passes) / ((time.elapsed - since.since) / 1000) / clusters.length;
  if (perSecond > mostPassesPerSecond)
    trace.problem(`quiet: a controller with nothing to do makes ${perSecond.toFixed(1)} passes per second`);
}

const mostPassesPerSecond = 1;

/** All that must hold when nothing happens any more. What is right now is what changes are judged by from here on. */
export async function checkQuiet(world: World): Promise<void> {
  const { time } = world;
  for (const cluster of world.clusters) {
    checkLattice(world, cluster);
    checkPolicies(world, cluster);
    await time.run(checkConditions(world, cluster));
    cluster.epoch = cluster.intents().length - 1;
    world.refused.delete(cluster);
  }
  await checkRest(world);
}

/** Where nothing happens, controllers have nothing to do, and those that know nothing find that out. */
export async function checkRest(world: World, kinds: readonly Kind[] = told): Promise<void> {
  checkLastPlans(world);
  await checkRestart(world, kinds);
}

/** The plan of a quiet world has nothing to do. */
function checkLastPlans({ controllers, trace }: World): void {
  for (const { cluster, lastReport } of controllers()) {
    for (const step of lastReport()?.steps ?? []) {
      if (
        step.op === 'create' ||
        step.op === 'update' ||
        step.op === 'replace' ||
        step.op === 'delete' ||
        step.op === 'adopt'
      ) {
        trace.problem(`plan: ${cluster.name}, at rest, would ${step.op} ${step.key}: ${step.because}`);
      }
    }
  }
}

/**
 * Controllers that know nothing find a quiet world to be as it should: they change nothing in Lattice, and what they tell
 * of it in the end, times of transitions included, is what was told before.
 */
async function checkRestart(world: World, served: readonly Kind[]): Promise<void> {
  const { time, trace } = world;
  const lattice = world.lastWrite('lattice');
  const told = await time.run(tellings(world, served));
  for (const controller of world.controllers()) {
    controller.crash();
    world.start(controller.cluster);
  }
  await time.pass(120_000);
  if (world.lastWrite('lattice') !== lattice)
    trace.problem('restart: a controller that starts in a quiet world changes Lattice');
  const now = await time.run(tellings(world, served));
  for (const [name, telling] of told) {
    if (now.get(name) !== telling)
      trace.problem(
        `restart: a controller that starts in a quiet world makes of ${name} ${now.get(name)}, and it was ${telling}`,
      );
  }
}

/** Everything a controller writes to objects, by object. */
async function tellings({ clusters }: World, served: readonly Kind[]): Promise<ReadonlyMap<string, string>> {
  const all = await Promise.all(
    clusters.map(async ({ name, user }) => {
      const lists = await Promise.all(
        served.map(async (kind) => await user.list(kind, {}, new AbortController().signal)),
      );
      return lists.flatMap(({ items }) =>
        items.map(
          ({ kind, metadata, ...object }) =>
            [
              `${kind} ${metadata.name} of ${name}`,
              textOf([metadata.annotations, metadata.finalizers, 'status' in object && object.status]),
            ] as const,
        ),
      );
    }),
  );
  return new Map(all.flat());
}

/** Whatever the order of members, which says nothing. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    isRecord(one) ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
}

export const told: readonly Kind[] = [
  kinds.GatewayClass,
  kinds.Gateway,
  kinds.HTTPRoute,
  kinds.ServiceExport,
  kinds.IAMAuthPolicy,
  kinds.AccessLogPolicy,
];

const sides = ['lattice', 'kube'] as const;

function lastWrite(world: World): number {
  return Math.max(...sides.map(world.lastWrite));
}
