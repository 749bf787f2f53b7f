import { readlinkSync } from 'node:fs';

/**
 * Tells this process from others in names of things that may outlive it. Containers may share folders, and each has a
 * process 1: a number says who is alive only in the process namespace that gave it.
 */
export function processMark(): string {
  return `${processNamespace()}-${process.pid}`;
}

/** Whether a mark is that of a process of this machine that is no more. */
export function isOfTheDead(mark: string): boolean {
  const [, namespace, pid] = /^([0-9a-z]+)-([0-9]+)$/.exec(mark) ?? [];
  return namespace === processNamespace() && !isAlive(Number(pid));
}

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
