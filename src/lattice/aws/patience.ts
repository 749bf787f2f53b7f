import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { RemoteError } from '../model/known.ts';

/**
 * Counts failures in a row, each kind of call on each key and each cause for itself, and says when to try again: to have
 * been throttled makes nobody wait longer for room.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #failures = new Map<string, Map<RemoteError['cause'], number>>();

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** `isUrgent`: of what somebody's requests fail for meanwhile. */
  failed(call: string, error: RemoteError, isUrgent = false): number {
    const causes = this.#failures.get(call) ?? new Map<RemoteError['cause'], number>();
    const failures = (causes.get(error.cause) ?? 0) + 1;
    this.#failures.set(call, causes.set(error.cause, failures));
    return (
      Math.ceil(this.#clock.now()) + waitAfter(error, failures, { isUrgent, chance: this.#random.next() })
    );
  }

  succeeded(call: string): void {
    this.#failures.delete(call);
  }
}

/** How long to wait after the n-th failure in a row, by what went wrong: first wait, growth, longest wait. Milliseconds. */
const waits: Readonly<Record<RemoteError['cause'], { readonly first: number; readonly longest: number }>> = {
  throttled: { first: 500, longest: 10_000 },
  conflict: { first: 500, longest: 30_000 },
  notFound: { first: 1_000, longest: 60_000 },
  unreachable: { first: 300, longest: 30_000 },
  serverFault: { first: 300, longest: 30_000 },
  quota: { first: 15_000, longest: 300_000 },
  denied: { first: 15_000, longest: 300_000 },
  invalid: { first: 30_000, longest: 600_000 },
};

/**
 * `chance` in [0, 1) spreads those that failed together. What AWS asks for is the least. After throttling the budget slows
 * everybody down, and what is urgent comes first in it.
 */
function waitAfter(
  error: RemoteError,
  failures: number,
  { isUrgent, chance }: { readonly isUrgent: boolean; readonly chance: number },
): number {
  const { first: usual, longest } = waits[error.cause];
  const first = isUrgent && error.cause === 'throttled' ? usual / 4 : usual;
  const wait = Math.min(longest, first * 2 ** Math.min(Math.max(failures - 1, 0), 20));
  return Math.round(Math.max(error.retryAfterMs ?? 0, wait * (0.75 + chance / 2)));
}
