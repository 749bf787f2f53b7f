import { setFlagsFromString } from 'node:v8';
import type { Clock } from '../ports/clock.ts';

/** Makes V8 take less memory, for as long as the process lives. One that does not know a flag says so, and does without. */
export function spareMemory({
  clock,
  signal,
}: {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): void {
  for (const flag of always) setFlagsFromString(flag);
  const collecting: Collecting = {
    resident: () => process.memoryUsage.rss(),
    thoroughly: (is) => setFlagsFromString(is ? '--optimize-for-size' : '--no-optimize-for-size'),
  };
  // Ends with the process.
  void giveBack(collecting, clock, signal).catch(() => undefined);
}

const always = [
  // Each pass leaves behind what it thought. Collected this early, it takes half the memory and little time.
  '--heap-growing-percent=30',
  // The parser of HTTP is all the WebAssembly there is, and fast enough; to optimize it takes 25 MB.
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
];

export interface Collecting {
  /** Bytes. */
  readonly resident: () => number;
  /** Whether collections from now on give back what they free. */
  readonly thoroughly: (is: boolean) => void;
}

/**
 * A collection keeps the pages that it has emptied, up to as many as are in use. One that gives them back takes twice as
 * long; so there are some only when the process has grown by a fifth since the last. Rejects when the signal is aborted.
 */
export async function giveBack(
  { resident, thoroughly }: Collecting,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  for (;;) {
    await clock.sleep(lookEveryMs, signal);
    const now = resident();
    least = Math.min(least, now);
    if (now < least * tolerated) continue;
    thoroughly(true);
    // Who has grown is busy, and collects more often than that.
    await clock.sleep(thoroughForMs, signal);
    thoroughly(false);
    least = resident();
  }
}

const lookEveryMs = 1_000;
const tolerated = 1.2;
const thoroughForMs = 2_000;
