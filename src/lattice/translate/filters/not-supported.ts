import type { FilterEffect, FilterPlace } from './filter.ts';

/** The honest answer to a filter that Lattice has no word for: refused by its name. */
export function notSupported({ at, field, filter }: FilterPlace): FilterEffect {
  return { refusals: [{ code: 'filterNotSupported', at, filter: filter.type, field }] };
}
