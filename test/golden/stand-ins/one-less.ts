import type { Thought } from '../../../src/controller/reconcile.ts';
import type { Known } from '../../../src/lattice/model/known.ts';
import { plan } from '../../../src/lattice/plan/plan.ts';
import { translate } from '../../../src/lattice/translate/translate.ts';
import type { Settings } from '../../../src/lattice/translate/settings.ts';
import { resolve } from '../../../src/routing/resolve.ts';
import { takeSnapshot } from '../../../src/snapshot/snapshot.ts';
import { conclude } from '../../../src/status/conclude.ts';
import { differsAfresh } from '../../simulation/checks/afresh.ts';
import { without } from './api-server.ts';
import type { Cluster } from './api-server.ts';
import { latticeAfter } from './lattice.ts';
import type { LatticeCase } from './case.ts';

interface World {
  readonly what: string;
  readonly cluster: Cluster;
  readonly known: Known;
}

interface Whole {
  readonly cluster: Cluster;
  readonly known: Known;
  readonly settings: Settings;
  readonly lattice: LatticeCase;
}

const now = Date.UTC(2026, 0, 1);

/**
 * Thinks of the world, of each that has one object less or knows one thing less, and of the world again, each time with what
 * was thought before at hand. Gives those of which other things were thought than without that.
 */
export function wronglyTakenOver({ cluster, known, settings, lattice }: Whole): readonly string[] {
  const wrong: string[] = [];
  let before: Thought | undefined;
  const think = (world: World): void => {
    const snapshot = takeSnapshot(world.cluster.stores, before?.snapshot);
    const routing = resolve(snapshot, before?.routing);
    const desired = translate(routing, world.known, settings, before?.desired);
    const steps = plan(desired.model, world.known, now, undefined, before?.steps);
    const { outcomes, known: after } = latticeAfter(lattice, world.known, desired.model);
    const conclusions = conclude({ snapshot, routing, desired, outcomes, known: after }, before?.conclusions);
    before = { snapshot, routing, desired, steps, outcomes, conclusions };
    const differs = differsAfresh({ ...before, known: world.known, after }, now);
    if (differs !== undefined) wrong.push(`${world.what}: ${differs}`);
  };
  const whole = { what: 'the whole again', cluster, known };
  for (const less of oneLess(cluster, known)) {
    think(whole);
    think(less);
  }
  return wrong;
}

function oneLess(cluster: Cluster, known: Known): readonly World[] {
  const { entries, answers, collections } = known;
  const unaware = (key: string, less: Partial<Known>): World => ({
    what: `not knowing ${key}`,
    cluster,
    known: { ...known, ...less },
  });
  return [
    ...cluster.objects.map((object) => ({
      what: `without ${object.kind} ${object.metadata.name}`,
      cluster: without(cluster, object),
      known,
    })),
    ...[...entries.keys()].map((key) => unaware(key, { entries: lacking(entries, key) })),
    ...[...answers.keys()].map((key) => unaware(key, { answers: lacking(answers, key) })),
    ...[...collections.keys()].map((key) => unaware(key, { collections: lacking(collections, key) })),
  ];
}

function lacking<Value>(all: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  return new Map([...all].filter(([other]) => other !== key));
}
