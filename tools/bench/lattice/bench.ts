import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../src/ports/system/clock.ts';
import { temporaryFolder } from '../../../src/ports/system/temporary-folder.ts';
import { startTrellis } from '../../story/trellis.ts';
import { cpuTime } from '../data-plane/cpu-time.ts';
import { callerOf } from '../caller.ts';
import type { Call, Caller } from '../caller.ts';
import { allow, fill, mutations, reads, textIn } from '../shop.ts';
import type { Filled } from '../shop.ts';
import { residentOf } from '../resident.ts';

/** Calls per second of processor time, of one core then, and of a bare server for the same requests. */
export interface Round {
  readonly mutating: number;
  readonly mutatingBare: number;
  readonly reading: number;
  readonly readingBare: number;
  /** Milliseconds for 1,000 services in pages of 100. */
  readonly list: number;
}

export interface LatticeFigures {
  readonly rounds: readonly Round[];
  /** Milliseconds from the start of the process until it serves, with everything on disk. */
  readonly start: number;
  /** MiB that the process has after that. */
  readonly resident: number;
}

export interface LatticeBench {
  readonly root: string;
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly onRound: (round: Round) => void;
}

/** How many services there are. */
export const services = 2_000;

/** Measures the API in processes as people run them; the journal is on, and signatures are verified. */
export async function measureLattice({
  root,
  rounds,
  signal,
  onRound,
}: LatticeBench): Promise<LatticeFigures> {
  const data = temporaryFolder('bench-lattice');
  const start = async () =>
    await startTrellis(root, ['lattice', '--api-only', '--listen=127.0.0.1:0', `--data-dir=${data}`]);
  const bare = fork(fileURLToPath(new URL('bare-server.ts', import.meta.url)));
  const [told]: unknown[] = await once(bare, 'message');
  const bareCaller = callerOf(textIn(told, 'url'));
  let lattice = await start();
  let caller = callerOf(lattice.facts['url'] ?? '');
  try {
    await allow(lattice.facts['url'] ?? '');
    const filled = await fill(caller, services);
    const done: Round[] = [];
    // The first round warms both up.
    for (let number = 0; number <= rounds; number += 1) {
      signal.throwIfAborted();
      const round = await measured(
        { caller, pid: lattice.pid },
        { caller: bareCaller, pid: bare.pid ?? 0 },
        filled,
        number,
      );
      if (number === 0) continue;
      done.push(round);
      onRound(round);
    }
    await caller.close();
    await lattice.close();
    const began = systemClock.monotonic();
    lattice = await start();
    const started = systemClock.monotonic() - began;
    caller = callerOf(lattice.facts['url'] ?? '');
    await caller.all([{ method: 'GET', target: '/services' }]);
    return { rounds: done, start: started, resident: residentOf(lattice.pid) };
  } finally {
    await caller.close();
    await bareCaller.close();
    bare.kill('SIGTERM');
    await lattice.close();
    rmSync(data, { recursive: true, force: true });
  }
}

interface Subject {
  readonly caller: Caller;
  readonly pid: number;
}

async function measured(ours: Subject, bare: Subject, filled: Filled, number: number): Promise<Round> {
  const changes = mutations(filled, number);
  const mutating = await rate(ours, changes);
  const mutatingBare = await rate(bare, changes);
  const looks = reads(filled, number);
  const reading = await rate(ours, looks);
  const readingBare = await rate(bare, looks);
  const began = systemClock.monotonic();
  let token = '';
  for (let page = 0; page < 10; page += 1) {
    const query = token === '' ? '' : `&nextToken=${token}`;
    const [answer] = await ours.caller.all([{ method: 'GET', target: `/services?maxResults=100${query}` }]);
    token = textIn(answer, 'nextToken');
  }
  return { mutating, mutatingBare, reading, readingBare, list: systemClock.monotonic() - began };
}

/** By the processor time of the server alone: the caller is another process, and so is whoever else is busy here. */
async function rate({ caller, pid }: Subject, calls: readonly Call[]): Promise<number> {
  let before = 0;
  await caller.all(calls, () => {
    before = cpuTime(pid);
  });
  return calls.length / ((cpuTime(pid) - before) / 1_000);
}
