import type { FactOf, KnownEntry } from '../model/known.ts';
import type { ResourceKey, RuleResource, RuleSpec } from '../model/resource.ts';
import { claimOn } from './accountability.ts';
import { wantedRules } from './listener-rules.ts';
import type { Planning } from './planning.ts';
import { turnover } from './turnover.ts';
import type { Place, Turn, Turnover } from './turnover.ts';
import type { Update } from './step.ts';

/**
 * Puts the changes to the rules of each listener that can be reached into an order in which no request is at any moment
 * answered by a rule that is neither of the old ones nor of the new. Comes when all steps are decided.
 */
export function orderRules(planning: Planning): void {
  for (const [listener, rules] of wantedRules(planning)) {
    const service = rules[0]?.spec.service.ref;
    if (service === undefined || isAtRest(planning, listener, rules) || !isReached(planning, service))
      continue;
    const turns = turnsOf(planning, listener, rules);
    const { behind, atOnce, isApart } = inOrder(turns);
    if (isApart) for (const { key } of turns) part(planning, key);
    const open = turns.filter(({ change, after }) => change === 'wait' && after === undefined);
    for (const { key, change } of turns) {
      const first = new Set(behind.get(key));
      // What it will be is not known: nothing that it may take over goes.
      if (change === 'delete') for (const waiting of open) first.add(waiting.key);
      if (first.size > 0) standBehind(planning, key, first);
    }
    for (const [index, keys] of atOnce.entries()) unite(planning, keys, `${listener} ${index + 1}`);
  }
}

/**
 * Of the wanted rules, those that take the place of another and cannot do so without harm at any moment: what they are
 * to take over and what they leave are in each other's way. Asked before it is decided what goes.
 */
export function stuckReuses(
  planning: Planning,
  listener: ResourceKey,
  rules: readonly RuleResource[],
): readonly Update[] {
  const service = rules[0]?.spec.service.ref;
  if (service === undefined || !isReached(planning, service)) return [];
  return inOrder(turnsOf(planning, listener, rules)).stuck.flatMap((key) => {
    const step = planning.steps.get(key);
    return step?.op === 'update' && step.known !== key ? [step] : [];
  });
}

/** What would move in one call does so one by one where that is better, and nobody takes a number that another has. */
function inOrder(turns: readonly Turn[]): Turnover & { readonly isApart: boolean } {
  const together = turnover(turns);
  if (together.stuck.length === 0 || turns.some((turn) => takesNumber(turn, turns))) {
    return { ...together, isApart: false };
  }
  const apart = turnover(turns.map(alone));
  return apart.stuck.length < together.stuck.length
    ? { ...apart, isApart: true }
    : { ...together, isApart: false };
}

function alone<T extends { readonly together?: string }>(one: T): Omit<T, 'together'> {
  const { together: _, ...rest } = one;
  return rest;
}

function takesNumber(turn: Turn, turns: readonly Turn[]): boolean {
  return turns.some(
    (other) => other !== turn && other.before !== undefined && other.before.priority === turn.after?.priority,
  );
}

/** All of them stay as they are, and no other is there. */
function isAtRest(
  { index, matching, steps }: Planning,
  listener: ResourceKey,
  rules: readonly RuleResource[],
): boolean {
  const there = index.childrenOf(matching.found.get(listener)?.key ?? listener);
  return there.length === rules.length && rules.every(({ key }) => steps.get(key)?.op === 'keep');
}

/** It is in a network, or on its way into one. */
function isReached({ matching, index }: Planning, service: ResourceKey): boolean {
  const entry = matching.found.get(service);
  return (
    entry !== undefined &&
    index.childrenOf(entry.key).some(({ type, state }) => type === 'serviceAssociation' && state !== 'gone')
  );
}

function turnsOf(planning: Planning, listener: ResourceKey, rules: readonly RuleResource[]): readonly Turn[] {
  const { matching, index, model, reused } = planning;
  const wanted = rules.flatMap((rule) => turnOf(planning, rule, rules) ?? []);
  const listenerKey = matching.found.get(listener)?.key ?? listener;
  const others = index
    .childrenOf(listenerKey)
    .filter(
      ({ key, type, state }) =>
        type === 'rule' &&
        state !== 'gone' &&
        !reused.has(key) &&
        model.entries.get(matching.wantedAs.get(key) ?? key)?.state !== 'wanted',
    );
  return [...wanted, ...others.flatMap((entry) => leaving(planning, entry) ?? [])];
}

function turnOf(
  planning: Planning,
  { key, spec }: RuleResource,
  siblings: readonly RuleResource[],
): Turn | undefined {
  const { known, steps } = planning;
  const step = steps.get(key);
  const entry = known.entries.get(step?.known ?? key);
  const before = placeOf(entry);
  switch (step?.op) {
    case 'create':
      return step.resource.type === 'rule' ? { key, change: 'create', after: step.resource.spec } : undefined;
    case 'update': {
      if (step.resource.type !== 'rule' || before === undefined) return undefined;
      const { match, priority } = step.resource.spec;
      const after = {
        match: step.changes.includes('match') ? match : before.match,
        priority: step.changes.includes('priority') ? priority : before.priority,
      };
      const together = step.together === undefined ? {} : { together: step.together };
      return { key, change: 'update', before, after, ...together };
    }
    case 'wait': {
      const creating = entry?.creating?.type === 'rule' ? entry.creating.spec : undefined;
      if (before !== undefined) {
        return { key, change: 'wait', before, after: { match: spec.match, priority: before.priority } };
      }
      return { key, change: 'wait', after: creating ?? placeToBe(planning, spec, siblings) };
    }
    case 'keep':
    case 'delete':
    case 'replace':
    case 'adopt':
    case 'hold':
    case 'orphan':
    case 'refuse':
    case undefined:
      return before === undefined ? undefined : { key, change: 'none', before, after: before };
  }
}

/** Where a rule will be that may not be made yet: its number is not chosen, but it comes after those that win over it. */
function placeToBe(
  planning: Planning,
  { match, priority }: RuleSpec,
  siblings: readonly RuleResource[],
): Place {
  const above = siblings
    .filter(({ spec }) => spec.priority < priority)
    .flatMap(({ key }) => numberOf(planning, key) ?? []);
  return { match, priority: Math.max(0, ...above) + 0.5 + priority / 10_000 };
}

function numberOf({ known, steps }: Planning, key: ResourceKey): number | undefined {
  const step = steps.get(key);
  const isWritten = step?.op === 'create' || step?.op === 'update';
  return isWritten && step.resource.type === 'rule'
    ? step.resource.spec.priority
    : placeOf(known.entries.get(step?.known ?? key))?.priority;
}

function leaving(planning: Planning, entry: KnownEntry): Turn | undefined {
  const before = placeOf(entry);
  if (before === undefined) return undefined;
  const { key } = entry;
  const step = planning.steps.get(key);
  const isToGo =
    step === undefined && !planning.model.entries.has(key) && claimOn(planning, entry).may === 'go';
  if (step?.op === 'delete' || isToGo) return { key, change: 'delete', before };
  return step?.op === 'wait'
    ? { key, change: 'wait', before }
    : { key, change: 'none', before, after: before };
}

function placeOf(entry: KnownEntry | undefined): Place | undefined {
  const fact = entry?.fact;
  return isRule(fact) ? fact.spec : undefined;
}

function isRule(fact: KnownEntry['fact']): fact is FactOf<'rule'> {
  return fact?.type === 'rule';
}

function standBehind({ steps }: Planning, key: ResourceKey, first: ReadonlySet<ResourceKey>): void {
  const step = steps.get(key);
  if (step?.op !== 'create' && step?.op !== 'update' && step?.op !== 'delete') return;
  steps.set(key, { ...step, behind: [...new Set([...(step.behind ?? []), ...first])] });
}

function part({ steps }: Planning, key: ResourceKey): void {
  const step = steps.get(key);
  if (step?.op !== 'update') return;
  steps.set(key, alone(step));
}

/** One call makes them all; none of them is behind another. */
function unite({ steps }: Planning, keys: readonly ResourceKey[], word: string): void {
  for (const key of keys) {
    const step = steps.get(key);
    if (step?.op !== 'update') continue;
    steps.set(key, { ...step, together: word, behind: step.behind.filter((first) => !keys.includes(first)) });
  }
}
