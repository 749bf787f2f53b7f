import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killers } from './killers.ts';
import type { Killer } from './killers.ts';
import { simulate } from './simulate.ts';
import type { Run } from './simulate.ts';
import { simulateVariety } from './variety/simulate.ts';

/** So many at least, and more for as long as a test run can wait for them. The soak says how many. */
const least = 10;
const most = 100;
const patienceCpuMs = 9_000;
/** Each of these runs once more. */
const repeated = 3;
/** They rest for long, and take as long. */
const leastOfKillers = 2;
const leastOfVariety = 3;
/** `SEED=7 npm run simulation` runs that seed alone, and says everything. */
const only = numberFrom('SEED');
const asked = numberFrom('SEEDS');

/** What became of the seeds that are to run again. */
const before = new Map<number, Run>();

test('worlds become what their people want, and are at no moment what nobody wanted', async () => {
  const began = cpuMs();
  const isTime = (run: number): boolean =>
    asked === undefined ? run < least || cpuMs() - began < patienceCpuMs : true;
  const seeds = only === undefined ? firstSeeds(asked ?? most) : [only];
  let run = 0;
  for (const seed of seeds) {
    if (!isTime(run)) break;
    const one = await simulate(seed, { verbose: only !== undefined });
    if (run < repeated) before.set(seed, one);
    holds(one);
    run += 1;
  }
  process.stdout.write(`${run} seeds in ${((cpuMs() - began) / 1000).toFixed(0)} s of CPU\n`);
});

test('whatever form people ask in, requests get what they want, and all the time what they always wanted', async () => {
  const seeds = only === undefined ? firstSeeds(asked ?? leastOfVariety) : [only];
  for (const seed of seeds) holds(await simulateVariety(seed, { verbose: only !== undefined }));
});

const told = {
  emptyCluster: 'a controller that starts against an empty cluster changes nothing of what it made before',
  leavingDefinition: 'a definition that is removed, with its objects and in any order, takes nothing along',
  twins: 'two controllers of one name and VPC take nothing away from one another',
} as const satisfies Readonly<Record<Killer, string>>;

for (const killer of killers) {
  test(told[killer], async () => {
    const seeds = only === undefined ? firstSeeds(asked ?? leastOfKillers) : [only];
    for (const seed of seeds) holds(await simulate(seed, { verbose: only !== undefined, killer }));
  });
}

test('a seed decides everything: its trace is the same to the byte when it runs again', async () => {
  assert.ok(before.size > 0);
  for (const [seed, first] of before) {
    const second = await simulate(seed, { verbose: only !== undefined });
    assert.ok(first.lines.length > 50);
    assert.equal(second.lines.join('\n'), first.lines.join('\n'));
  }
});

/** What was wrong first, what happened just before, and how to see it again. */
function holds({ seed, problems, lines }: Run): void {
  if (problems.length === 0) return;
  const first = lines.findIndex((line) => line.includes(' PROBLEM '));
  const tail = lines.slice(Math.max(0, first - 40), first + 1).map((line) => line.slice(0, 400));
  assert.fail(
    [
      `seed ${seed}: ${problems.length} problems. To see all of it again: SEED=${seed} npm run simulation`,
      ...problems.slice(0, 10),
      ...(only === undefined ? tail : lines),
    ].join('\n'),
  );
}

/** Of this process: how long a run takes says more about its neighbours. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function firstSeeds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

function numberFrom(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined) return undefined;
  assert.match(text, /^\d+$/, `${name} is a number`);
  return Number(text);
}
