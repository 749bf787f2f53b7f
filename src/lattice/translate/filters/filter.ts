import type { Finding, Subject } from '../../../findings/finding.ts';
import type { RouteFilter } from '../../../routing/routing.ts';

/** A filter and where it sits. */
export interface FilterPlace {
  readonly at: Subject;
  /** `spec.rules[0].filters[1]`, or below one of the rule's backends. */
  readonly field: string;
  readonly filter: RouteFilter;
}

/**
 * What a filter does to its rule. Lattice rules can forward and answer 404 or 500 and nothing else, so that today each
 * filter is refused, by name; one that can be expressed brings a member with its effect.
 */
export interface FilterEffect {
  readonly refusals: readonly Finding[];
}

export type TranslateFilter = (place: FilterPlace) => FilterEffect;
