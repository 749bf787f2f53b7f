/**
 * Time, as everything outside `ports/system` sees it. Nothing else reads a clock or starts a timer, so that a
 * simulation can own time.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. May step or drift; for what people and signatures read. */
  now(): number;
  /** Milliseconds that never go back; for measuring and for leases. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
