import type { FilterEffect, FilterPlace } from './filter.ts';

/**
 * A mirror sends a copy of each request to a second backend and drops its answers. A Lattice rule forwards each request
 * to one target group; a weight would divert requests where a copy was asked for. So it is refused.
 */
export function requestMirror({ at, field, filter }: FilterPlace): FilterEffect {
  const backend = filter.requestMirror?.backendRef.name;
  return {
    refusals: [
      {
        code: 'filterNotSupported',
        at,
        filter: backend === undefined ? filter.type : `${filter.type} to ${backend}`,
        field,
      },
    ],
  };
}
