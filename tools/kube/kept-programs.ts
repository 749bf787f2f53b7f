import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exclusively } from '../setup/lock.mjs';
import type { Build } from './go-module.ts';

interface Kept {
  /** Of this kind of programs, whatever their release. */
  readonly cache: string;
  /** Where the programs of this release go; there are all or none. */
  readonly folder: string;
}

/** Gives a place for each module to build. */
type PlaceOf = (name: string) => Build;

/** Has programs built, once per release, however many ask at the same time. Takes over this process's signals. */
export async function keepPrograms(
  { cache, folder }: Kept,
  build: (place: PlaceOf) => Promise<void>,
): Promise<void> {
  // What we started ends, and what we wrote goes, when this process exits; by itself a signal would be no exit.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
  // Kept when something fails, so that the next attempt goes on from there; of no use afterwards, and large.
  const goCache = join(cache, 'go');
  if (existsSync(folder) && !existsSync(goCache)) return;
  await exclusively(join(cache, 'build.lock'), async () => {
    if (!existsSync(folder)) await buildIn({ cache, folder, goCache }, build);
    // Also what builds left that were killed.
    for (const left of [...globSync(join(cache, 'scratch-*')), goCache]) {
      rmSync(left, { recursive: true, force: true });
    }
  });
}

async function buildIn(
  { cache, folder, goCache }: Kept & { readonly goCache: string },
  build: (place: PlaceOf) => Promise<void>,
): Promise<void> {
  const scratch = mkdtempSync(join(cache, 'scratch-'));
  const removeScratch = (): void => rmSync(scratch, { recursive: true, force: true });
  process.once('exit', removeScratch);
  try {
    const output = join(scratch, 'programs');
    mkdirSync(output);
    await build((name) => {
      mkdirSync(join(scratch, name));
      return { folder: join(scratch, name), cache: goCache, output };
    });
    renameSync(output, folder);
  } finally {
    removeScratch();
    process.off('exit', removeScratch);
  }
}
