/**
 * How many tests ran and how they ended. A reporter writes the counts of one run; the task runner adds them up and prints
 * them once, in the words of node's own reporters.
 */
import type { TestEvent } from 'node:test/reporters';
import { isRecord } from '../src/kinds/record.ts';

const names = ['tests', 'suites', 'passed', 'failed', 'cancelled', 'skipped', 'todo'] as const;

export type Counts = Readonly<Record<(typeof names)[number], number>>;

export const noCounts: Counts = {
  tests: 0,
  suites: 0,
  passed: 0,
  failed: 0,
  cancelled: 0,
  skipped: 0,
  todo: 0,
};

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    tests: a.tests + b.tests,
    suites: a.suites + b.suites,
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    cancelled: a.cancelled + b.cancelled,
    skipped: a.skipped + b.skipped,
    todo: a.todo + b.todo,
  };
}

/** Counts as the reporter wrote them. A run that died before its end wrote nothing, which counts as nothing. */
export function readCounts(text: string): Counts {
  const value: unknown = text === '' ? {} : JSON.parse(text);
  const count = (name: string): number => {
    const found = isRecord(value) ? value[name] : undefined;
    return typeof found === 'number' ? found : 0;
  };
  return {
    tests: count('tests'),
    suites: count('suites'),
    passed: count('passed'),
    failed: count('failed'),
    cancelled: count('cancelled'),
    skipped: count('skipped'),
    todo: count('todo'),
  };
}

export function printCounts(counts: Counts, milliseconds: number): void {
  const words: Readonly<Record<string, string>> = { passed: 'pass', failed: 'fail' };
  for (const name of names) console.log(`# ${words[name] ?? name} ${counts[name]}`);
  console.log(`# duration_ms ${milliseconds.toFixed(0)}`);
}

/** The reporter: the summary of the whole run, and nothing of its parts. */
export async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type === 'test:summary' && event.data.file === undefined)
      yield JSON.stringify(event.data.counts);
  }
}
