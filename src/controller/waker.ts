import type { Clock } from '../ports/clock.ts';

/** Says that something changed, and lets one sleeper wait for it or for a time. Wakes that come while nobody sleeps count. */
export interface Waker {
  readonly wake: (reason: string) => void;
  /**
   * Resolves with the reasons given since the last call, at once when there are any, else when the first comes or at
   * `until` (by `clock.now()`; absent for never). Rejects when `signal` is aborted.
   */
  readonly sleep: (until: number | undefined, signal: AbortSignal) => Promise<readonly string[]>;
  /** Aborted by the next wake. */
  readonly nextWake: () => AbortSignal;
}

export function createWaker(clock: Clock): Waker {
  let reasons = new Set<string>();
  let next = new AbortController();
  return {
    wake: (reason) => {
      reasons.add(reason);
      next.abort(woken);
    },
    sleep: async (until, signal) => {
      signal.throwIfAborted();
      if (!next.signal.aborted) await settled(clock, until, AbortSignal.any([signal, next.signal]));
      signal.throwIfAborted();
      const given = [...reasons];
      reasons = new Set();
      if (next.signal.aborted) next = new AbortController();
      return given;
    },
    nextWake: () => next.signal,
  };
}

/** Why a pass was cut short. One for all: it takes longer to make an error than to wake. */
const woken = new Error('there is news');

async function settled(clock: Clock, until: number | undefined, either: AbortSignal): Promise<void> {
  const farOff = 3_600_000;
  const ms = until === undefined ? farOff : Math.max(0, Math.min(until - clock.now(), farOff));
  await clock.sleep(ms, either).catch((error: unknown) => {
    if (!either.aborted) throw error;
  });
}
