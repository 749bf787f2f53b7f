import { readFileSync } from 'node:fs';

/** Resident memory of a process, in MiB. */
export function residentOf(pid: number): number {
  return mebibytesOf(pid, 'VmRSS');
}

/** The most that has been resident of a process since it began, in MiB. */
export function mostResidentOf(pid: number): number {
  return mebibytesOf(pid, 'VmHWM');
}

function mebibytesOf(pid: number, name: string): number {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+)`, 'mu').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )?.[1];
  return Number(kibibytes) / 1024;
}
