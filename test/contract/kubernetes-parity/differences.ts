import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** Why answers of the embedded server are others than a real server's: a reason, and the names of cases. */
export type Differences = ReadonlyMap<string, string>;

/** The reviewed list, by name of the case. A name that stands there twice is an error. */
export function readDifferences(): Differences {
  const listed: Readonly<Record<string, readonly string[]>> = parse(
    readFileSync(new URL('differences.yaml', import.meta.url), 'utf8'),
  );
  const reasons = new Map<string, string>();
  for (const [reason, names] of Object.entries(listed)) {
    for (const name of names) {
      if (reasons.has(name)) throw new Error(`differences.yaml has ${name} twice`);
      reasons.set(name, reason);
    }
  }
  return reasons;
}
