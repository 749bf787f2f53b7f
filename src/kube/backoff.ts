import type { Random } from '../ports/random.ts';
import { StatusError } from './errors.ts';

const firstMs = 250;
const longestMs = 30_000;
/** A server may ask for patience, but not for ever. */
const longestAskedMs = 60_000;

/**
 * How long to stay away after so many failures in a row, the first being 1: doubled each time, and between half and
 * the whole of that by chance, so that many clients of a server that comes back do not come at once. Never less than the server
 * asked for.
 */
export function backoff(failures: number, error: unknown, random: Random): number {
  const whole = Math.min(firstMs * 2 ** (failures - 1), longestMs);
  const asked = error instanceof StatusError ? Math.min(error.retryAfter ?? 0, longestAskedMs) : 0;
  return Math.max(asked, between(whole / 2, whole, random));
}

/** A whole number from `low` up to `high`, by chance. */
export function between(low: number, high: number, random: Random): number {
  return Math.floor(low + random.next() * (high - low));
}
