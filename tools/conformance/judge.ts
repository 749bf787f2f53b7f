import type { Expectation } from './expected.ts';
import type { Result } from './results.ts';

interface Claims {
  readonly expectations: ReadonlyMap<string, Expectation>;
  readonly notClaimed: ReadonlyMap<string, string>;
}

/** One line of the table. */
export interface Judgement {
  readonly test: string;
  readonly ended: 'passed' | 'failed' | 'not run';
  readonly seconds: number;
  /** Why it ended so, for people; empty where there is nothing to say. */
  readonly why: string;
  /** It is not what was expected. */
  readonly wrong: boolean;
}

/** Holds what came out against what was expected, test by test and by name. A test that did not end is one of them. */
export function judge(results: readonly Result[], claims: Claims): readonly Judgement[] {
  const ended = new Set(results.map(({ test }) => test));
  const absent = [...claims.expectations.keys()].filter((test) => !ended.has(test));
  return [
    ...results.map((result) => judgeResult(result, claims)),
    ...absent.map((test): Judgement => ({
      test,
      ended: 'not run',
      seconds: 0,
      why: 'the suite did not end it',
      wrong: true,
    })),
  ].toSorted((a, b) => (a.test < b.test ? -1 : a.test > b.test ? 1 : 0));
}

function judgeResult({ test, ended, seconds, missing }: Result, claims: Claims): Judgement {
  const expected = claims.expectations.get(test);
  if (ended === 'skipped') {
    const because = missing === undefined ? undefined : claims.notClaimed.get(missing);
    const wrong = expected !== undefined || because === undefined;
    return { test, ended: 'not run', seconds, why: skippedWhy(missing, because, expected), wrong };
  }
  const wrong = expected === undefined || (expected.expect === 'pass') !== (ended === 'passed');
  const why =
    expected === undefined
      ? 'nothing is expected of it: give it a row in tools/conformance/expected.ts'
      : wrong && expected.expect === 'fail'
        ? `it was expected to fail (${expected.because ?? ''})`
        : (expected.because ?? '');
  return { test, ended, seconds, why, wrong };
}

function skippedWhy(
  missing: string | undefined,
  because: string | undefined,
  expected: Expectation | undefined,
): string {
  if (expected !== undefined)
    return `it was expected to run; the class does not claim ${missing ?? 'something'}`;
  if (missing === undefined) return 'the suite skipped it without naming a feature';
  return because === undefined ? `nobody says why ${missing} is not claimed` : `${missing}: ${because}`;
}

/** A line for each test that ran, one for each reason not to run some, the sums, and whether all is as expected. */
export function table(judgements: readonly Judgement[]): string {
  const told = judgements.filter(({ ended, wrong }) => wrong || ended !== 'not run');
  const untold = judgements.filter((judgement) => !told.includes(judgement));
  const width = Math.max(0, ...told.map(({ test }) => test.length));
  const rows = told.map(({ test, ended, seconds, why, wrong }) =>
    [
      wrong ? '!' : ' ',
      test.padEnd(width),
      ended.padEnd(7),
      (ended === 'not run' ? '' : `${seconds.toFixed(1)} s`).padStart(8),
      ` ${why}`,
    ]
      .join(' ')
      .trimEnd(),
  );
  const reasons = [...new Set(untold.map(({ why }) => why))].toSorted((a, b) => (a < b ? -1 : 1));
  const leftOut = reasons.map((why) => {
    const count = untold.filter((judgement) => judgement.why === why).length;
    return `  ${String(count).padStart(3)}  ${why}`;
  });
  const count = (ended: Judgement['ended']): number =>
    judgements.filter((judgement) => judgement.ended === ended).length;
  const wrong = judgements.filter((judgement) => judgement.wrong).map(({ test }) => test);
  return [
    ...rows,
    ...(leftOut.length === 0 ? [] : ['', 'Not run, for what is not claimed:', ...leftOut]),
    '',
    `${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run; ` +
      (wrong.length === 0 ? 'all as expected.' : `not as expected: ${wrong.join(', ')}.`),
  ].join('\n');
}
