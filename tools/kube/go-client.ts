import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of the program that calls VPC Lattice through the AWS SDK for Go. */
export interface GoClient {
  /** Module and code; the same in every build. */
  readonly sources: readonly string[];
  /** Where the program is kept. Other sources have another folder. */
  readonly folder: string;
  readonly program: string;
}

/** The program's place, whether it is built yet or not. */
export function goClientIn(root: string): GoClient {
  const sources = globSync(join(root, 'test/contract/go-client/*')).toSorted();
  const text = sources.map((file) => readFileSync(file, 'utf8')).join('\n');
  const release = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const folder = join(root, '.cache/kube', `go-client-${release}`);
  return { sources, folder, program: join(folder, 'go-client') };
}
