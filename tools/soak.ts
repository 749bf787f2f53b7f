/**
 * Runs many seeds of the simulation, several worlds at once, and says how far it is. Small worlds in which the controller
 * crashes after every call come first. `npm run soak`, `npm run soak -- --only edits --from 5001 --to 10000`; `--only` is
 * `crashes`, `edits`, `killers` or `variety`.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createAside } from '../test/simulation/aside.ts';
import type { Aside } from '../test/simulation/aside.ts';
import { smallWorlds } from '../test/simulation/crashes.ts';
import { moves } from '../test/simulation/moving.ts';
import { killers } from '../test/simulation/killers.ts';
import type { Run } from '../test/simulation/simulate.ts';

interface World {
  readonly name: string;
  /** What to type to see it again. */
  readonly again: string;
  readonly run: (aside: Aside) => Promise<Run>;
}

const everyMs = 30_000;
const shownProblems = 3;

async function main(): Promise<number> {
  const { from, to, only, workers } = options();
  const worlds = [
    ...(only === undefined || only === 'crashes' ? await crashes() : []),
    ...worldsOf(from, to, only),
  ];
  const began = performance.now();
  const failures: string[] = [];
  let run = 0;
  const progress = (): void => {
    const minutes = (performance.now() - began) / 60_000;
    const left = run === 0 ? '' : `, about ${((minutes / run) * (worlds.length - run)).toFixed(0)} min left`;
    const found = failures.length === 0 ? '' : `, ${failures.length} with problems: ${failures.join(', ')}`;
    console.log(`${run} of ${worlds.length} worlds in ${minutes.toFixed(1)} min${left}${found}`);
  };
  const timer = setInterval(progress, everyMs);
  const queue = worlds.values();
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const aside = createAside();
      try {
        for (const world of queue) {
          const result = await world.run(aside);
          run += 1;
          if (result.problems.length === 0) continue;
          failures.push(world.name);
          report(world, result);
        }
      } finally {
        await aside.close();
      }
    }),
  );
  clearInterval(timer);
  progress();
  return failures.length === 0 ? 0 : 1;
}

interface Options {
  readonly from: number;
  readonly to: number;
  readonly only: string | undefined;
  readonly workers: number;
}

function options(): Options {
  const { values } = parseArgs({
    options: {
      from: { type: 'string', default: '1' },
      to: { type: 'string', default: '10000' },
      only: { type: 'string' },
      workers: { type: 'string', default: String(availableParallelism()) },
    },
  });
  if (values.only !== undefined && !['crashes', 'edits', 'killers', 'variety'].includes(values.only))
    throw new Error(`--only is ${values.only}; it wants crashes, edits, killers or variety`);
  return {
    from: whole('from', values.from),
    to: whole('to', values.to),
    only: values.only,
    workers: whole('workers', values.workers),
  };
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name} is ${text}; it wants a whole number above 0`);
  return Number(text);
}

/** A world for every call that a controller makes in a small world, or in one where routes move, in which it crashes after that call. */
async function crashes(): Promise<readonly World[]> {
  const aside = createAside();
  try {
    const worlds: World[] = [];
    for (let seed = 1; seed <= smallWorlds; seed += 1) {
      const { calls } = await aside.crashAt(seed);
      for (let call = 1; call <= calls; call += 1) {
        worlds.push({
          name: `small world ${seed}, crash after call ${call}`,
          again: `CRASH=${seed}/${call} npm run simulation`,
          run: async (worker) => await worker.crashAt(seed, call),
        });
      }
    }
    for (const [move] of moves.entries()) {
      const { calls } = await aside.crashWhileMoving(move);
      for (let call = 1; call <= calls; call += 1) {
        worlds.push({
          name: `move ${move}, crash after call ${call}`,
          again: `MOVE=${move}/${call} npm run simulation`,
          run: async (worker) => await worker.crashWhileMoving(move, call),
        });
      }
    }
    return worlds;
  } finally {
    await aside.close();
  }
}

/**
 * Most seeds are worlds in which people only edit; every tenth one is struck by each of the killers besides, and is a world
 * in which people ask in all the ways there are.
 */
function worldsOf(from: number, to: number, only: string | undefined): readonly World[] {
  if (only === 'crashes') return [];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i).flatMap((seed) => {
    const again = `SEED=${seed} npm run simulation`;
    const edited: World = { name: `${seed}`, again, run: async (aside) => await aside.simulate(seed) };
    const struck = killers.map((killer): World => ({
      name: `${seed} (${killer})`,
      again,
      run: async (aside) => await aside.simulate(seed, { killer }),
    }));
    const varied: World = {
      name: `${seed} (variety)`,
      again,
      run: async (aside) => await aside.simulateVariety(seed),
    };
    const isAsked = (sort: string): boolean => only === sort || (only === undefined && seed % 10 === 0);
    return [
      ...(only === undefined || only === 'edits' ? [edited] : []),
      ...(isAsked('killers') ? struck : []),
      ...(isAsked('variety') ? [varied] : []),
    ];
  });
}

function report({ name, again }: World, { problems }: Run): void {
  console.log(`${name}: ${problems.length} problems. ${again}`);
  for (const problem of problems.slice(0, shownProblems)) console.log(`  ${problem.slice(0, 400)}`);
}

process.exitCode = await main();
