import { definitionKind, definitionOf } from '../../src/controller/definitions.ts';
import { kinds } from '../../src/kinds/kinds.ts';
import type { KubeObject } from '../../src/kinds/object.ts';
import { isStatus } from '../../src/kube/errors.ts';
import { keyOf, parseObject } from '../../src/kube/object.ts';
import type { Random } from '../../src/ports/random.ts';
import { chanceOf } from './choose.ts';
import type { Cluster } from './cluster.ts';
import type { Weather } from './faults.ts';
import { definitions } from './manifests.ts';
import { checkPasses } from './quiet.ts';
import type { Shape } from './shape.ts';
import { edit } from './user.ts';
import type { Effect, World } from './world.ts';

/**
 * What has made controllers of this kind delete everything they had made:
 * - `emptyCluster`: the cluster is rebuilt, and the controller starts against one that has nothing in it.
 * - `leavingDefinition`: the definition of HTTPRoute is removed, and its objects go with it.
 * - `twins`: two clusters of one name in one VPC, whose controllers write the same tags.
 */
export type Killer = 'emptyCluster' | 'leavingDefinition' | 'twins';

export interface Struck {
  readonly world: World;
  readonly cluster: Cluster;
  /** What its people want, before and after. */
  readonly shape: Shape;
  readonly sky: Weather;
  /** Clusters that nobody asks anything of. */
  readonly struck: Set<Cluster>;
  readonly random: Random;
}

/** From a world in which all is well to one in which people have written down again what they want. */
export const strike = { emptyCluster, leavingDefinition } as const satisfies Partial<
  Record<Killer, (at: Struck) => Promise<void>>
>;

/** Nobody took back a wish, nobody had a new one: nothing is to be done in Lattice. */
export function checkStruck({ trace }: World, { cluster, operation }: Effect): void {
  trace.problem(
    `killers: the controller of ${cluster.name}, of which nobody asks anything, calls ${operation}`,
  );
}

const aWhile = 20 * 60_000;

async function rest(world: World): Promise<void> {
  const since = { since: world.time.elapsed, passes: world.passes() };
  await world.time.pass(aWhile);
  checkPasses(world, since);
}

async function emptyCluster({ world, cluster, shape, sky, struck }: Struck): Promise<void> {
  const { time } = world;
  const before = servicesOf(world);
  for (const controller of world.controllers()) if (controller.cluster === cluster) controller.crash();
  cluster.rebuild();
  struck.add(cluster);
  sky.gather();
  world.start(cluster);
  await rest(world);
  struck.delete(cluster);
  await time.run(edit(cluster, { after: shape }, tools(world, cluster)));
  await time.pass(aWhile);
  checkSame(world, before);
}

async function leavingDefinition({ world, cluster, shape, sky, struck, random }: Struck): Promise<void> {
  const { time, trace } = world;
  const { user } = cluster;
  const name = definitionOf(kinds.HTTPRoute);
  const before = servicesOf(world);
  struck.add(cluster);
  sky.gather();
  if (random.next() < 0.3) restart(world, cluster, random);
  trace.note(`the definition of HTTPRoute is removed from ${cluster.name}`);
  await time.run(user.delete(definitionKind, { namespace: '', name }, {}, patience));
  if (random.next() < 0.3) restart(world, cluster, random);
  await rest(world);
  for (const route of await time.run(leftIn(cluster))) {
    await time.run(
      user.patch(
        kinds.HTTPRoute,
        keyOf(route),
        { type: 'merge', body: { metadata: { finalizers: null } } },
        patience,
      ),
    );
    await time.pass(5_000 * random.next());
  }
  if (random.next() < 0.3) restart(world, cluster, random);
  await rest(world);
  struck.delete(cluster);
  for (const text of definitions) {
    const definition = parseObject(text, definitionKind);
    if (definition?.metadata.name === name) await time.run(user.create(definitionKind, definition, patience));
  }
  await time.run(edit(cluster, { after: shape }, tools(world, cluster)));
  await time.pass(aWhile);
  checkSame(world, before);
}

/** Routes that their finalizers keep; without any, the definition has gone. */
async function leftIn({ user }: Cluster): Promise<readonly KubeObject[]> {
  try {
    return (await user.list(kinds.HTTPRoute, {}, patience)).items;
  } catch (error) {
    if (isStatus(error, 404)) return [];
    throw error;
  }
}

const patience = new AbortController().signal;

function tools({ time, seed }: World, { name }: Cluster): Parameters<typeof edit>[2] {
  return { clock: time.clock(), random: chanceOf(seed, `user of ${name}, again`) };
}

function restart(world: World, cluster: Cluster, random: Random): void {
  for (const controller of world.controllers()) if (controller.cluster === cluster) controller.crash();
  world.time.schedule(15_000 * random.next(), () => world.start(cluster));
}

function servicesOf({ account }: World): readonly string[] {
  return [...account.state().services.keys()].toSorted();
}

/** What was there is what is used again: a service made anew would have another address. */
function checkSame(world: World, before: readonly string[]): void {
  const after = servicesOf(world);
  if (after.join() !== before.join())
    world.trace.problem(`killers: the services were ${before.join()}, and now they are ${after.join()}`);
}
