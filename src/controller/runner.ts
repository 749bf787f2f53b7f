import { printStep } from '../lattice/plan/print.ts';
import { nextDue } from '../lattice/plan/due.ts';
import type { Ledger } from '../lattice/aws/ledger.ts';
import type { Ports } from './ports.ts';
import { reconcile } from './reconcile.ts';
import type { Report, Thought } from './reconcile.ts';
import type { Waker } from './waker.ts';

export interface RunOptions {
  readonly ports: Ports;
  /** Empty at every start and at every new leadership. */
  readonly ledger: Ledger;
  readonly waker: Waker;
  /** Gets each pass's report. */
  readonly onReport?: (report: Report) => void;
  /** Called after each pass that ended by a bug of ours. */
  readonly onFailure?: () => void;
}

/**
 * Runs passes one after the other until their lifetime ends: at once when something changed or a call settled, else
 * when the first thing is due. News interrupt a pass between its calls, never a call. An exception is a bug of ours:
 * the last good state stays, and the next pass comes after a pause.
 */
export async function runPasses({ ports, ledger, waker, onReport, onFailure }: RunOptions): Promise<void> {
  const { clock, log, lifetime: signal } = ports;
  let pause = shortestPause;
  let due: number | undefined = clock.now();
  let before: Thought | undefined;
  while (!signal.aborted) {
    const reasons = await waker.sleep(due, signal);
    try {
      const startedAt = clock.monotonic();
      const until = AbortSignal.any([signal, waker.nextWake()]);
      const report = await reconcile(ports, ledger, until, before);
      const { desired, outcomes, steps, after, conclusions } = report;
      before = report;
      const ms = clock.monotonic() - startedAt;
      log.debug('pass', () => ({
        reasons,
        ms,
        plan: steps.filter(({ op }) => op !== 'keep').map(printStep),
        writes: conclusions.writes.length,
      }));
      onReport?.(report);
      const passed = { model: desired.model, known: after, outcomes, now: clock.now() };
      due = nextDue(passed, ports.planning);
      pause = shortestPause;
      // A third of the time is for calls and watches, whatever comes: a pass over a thousand routes takes a tenth of a second.
      const rest = startedAt + 1.5 * report.thoughtMs - clock.monotonic();
      if (rest >= 1) await clock.sleep(rest, signal).catch(() => undefined);
    } catch (error) {
      if (signal.aborted) break;
      onFailure?.();
      log.error('a pass failed', { error, nextInMs: pause });
      await clock.sleep(pause, signal).catch(() => undefined);
      due = clock.now();
      pause = Math.min(pause * 2, longestPause);
    }
  }
}

const shortestPause = 200;
const longestPause = 30_000;
