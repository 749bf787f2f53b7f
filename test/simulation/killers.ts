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
import { checkPasses, untilQuiet } from './quiet.ts';
import type { Shape } from './shape.ts';
import { edit } from './user.ts';
import { startLater } from './world.ts';
import type { Effect, World } from './world.ts';

/**
 * What has made controllers of this kind delete everything they had made:
 * - `emptyCluster`: the cluster is rebuilt, and the controller starts against one that has nothing in it.
 * - `leavingDefinition`: the definition of HTTPRoute is removed, and its objects go with it.
 * - `twins`: two clusters of one name in one VPC, whose controllers write the same tags.
 */
export const killers = ['emptyCluster', 'leavingDefinition', 'twins'] as const;
export type Killer = (typeof killers)[number];

export interface Struck {
  readonly world: World;
  readonly cluster: Cluster;
  /** What its people want, before and after. */
  readonly shape: Shape;
  readonly sky: Weather;
  /** Clusters that nobody asks anything of. */
  readonly struck: Set<Cluster>;
  readonly random: Random;
  /** In which everything is verified at least once. */
  readonly calmMs: number;
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

const stormMs = 3 * 60_000;

/** Bad weather, and then good weather for as long as a controller can take to find out what it does not know. */
async function rest({ world, sky, calmMs }: Struck): Promise<void> {
  const since = { since: world.time.elapsed, passes: world.passes() };
  sky.gather();
  await world.time.pass(stormMs);
  sky.clear();
  await world.time.pass(calmMs);
  checkPasses(world, since);
}

/** People write down again what they want, and what is there is used again. */
async function writeDownAgain(
  { world, cluster, shape, sky, struck, calmMs }: Struck,
  before: readonly string[],
): Promise<void> {
  const { time, seed } = world;
  struck.delete(cluster);
  sky.gather();
  const tools = { clock: time.clock(), random: chanceOf(seed, `user of ${cluster.name}, again`) };
  await time.run(edit(cluster, { after: shape }, tools));
  await time.pass(stormMs);
  sky.clear();
  await untilQuiet(world, calmMs);
  cluster.isReturning = false;
  checkSame(world, before);
}

async function emptyCluster(at: Struck): Promise<void> {
  const { world, cluster, struck } = at;
  const before = servicesOf(world);
  for (const controller of world.controllers()) if (controller.cluster === cluster) controller.crash();
  cluster.rebuild();
  struck.add(cluster);
  world.start(cluster);
  await rest(at);
  await writeDownAgain(at, before);
}

async function leavingDefinition(at: Struck): Promise<void> {
  const { world, cluster, sky, struck, random } = at;
  const { time, trace } = world;
  const { user } = cluster;
  const name = definitionOf(kinds.HTTPRoute);
  const before = servicesOf(world);
  struck.add(cluster);
  sky.gather();
  if (random.next() < 0.1) restart(world, cluster, random);
  trace.note(`the definition of HTTPRoute is removed from ${cluster.name}`);
  await time.run(user.delete(definitionKind, { namespace: '', name }, {}, patience));
  await time.pass(10_000 * random.next());
  if (random.next() < 0.3) restart(world, cluster, random);
  await rest(at);
  sky.gather();
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
  await rest(at);
  for (const text of definitions) {
    const definition = parseObject(text, definitionKind);
    if (definition?.metadata.name === name) await time.run(user.create(definitionKind, definition, patience));
  }
  await writeDownAgain(at, before);
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

function restart(world: World, cluster: Cluster, random: Random): void {
  for (const controller of world.controllers()) if (controller.cluster === cluster) controller.crash();
  startLater(world, cluster, 15_000 * random.next());
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
