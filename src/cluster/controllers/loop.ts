import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

/** What a pass found: when to look again, and whether something has to be tried again. */
export interface Pass {
  /** Epoch milliseconds. */
  readonly again?: number;
  readonly failed: boolean;
}

export interface Loop {
  /** Something changed: another pass is needed. */
  wake(): void;
}

const firstRetryMs = 500;
const longestRetryMs = 30_000;

/**
 * Runs `pass` after each `wake`, never before the first and one at a time; what wakes it during a pass causes one more. A pass that failed is
 * repeated with back-off, one that throws is a bug of ours: it is logged and repeated too.
 */
export function startLoop(
  name: string,
  pass: () => Promise<Pass>,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Loop {
  let awake = false;
  let stir: (() => void) | undefined;

  async function run(): Promise<void> {
    let retry = firstRetryMs;
    await rest(undefined);
    while (!signal.aborted) {
      awake = false;
      const { again, failed } = await safely(pass);
      const pause = failed ? retry : again === undefined ? undefined : Math.max(0, again - clock.now());
      retry = failed ? Math.min(retry * 2, longestRetryMs) : firstRetryMs;
      if (!awake) await rest(pause);
    }
  }

  async function safely(pass: () => Promise<Pass>): Promise<Pass> {
    try {
      return await pass();
    } catch (error) {
      if (!signal.aborted) log.error('a controller failed', { controller: name, error });
      return { failed: true };
    }
  }

  /** Until woken, stopped, or `ms` have passed. */
  async function rest(ms: number | undefined): Promise<void> {
    const over = new AbortController();
    const woken = new Promise<void>((resolve) => {
      stir = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true, signal: over.signal });
    });
    const timer = ms === undefined ? [] : [clock.sleep(ms, over.signal).catch(() => undefined)];
    await Promise.race([woken, ...timer]);
    over.abort();
  }

  void run();
  return {
    wake: () => {
      awake = true;
      stir?.();
    },
  };
}
