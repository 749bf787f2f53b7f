import { errorAnswer } from '../contract/error.ts';
import type { Refusal } from '../contract/refusal.ts';
import { declined } from './neighbour.ts';
import type { Declined } from './neighbour.ts';

/** A refusal of a region in the words of a service beside Lattice, which all have errors of status 400. */
export function declinedBy(refusal: Refusal, names: Readonly<Record<string, string>> = {}): Declined {
  const type = errorAnswer(refusal).headers['x-amzn-errortype'] ?? 'InternalFailure';
  const named = Object.hasOwn(names, type) ? names[type] : undefined;
  return declined(named ?? type, refusal.message);
}

/** A time as protocols of JSON have it: seconds since 1970. */
export function seconds(ms: number): number {
  return ms / 1_000;
}
