import type { HTTPRouteMatch, HTTPRouteRule } from '../kinds/http-route.gen.ts';
import type { KubeObject } from '../kinds/object.ts';
import type { RankedMatch } from './routing.ts';

/**
 * All matches of a route's rules in the order in which the Gateway API lets them win: exact path, longest prefix,
 * method, most headers, most query parameters; then the first rule, then its first match.
 */
export function rankMatches(rules: readonly HTTPRouteRule[]): readonly RankedMatch[] {
  return rules
    .flatMap(({ matches }, rule) => matches.map((object, match) => ({ rule, match, object })))
    .toSorted((a, b) => compareMatches(a.object, b.object) || a.rule - b.rule || a.match - b.match);
}

/** Negative when `a` wins over `b`; 0 when the match itself does not decide. */
export function compareMatches(a: HTTPRouteMatch, b: HTTPRouteMatch): number {
  const [left, right] = [weights(a), weights(b)];
  for (const [i, weight] of left.entries()) {
    const difference = (right[i] ?? 0) - weight;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Negative when `a` has the older claim: by creation, then by namespace and name. */
export function compareAge(a: KubeObject, b: KubeObject): number {
  const [left, right] = [ageKey(a), ageKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function weights({ path, method, headers, queryParams }: HTTPRouteMatch): readonly number[] {
  return [
    path.type === 'Exact' ? 1 : 0,
    path.type === 'Exact' ? 0 : path.value.length,
    method === undefined ? 0 : 1,
    headers?.length ?? 0,
    queryParams?.length ?? 0,
  ];
}

/** Timestamps are RFC 3339 in UTC with whole seconds: their text sorts as they do. No date sorts last. */
function ageKey({ metadata }: KubeObject): string {
  return `${metadata.creationTimestamp ?? '~'} ${metadata.namespace ?? ''}/${metadata.name}`;
}
