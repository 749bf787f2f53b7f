import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds that a process has spent on a processor so far, by the scheduler's own account. */
export function cpuTime(pid: number): number {
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const [ran = '0'] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ');
    nanoseconds += Number(ran);
  }
  return nanoseconds / 1e6;
}

/** The Envoy that a process has started, by itself or through others. */
export function envoyBelow(ancestor: number): number {
  const processes = readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? statOf(entry) : []));
  const family = new Set([ancestor]);
  for (const { pid, parent } of processes.toSorted((a, b) => a.pid - b.pid)) {
    if (family.has(parent)) family.add(pid);
  }
  const envoy = processes.find(({ pid, name }) => family.has(pid) && name === 'envoy');
  if (envoy === undefined) throw new Error(`process ${ancestor} has no Envoy below it`);
  return envoy.pid;
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

function statOf(pid: string): readonly Stat[] {
  try {
    const [, name = '', parent = '0'] =
      /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return [{ pid: Number(pid), parent: Number(parent), name }];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
