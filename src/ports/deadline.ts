import type { Clock } from './clock.ts';

/** Reason of a signal that `within` aborted because time was up. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
  readonly ms: number;

  constructor(ms: number) {
    super(`not finished within ${ms} ms`);
    this.ms = ms;
  }
}

/**
 * Runs `work` with a signal that is aborted after `ms`, or when `parent` is, and never once the work is done. Settles as
 * `work` does, or rejects with the signal's reason at once when `work` does not heed it.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent.throwIfAborted();
  const stop = new AbortController();
  const { signal } = stop;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  // Not by AbortSignal.any: what listens to that is kept for as long as the parent lives, which may be as long as we do.
  const abort = (): void => stop.abort(parent.reason);
  parent.addEventListener('abort', abort, { once: true });
  const timer = new AbortController();
  clock.sleep(ms, timer.signal).then(
    () => stop.abort(new DeadlineExceeded(ms)),
    () => undefined,
  );
  try {
    return await Promise.race([work(signal), aborted]);
  } finally {
    parent.removeEventListener('abort', abort);
    timer.abort(inTime);
  }
}

/** One for all: nobody sees it, and to make an error takes longer than most else here. */
const inTime = new Error('finished in time');
