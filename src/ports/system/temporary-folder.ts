import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes a folder for what need not outlive this process, and gives its path. Whoever makes it removes it; a process that
 * was killed cannot, so first what such processes left goes: the name of a folder tells whose it is.
 */
export function temporaryFolder(purpose: string, where = tmpdir()): string {
  const parent = realpathSync(where);
  const here = processNamespace();
  for (const name of readdirSync(parent)) {
    const [, namespace, pid] = /^trellis-[a-z]+-([0-9a-z]+)-([0-9]+)-\w{6}$/.exec(name) ?? [];
    if (namespace === here && !isAlive(Number(pid))) removeIfOurs(join(parent, name));
  }
  return mkdtempSync(join(parent, `trellis-${purpose}-${here}-${process.pid}-`));
}

/** Containers may share a folder, and each has a process 1: a number says who is alive only where it was given. */
function processNamespace(): string {
  try {
    const [number = '0'] = /[0-9]+/.exec(readlinkSync('/proc/self/ns/pid')) ?? [];
    return Number(number).toString(36);
  } catch {
    // Not Linux: there is only one.
    return '0';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function removeIfOurs(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another user's, who will remove it.
  }
}
