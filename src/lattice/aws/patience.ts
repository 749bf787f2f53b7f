import type { RemoteError } from '../model/known.ts';

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

/** `chance` in [0, 1) spreads those that failed together. What AWS asks for is the least. */
export function waitAfter(error: RemoteError, failures: number, chance: number): number {
  const { first, longest } = waits[error.cause];
  const wait = Math.min(longest, first * 2 ** Math.min(Math.max(failures - 1, 0), 20));
  return Math.round(Math.max(error.retryAfterMs ?? 0, wait * (0.75 + chance / 2)));
}
