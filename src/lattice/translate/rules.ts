import type { Finding } from '../../findings/finding.ts';
import { refKey } from '../../kinds/object.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { compareAge, compareRanked } from '../../routing/precedence.ts';
import type { Route } from '../../routing/routing.ts';
import { matchKey } from '../model/keys.ts';
import type { Action, HttpMatch } from '../model/resource.ts';
import type { TranslatedAction } from './actions.ts';
import { translateAction } from './actions.ts';
import type { LatticeBackend } from './backends.ts';
import { translateGrpcMatch } from './grpc-matches.ts';
import { annotatedPriority } from './priorities.ts';
import type { Comparison } from './headers.ts';
import { translateMatch } from './matches.ts';
import type { TranslatedMatch } from './matches.ts';

/** One rule of a Lattice listener, before it is put on one. In order: the first wins. */
export interface LatticeRule {
  readonly match: HttpMatch;
  readonly action: LatticeAction;
  readonly route: ObjectRef;
  /** The number that people chose for it. */
  readonly chosenPriority?: number;
}

export type LatticeAction =
  | { readonly state: 'known'; readonly action: Action }
  | { readonly state: 'unknown'; readonly because: string };

/** One match of one route: a rule, or several. */
export interface RouteRules {
  readonly route: Route;
  readonly rule: number;
  readonly match: number;
  readonly weights: readonly number[];
  readonly matches: readonly HttpMatch[];
  readonly action: LatticeAction;
  /** Of its rule, where people chose one. */
  readonly chosenPriority?: number;
}

export interface TranslatedRoute {
  readonly rules: readonly RouteRules[];
  /** By rule, also of rules that match nothing: TLS has no matches. */
  readonly actions: readonly LatticeAction[];
  /** The route cannot be had as it is written. */
  readonly refusals: readonly Finding[];
  readonly notes: readonly Finding[];
}

/** The rules of one route by expansion: a Lattice rule has one match, so a rule with several becomes several. */
export function translateRules(
  route: Route,
  compare: Comparison,
  backendsOf: (rule: number) => readonly LatticeBackend[],
): TranslatedRoute {
  const actions = route.rules.map(({ index }) =>
    translateAction(backendsOf(index), { object: route.ref, rule: index }),
  );
  const refusals = actions.flatMap((action) => (action.state === 'refused' ? action.refusals : []));
  const notes = actions.flatMap((action) => (action.state === 'known' ? action.notes : []));
  const rules: RouteRules[] = [];
  for (const { rule, match, weights, translated } of matchesOf(route, compare)) {
    const action = actions[rule];
    if (translated.matches === undefined) refusals.push(...translated.refusals);
    else if (action !== undefined && action.state !== 'refused') {
      const { matches } = translated;
      const chosenPriority = compare.priorities === 'asChosen' ? annotatedPriority(route, rule) : undefined;
      const chosen = chosenPriority === undefined ? {} : { chosenPriority };
      rules.push({ route, rule, match, weights, matches, action: withoutNotes(action), ...chosen });
    }
  }
  return {
    rules,
    actions: actions.flatMap((action) => (action.state === 'refused' ? [] : [withoutNotes(action)])),
    refusals,
    notes,
  };
}

/**
 * The rules of all routes that share a listener, in the order in which the Gateway API lets them win, whatever the order
 * of the manifests; before them, in order of their numbers, those for which people chose one. Of two that match the same the later never wins, and is told so.
 * `leaving`, by `refKey`: routes that are to be elsewhere; they come after the others, and are told nothing.
 */
export function arrangeRules(
  all: readonly RouteRules[],
  leaving: ReadonlySet<string> = new Set(),
): {
  readonly rules: readonly LatticeRule[];
  readonly notes: readonly Finding[];
} {
  const rules: LatticeRule[] = [];
  const notes: Finding[] = [];
  const winners = new Map<string, RouteRules>();
  const chosen = new Set<number>();
  const isLeaving = ({ route }: RouteRules): boolean => leaving.has(refKey(route.ref));
  for (const one of all.toSorted((a, b) => compareRules(a, b, isLeaving))) {
    const fresh = one.matches.filter((match) => !winners.has(matchKey(match)));
    const [first] = one.matches;
    const by = first === undefined ? undefined : winners.get(matchKey(first));
    if (fresh.length === 0 && by !== undefined && !isLeaving(one)) {
      const at = { object: one.route.ref, rule: one.rule, match: one.match };
      notes.push({
        code: 'matchShadowed',
        at,
        by: { route: by.route.ref, rule: by.rule, match: by.match },
      });
    }
    for (const match of fresh) {
      winners.set(matchKey(match), one);
      const { action, chosenPriority } = one;
      const isFree = chosenPriority !== undefined && !chosen.has(chosenPriority);
      if (isFree) chosen.add(chosenPriority);
      rules.push({ match, action, route: one.route.ref, ...(isFree ? { chosenPriority } : {}) });
    }
  }
  return { rules, notes };
}

function compareRules(a: RouteRules, b: RouteRules, isLeaving: (one: RouteRules) => boolean): number {
  const age =
    Number(isLeaving(a)) - Number(isLeaving(b)) ||
    (refKey(a.route.ref) === refKey(b.route.ref) ? 0 : compareAge(a.route.object, b.route.object));
  const unchosen = Number.POSITIVE_INFINITY;
  const [left, right] = [a.chosenPriority ?? unchosen, b.chosenPriority ?? unchosen];
  if (left !== right) return left < right ? -1 : 1;
  return compareRanked(a, b) || age || a.rule - b.rule || a.match - b.match;
}

interface MatchOf {
  readonly rule: number;
  readonly match: number;
  readonly weights: readonly number[];
  readonly translated: TranslatedMatch;
}

function matchesOf(route: Route, compare: Comparison): readonly MatchOf[] {
  const at = (rule: number, match: number) => ({ object: route.ref, rule, match });
  switch (route.kind) {
    case 'HTTPRoute':
      return route.matches.map(({ rule, match, weights, object }) => ({
        rule,
        match,
        weights,
        translated: translateMatch(object, at(rule, match), compare),
      }));
    case 'GRPCRoute':
      return route.matches.map(({ rule, match, weights, object }) => ({
        rule,
        match,
        weights,
        translated: translateGrpcMatch(object, at(rule, match), compare),
      }));
    case 'TLSRoute':
      return [];
  }
}

function withoutNotes(action: Exclude<TranslatedAction, { readonly state: 'refused' }>): LatticeAction {
  return action.state === 'known' ? { state: 'known', action: action.action } : action;
}
