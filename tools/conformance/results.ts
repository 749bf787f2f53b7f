/** How one test of the suite ended. */
export interface Result {
  readonly test: string;
  readonly ended: 'passed' | 'failed' | 'skipped';
  readonly seconds: number;
  /** The first feature that was missing, of a test that was skipped. */
  readonly missing?: string;
}

/** Tells lines of the framework from those of tests. */
const marker = '\u0016';

/**
 * Reads what a Go test prints with `-test.v=test2json`, line by line; gives a result with the line in which a test of the
 * suite ends. (With plain `-test.v` that line comes with the end of all.)
 */
export function resultReader(): (line: string) => Result | undefined {
  const missing = new Map<string, string>();
  return (line) => {
    const [, skipped, feature] = /Skipping (\w+): suite does not support (\w+)/.exec(line) ?? [];
    if (skipped !== undefined && feature !== undefined) missing.set(skipped, feature);
    if (!line.startsWith(marker)) return undefined;
    const [, how, test, seconds] =
      /^--- (PASS|FAIL|SKIP): TestConformance\/(\w+) \(([\d.]+)s\)$/.exec(line.slice(marker.length)) ?? [];
    if (how === undefined || test === undefined) return undefined;
    const absent = missing.get(test);
    return {
      test,
      ended: how === 'PASS' ? 'passed' : how === 'FAIL' ? 'failed' : 'skipped',
      seconds: Number(seconds),
      ...(absent === undefined ? {} : { missing: absent }),
    };
  };
}
