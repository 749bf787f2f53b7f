import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RegionState } from '../../src/local/state/state.ts';
import type { Model } from '../../src/lattice/model/model.ts';
import { looksOfModel, looksOfState } from './lattice-looks.ts';
import { simulateLattice } from './lattice-world.ts';
import type { Fault, LatticeSimulation } from './lattice-world.ts';
import { modelOf } from './lattice-models.ts';
import type { WishedRoute } from './lattice-models.ts';
import { seededRandom } from './seeded-random.ts';

const paths = ['/a', '/b', '/c', '/d', '/e', '/f'];
const names = ['cart', 'pay', 'menu', 'desk'];

/** Some routes with some rules to some backends, by chance. */
function anyRoutes(random: ReturnType<typeof seededRandom>): readonly WishedRoute[] {
  const below = (count: number): number => Math.floor(random.next() * count);
  return names
    .filter(() => random.next() < 0.6)
    .map((name) => {
      const backends: Record<string, readonly string[]> = {};
      for (const backend of ['v1', 'v2']) {
        if (backend === 'v1' || random.next() < 0.5) {
          backends[backend] = Array.from({ length: below(3) }, (_, index) => `10.0.${below(3)}.${index + 1}`);
        }
      }
      const rules = paths
        .filter(() => random.next() < 0.5)
        .map((path) => ({ path, at: random.next() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ path }) => ({
          path,
          to: Object.fromEntries(Object.keys(backends).map((backend) => [backend, below(100)])),
        }));
      return {
        name,
        backends,
        rules,
        groupPort: random.next() < 0.8 ? 80 : 81,
        protocol: random.next() < 0.9 ? 'HTTP' : 'HTTPS',
      };
    });
}

function modelsOf(random: ReturnType<typeof seededRandom>, count: number): readonly Model[] {
  return Array.from({ length: count }, () => {
    const routes = anyRoutes(random);
    const missing = names.filter((name) => !routes.some((route) => route.name === name));
    return modelOf({ routes, alsoThere: missing, deleting: missing });
  });
}

function holds(state: RegionState, model: Model): void {
  assert.deepEqual(looksOfState(state), looksOfModel(model));
}

const kinds: readonly Fault[] = [
  'refusedConnection',
  'lostAnswer',
  'throttled',
  'serverFault',
  'hangs',
  'stale',
  'stale',
];

function rarely(random: ReturnType<typeof seededRandom>, share: number): () => Fault {
  return () => (random.next() < share ? (kinds[Math.floor(random.next() * kinds.length)] ?? 'none') : 'none');
}

async function change(world: LatticeSimulation, seed: number, share: number): Promise<void> {
  const random = seededRandom(seed * 7919 + 13);
  const controller = world.start({ fault: rarely(random, share) });
  for (const model of modelsOf(random, 4)) {
    await world.time.run(controller.converge(model));
    holds(world.region.state(), model);
  }
}

test('whatever changes, the world becomes what is wanted', async () => {
  for (let seed = 0; seed < 10; seed += 1) {
    await change(simulateLattice(seed), seed, 0).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
  }
});

test('whatever goes wrong on the wire, the world becomes what is wanted', async () => {
  for (let seed = 0; seed < 18; seed += 1) {
    await change(simulateLattice(seed), seed, 0.15).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
  }
});

test('a crash after any call leaves nothing that the next start does not put right', async () => {
  const every = 26;
  for (let seed = 0; seed < 8; seed += 1) {
    const [before, after] = modelsOf(seededRandom(seed + 1_000), 2);
    assert.ok(before !== undefined && after !== undefined);
    // Some calls, and others in each seed: together they meet all phases of a change. The soak takes every one.
    for (let crashAt = 3 * seed, end = 'crashed'; end === 'crashed'; crashAt += every) {
      const world = simulateLattice(seed);
      end = await changeAndCrash(world, { before, after, crashAt });
      await world.time.run(world.start().converge(after)).catch((error: unknown) => {
        throw new Error(`seed ${seed}, crash after ${crashAt} calls`, { cause: error });
      });
      holds(world.region.state(), after);
    }
  }
});

interface Crash {
  readonly before: Model;
  readonly after: Model;
  /** How many calls of the change are answered. */
  readonly crashAt: number;
}

async function changeAndCrash(
  world: LatticeSimulation,
  { before, after, crashAt }: Crash,
): Promise<'done' | 'crashed'> {
  await world.time.run(world.start().converge(before));
  const crashed = Promise.withResolvers<void>();
  const doomed = world.start({
    fault: (_request, index) => {
      if (index < crashAt) return 'none';
      crashed.resolve();
      return 'hangs';
    },
  });
  const end = await world.time.run(
    Promise.race([
      doomed.converge(after).then(() => 'done' as const),
      crashed.promise.then(() => 'crashed' as const),
    ]),
  );
  doomed.kill();
  return end;
}
