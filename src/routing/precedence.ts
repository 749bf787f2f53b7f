import type { GRPCRouteMatch, GRPCRouteRule } from '../kinds/grpc-route.gen.ts';
import type { HTTPRouteMatch, HTTPRouteRule } from '../kinds/http-route.gen.ts';
import type { KubeObject } from '../kinds/object.ts';
import type { RankedMatch } from './routing.ts';

/**
 * All matches of a route's rules in the order in which the Gateway API lets them win: exact path, longest prefix,
 * method, most headers, most query parameters; then the first rule, then its first match.
 */
export function rankMatches(rules: readonly HTTPRouteRule[]): readonly RankedMatch<HTTPRouteMatch>[] {
  return ranked(
    rules.map(({ matches }) => matches),
    weights,
  );
}

/** The same of gRPC: longest service, longest method, most headers. A rule without matches matches everything. */
export function rankGrpcMatches(rules: readonly GRPCRouteRule[]): readonly RankedMatch<GRPCRouteMatch>[] {
  return ranked(
    rules.map(({ matches = [] }) => (matches.length === 0 ? [{}] : matches)),
    grpcWeights,
  );
}

/** Negative when `a` wins over `b`; 0 when the matches themselves do not decide. */
export function compareRanked(a: Weighed, b: Weighed): number {
  for (const [i, weight] of a.weights.entries()) {
    const difference = (b.weights[i] ?? 0) - weight;
    if (difference !== 0) return difference;
  }
  return 0;
}

type Weighed = Pick<RankedMatch<unknown>, 'weights'>;

/** Negative when `a` has the older claim: by creation, then by namespace and name. */
export function compareAge(a: KubeObject, b: KubeObject): number {
  const [left, right] = [ageKey(a), ageKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function ranked<Match>(
  rules: readonly (readonly Match[])[],
  weigh: (match: Match) => readonly number[],
): readonly RankedMatch<Match>[] {
  return rules
    .flatMap((matches, rule) =>
      matches.map((object, match) => ({ rule, match, object, weights: weigh(object) })),
    )
    .toSorted((a, b) => compareRanked(a, b) || a.rule - b.rule || a.match - b.match);
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

function grpcWeights({ method, headers }: GRPCRouteMatch): readonly number[] {
  return [method?.service?.length ?? 0, method?.method?.length ?? 0, headers?.length ?? 0];
}

/** Timestamps are RFC 3339 in UTC with whole seconds: their text sorts as they do. No date sorts last. */
function ageKey({ metadata }: KubeObject): string {
  return `${metadata.creationTimestamp ?? '~'} ${metadata.namespace ?? ''}/${metadata.name}`;
}
