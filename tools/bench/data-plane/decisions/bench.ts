import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../../src/ports/system/temporary-folder.ts';
import { cpuTime } from '../cpu-time.ts';
import { quantile } from '../../figures.ts';
import { Asking } from './asking.ts';
import { questions } from './world.ts';

/** Decisions on signed and authorized requests, asked for at the authorizer's own socket as Envoy asks. */
export interface DecisionRound {
  /** Per second of processor time of the authorizer's process, the worker and all that collects its garbage. */
  readonly perCpuSecond: number;
  /** Milliseconds, at `steadyRate` questions a second. */
  readonly p50: number;
  readonly p99: number;
}

/** Questions a second while latency is measured: half of what is to be reached. */
export const steadyRate = 3_500;

const together = 16;
const fullMs = 1_500;
const steadyMs = 1_500;

export async function measureDecisions(
  rounds: number,
  signal: AbortSignal,
  onRound: (round: DecisionRound) => void,
): Promise<readonly DecisionRound[]> {
  const folder = temporaryFolder('bench-decisions');
  const socket = join(folder, 'authorizer.sock');
  const decider = fork(new URL('decider.ts', import.meta.url), [socket]);
  try {
    await once(decider, 'message', { signal });
    const asking = await Asking.open(socket, await questions(2_000));
    const results: DecisionRound[] = [];
    // The first round warms it up.
    for (let round = 0; round <= rounds; round += 1) {
      signal.throwIfAborted();
      const before = cpuTime(decider.pid ?? 0);
      const decided = await asking.closed(together, fullMs);
      const cpuSeconds = (cpuTime(decider.pid ?? 0) - before) / 1000;
      const latencies = Float64Array.from(await asking.open(steadyRate, steadyMs)).toSorted();
      const figures = {
        perCpuSecond: decided / cpuSeconds,
        p50: quantile(latencies, 0.5),
        p99: quantile(latencies, 0.99),
      };
      if (round === 0) continue;
      results.push(figures);
      onRound(figures);
    }
    asking.close();
    return results;
  } finally {
    decider.disconnect();
    await once(decider, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}
