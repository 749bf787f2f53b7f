import type { Finding } from '../../findings/finding.ts';
import type { HttpRoute } from '../../routing/routing.ts';
import { matchKey } from '../model/keys.ts';
import type { Action, HttpMatch } from '../model/resource.ts';
import type { TranslatedAction } from './actions.ts';
import { translateAction } from './actions.ts';
import type { LatticeBackend } from './backends.ts';
import { translateMatch } from './matches.ts';

/** One rule of a Lattice listener, before it is put on one. In order: the first wins. */
export interface LatticeRule {
  readonly match: HttpMatch;
  readonly action:
    | { readonly state: 'known'; readonly action: Action }
    | { readonly state: 'unknown'; readonly because: string };
}

export interface TranslatedRules {
  readonly rules: readonly LatticeRule[];
  /** The route cannot be had as it is written. */
  readonly refusals: readonly Finding[];
  readonly notes: readonly Finding[];
}

/**
 * The rules of a route by expansion: a Lattice rule has one match, so a rule with several becomes several. They come in
 * the order in which the Gateway API lets them win, whatever the order of the manifest.
 */
export function translateRules(
  route: HttpRoute,
  backendsOf: (rule: number) => readonly LatticeBackend[],
): TranslatedRules {
  const actions = route.rules.map(({ index }) =>
    translateAction(backendsOf(index), { object: route.ref, rule: index }),
  );
  const refusals = actions.flatMap((action) => (action.state === 'refused' ? action.refusals : []));
  const notes = actions.flatMap((action) => (action.state === 'known' ? action.notes : []));
  const rules: LatticeRule[] = [];
  const winners = new Map<string, { readonly rule: number; readonly match: number }>();
  for (const { rule, match, object } of route.matches) {
    const at = { object: route.ref, rule, match };
    const translated = translateMatch(object, at);
    const action = actions[rule];
    if (translated.match === undefined) {
      refusals.push(...translated.refusals);
      continue;
    }
    if (action === undefined || action.state === 'refused') continue;
    const word = matchKey(translated.match);
    const winner = winners.get(word);
    if (winner === undefined) {
      winners.set(word, { rule, match });
      rules.push({ match: translated.match, action: withoutNotes(action) });
    } else {
      notes.push({ code: 'matchShadowed', at, by: { route: route.ref, ...winner } });
    }
  }
  return { rules, refusals, notes };
}

function withoutNotes(
  action: Exclude<TranslatedAction, { readonly state: 'refused' }>,
): LatticeRule['action'] {
  return action.state === 'known' ? { state: 'known', action: action.action } : action;
}
