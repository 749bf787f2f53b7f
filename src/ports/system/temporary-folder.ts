import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOfTheDead, processMark } from './process-mark.ts';

/**
 * Makes a folder for what need not outlive this process, and gives its path. Whoever makes it removes it; a process that
 * was killed cannot, so first what such processes left goes: the name of a folder tells whose it is.
 */
export function temporaryFolder(purpose: string, where = tmpdir()): string {
  const parent = realpathSync(where);
  for (const name of readdirSync(parent)) {
    const [, mark] = /^trellis-[a-z]+-([0-9a-z]+-[0-9]+)-\w{6}$/.exec(name) ?? [];
    if (mark !== undefined && isOfTheDead(mark)) removeIfOurs(join(parent, name));
  }
  return mkdtempSync(join(parent, `trellis-${purpose}-${processMark()}-`));
}

function removeIfOurs(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another user's, who will remove it.
  }
}
