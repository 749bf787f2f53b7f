import { readFileSync } from 'node:fs';

/** Resident memory of a process, in MiB. */
export function residentOf(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) / 1024;
}
