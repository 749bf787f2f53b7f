import { keyOf, matchKey } from '../model/keys.ts';
import type { HttpMatch, ResourceKey } from '../model/resource.ts';
import type { Route } from '../../routing/routing.ts';
import type { LatticeBackend } from './backends.ts';
import type { WholeDraft } from './draft.ts';
import type { Comparison } from './headers.ts';
import { annotatedPriority } from './priorities.ts';
import type { RouteRules, TranslatedRoute } from './rules.ts';
import { translateRules } from './rules.ts';

/*
 * What a route has in a service that it is about to leave. Its class may compare otherwise by now, and the route may say
 * more; which of the ways to say a match was taken, the rules that are there tell.
 */
const asEver: Comparison = { pathPrefix: 'string', headerValues: 'anyCase', priorities: 'ofTheGatewayApi' };
const ways: readonly Comparison[] = [
  asEver,
  { ...asEver, headerValues: 'exactCase' },
  { ...asEver, pathPrefix: 'segment' },
  { ...asEver, pathPrefix: 'segment', headerValues: 'exactCase' },
];

/** What a route may be matched by, in all the ways to say it; nothing of one without rules, or that cannot be had as it is written. */
export function matchesOf(route: Route): readonly HttpMatch[] | undefined {
  const said = route.kind === 'TLSRoute' ? [] : waysOf(route, () => []);
  if (said.length === 0) return undefined;
  return distinct(said.flatMap(({ rules }) => rules.flatMap((rule) => rule.matches)));
}

/** The rules of a listener that may be a route's: the words of their matches, and their priorities. */
export function standingOn(
  { known }: WholeDraft,
  listener: ResourceKey,
  matches: readonly HttpMatch[],
): Readonly<Record<string, number>> {
  const standing: Record<string, number> = {};
  for (const match of matches) {
    const entry = known.entries.get(keyOf.rule(listener, match));
    if (entry?.state !== 'gone' && entry?.fact?.type === 'rule')
      standing[matchKey(match)] = entry.fact.spec.priority;
  }
  return standing;
}

/** A route as far as it stands there, with the backends that it has now. */
export function translateStanding(
  route: Route,
  standing: Readonly<Record<string, number>>,
  backendsOf: (rule: number) => readonly LatticeBackend[],
): TranslatedRoute {
  const [first, ...others] = waysOf(route, backendsOf);
  if (first === undefined) return translateRules(route, asEver, backendsOf);
  const rules = first.rules.flatMap((rule): readonly RouteRules[] => {
    const same = others.flatMap((other) =>
      other.rules.filter((one) => one.rule === rule.rule && one.match === rule.match),
    );
    const matches = distinct([rule, ...same].flatMap((one) => one.matches)).filter(
      (match) => standing[matchKey(match)] !== undefined,
    );
    const chosen = annotatedPriority(route, rule.rule);
    const isChosen = matches.some((match) => standing[matchKey(match)] === chosen);
    return matches.length === 0
      ? []
      : [{ ...rule, matches, ...(isChosen && chosen !== undefined ? { chosenPriority: chosen } : {}) }];
  });
  return { ...first, rules, actions: rules.map(({ action }) => action) };
}

function waysOf(
  route: Route,
  backendsOf: (rule: number) => readonly LatticeBackend[],
): readonly TranslatedRoute[] {
  return ways.map((way) => translateRules(route, way, backendsOf)).filter((way) => way.refusals.length === 0);
}

function distinct(matches: readonly HttpMatch[]): readonly HttpMatch[] {
  return [...new Map(matches.map((match) => [matchKey(match), match])).values()];
}
