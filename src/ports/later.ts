import type { Clock } from './clock.ts';

/** Does something after so many milliseconds, or nothing when the signal is aborted before. */
export async function later(clock: Clock, ms: number, signal: AbortSignal, work: () => void): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch {
    return;
  }
  work();
}
