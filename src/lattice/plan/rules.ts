/**
 * The rules of one listener, together: a rule that is no longer wanted becomes one that is, and priorities are given so
 * that only the wanted order decides. The one part of planning that is about a single type.
 */
import type { FactOf, KnownEntry } from '../model/known.ts';
import type { ResourceKey, RuleResource } from '../model/resource.ts';
import { limits } from '../model/limits.gen.ts';
import { byCodePoint, canonical } from '../model/values.ts';
import { claimOn } from './accountability.ts';
import { unwantedRules, wantedRules } from './listener-rules.ts';
import { about, lastingId } from './planning.ts';
import type { Planning } from './planning.ts';
import { stuckReuses } from './rule-order.ts';
import { assignPriorities } from './priorities.ts';
import type { Ranked } from './priorities.ts';
import type { Create, Step, Update } from './step.ts';

export function arrangeRules(planning: Planning): void {
  for (const [listener, rules] of wantedRules(planning)) {
    const standing = planning.standing.get(listener);
    if (standing !== 'there' && standing !== 'coming') continue;
    if (rules.some(({ key }) => isUnsettled(planning, key)) || hasUnsettled(planning, listener)) {
      postpone(planning, rules);
      continue;
    }
    arrange(planning, listener, rules);
  }
}

/** Until no rule takes a place that it could not take without harm; where the listener is full, it must all the same. */
function arrange(planning: Planning, listener: ResourceKey, rules: readonly RuleResource[]): void {
  const { steps, reused, settings } = planning;
  const leftovers = leftoverRules(planning, listener);
  if (leftovers.length === 0 && rules.every(({ key }) => steps.get(key)?.op === 'keep')) {
    if (!isInOrder(planning, rules)) prioritise(planning, listener, rules, leftovers);
    return;
  }
  const decided = rules.flatMap(({ key }) => steps.get(key) ?? []);
  const unfit = new Set<string>();
  for (;;) {
    reuse(planning, rules, leftovers, unfit);
    name(planning, listener, rules);
    prioritise(planning, listener, rules, leftovers);
    const stuck = stuckReuses(planning, listener, rules);
    if (stuck.length === 0 || rules.length + leftovers.length > settings.rulesPerListener) return;
    for (const { key, known } of stuck) unfit.add(pairOf(key, known));
    for (const step of decided) steps.set(step.key, step);
    for (const { entry } of leftovers) reused.delete(entry.key);
  }
}

/** Their numbers rise as they are to win, and nobody chose others. */
function isInOrder(planning: Planning, rules: readonly RuleResource[]): boolean {
  return rules.every((rule, at) => {
    const before = rules[at - 1];
    const isNext = before === undefined || before.spec.priority < rule.spec.priority;
    const number = priorityOf(planning, rule.key);
    const least = before === undefined ? 0 : priorityOf(planning, before.key);
    const isRising = number !== undefined && least !== undefined && number > least;
    return isNext && isRising && rule.spec.chosenPriority === undefined;
  });
}

function priorityOf(planning: Planning, key: ResourceKey): number | undefined {
  const step = planning.steps.get(key);
  return step === undefined ? undefined : factOf(planning, step, key)?.spec.priority;
}

function pairOf(wanted: ResourceKey, leftover: ResourceKey): string {
  return `${wanted} ${leftover}`;
}

interface FoundRule {
  readonly entry: KnownEntry;
  readonly fact: FactOf<'rule'>;
}

/** Its number is not sure: a call on it is in flight or was lost, or it has not been read. */
function isUnsettled({ known, steps }: Planning, key: ResourceKey): boolean {
  const step = steps.get(key);
  const state = known.entries.get(step?.known ?? key)?.state;
  return step?.op === 'wait' || state === 'pending' || (state === 'unknown' && step?.op !== 'create');
}

/** A rule that is no longer wanted may have become another one by a call whose answer was lost. */
function hasUnsettled(planning: Planning, listener: ResourceKey): boolean {
  return unwantedRules(planning, listener).some(
    ({ id, state }) => id !== undefined && (state === 'pending' || state === 'unknown'),
  );
}

/** Rules of which nobody can tell what they should be: they stay, with their numbers. */
function undeterminedRules(
  { index, matching, model }: Planning,
  listener: ResourceKey,
): readonly FactOf<'rule'>[] {
  const listenerKey = matching.found.get(listener)?.key;
  if (listenerKey === undefined) return [];
  return index.childrenOf(listenerKey).flatMap(({ key, state, fact }) => {
    const wanted = model.entries.get(matching.wantedAs.get(key) ?? key);
    return wanted?.state === 'undetermined' && state !== 'gone' && fact?.type === 'rule' ? [fact] : [];
  });
}

function postpone({ steps, now, settings }: Planning, rules: readonly RuleResource[]): void {
  const until = now + settings.callDeadline;
  for (const rule of rules) {
    const step = steps.get(rule.key);
    if (step?.op !== 'create') continue;
    steps.set(rule.key, {
      op: 'wait',
      ...about(rule, 'another rule of its listener is not settled'),
      until,
    });
  }
}

function leftoverRules(planning: Planning, listener: ResourceKey): readonly FoundRule[] {
  return unwantedRules(planning, listener).flatMap((entry) => {
    const { fact } = entry;
    return fact?.type === 'rule' ? [{ entry, fact }] : [];
  });
}

/** Same action first, then the nearest priority: an edited path is then one call, also where the listener is full. */
function reuse(
  planning: Planning,
  rules: readonly RuleResource[],
  leftovers: readonly FoundRule[],
  unfit: ReadonlySet<string>,
): void {
  const { steps, reused } = planning;
  const idOf = lastingId(planning);
  const creations = rules.flatMap((rule) => {
    const step = steps.get(rule.key);
    return step?.op === 'create' ? [{ rule, step }] : [];
  });
  const free = leftovers.filter(
    ({ entry }) => entry.state === 'known' && claimOn(planning, entry).may === 'go',
  );
  const pairs = creations
    .flatMap(({ rule, step }) =>
      free.map((left) => ({
        rule,
        step,
        left,
        sameAction: canonical(rule.spec.action, idOf) === canonical(left.fact.spec.action),
        distance: Math.abs(rule.spec.priority - left.fact.spec.priority),
      })),
    )
    .toSorted(
      (a, b) =>
        Number(b.sameAction) - Number(a.sameAction) ||
        a.distance - b.distance ||
        byCodePoint(a.rule.key, b.rule.key) ||
        byCodePoint(a.left.entry.key, b.left.entry.key),
    );
  const done = new Set<ResourceKey>();
  for (const { rule, step, left, sameAction } of pairs) {
    if (done.has(rule.key) || reused.has(left.entry.key) || unfit.has(pairOf(rule.key, left.entry.key)))
      continue;
    done.add(rule.key);
    reused.set(left.entry.key, rule.key);
    steps.set(rule.key, {
      op: 'update',
      ...about(rule, 'takes the place of a rule that is no longer wanted'),
      resource: rule,
      known: left.entry.key,
      from: left.fact,
      changes: sameAction ? ['match'] : ['action', 'match'],
      after: step.after,
      behind: [],
    });
  }
}

/** A rule that took another's place kept its name, which is unique in the listener: who comes later takes a free one. */
function name(planning: Planning, listener: ResourceKey, rules: readonly RuleResource[]): void {
  const { index, matching, steps } = planning;
  const listenerKey = matching.found.get(listener)?.key;
  const taken = new Set<string>();
  const siblings = listenerKey === undefined ? [] : index.childrenOf(listenerKey);
  for (const { state, fact, creating } of siblings) {
    if (state === 'gone') continue;
    if (fact?.type === 'rule') taken.add(fact.spec.name);
    if (creating?.type === 'rule') taken.add(creating.spec.name);
  }
  for (const rule of rules) {
    const step = steps.get(rule.key);
    if (step?.op !== 'create' || step.resource.type !== 'rule') continue;
    if (retriedRule(planning, rule.key) !== undefined) continue;
    const free = freeName(rule.spec.name, taken, limits.RuleName.max);
    taken.add(free);
    if (free !== rule.spec.name) {
      steps.set(rule.key, { ...step, resource: { ...rule, spec: { ...rule.spec, name: free } } });
    }
  }
}

/** A creation whose answer was lost is made again as it was: it may have a number and a name by now. */
function retriedRule({ known, steps }: Planning, key: ResourceKey): RuleResource | undefined {
  const creating = known.entries.get(key)?.creating;
  const step = steps.get(key);
  const isRetried = step?.op !== 'create' || step.resource === creating;
  return isRetried && creating?.type === 'rule' ? creating : undefined;
}

/** The name wished for, or, where somebody has it, one with a number. */
export function freeName(wish: string, taken: ReadonlySet<string>, longest: number): string {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : `-${number}`;
    const candidate = wish.slice(0, longest - suffix.length).replace(/-+$/, '') + suffix;
    if (!taken.has(candidate)) return candidate;
  }
}

function prioritise(
  planning: Planning,
  listener: ResourceKey,
  rules: readonly RuleResource[],
  leftovers: readonly FoundRule[],
): void {
  const { steps, reused } = planning;
  const placed = rules
    .toSorted((a, b) => a.spec.priority - b.spec.priority)
    .flatMap((rule) => {
      const step = steps.get(rule.key);
      return step?.op === 'create' || step?.op === 'update' || step?.op === 'keep' ? [{ rule, step }] : [];
    });
  const ranked: readonly Ranked[] = placed.map(({ rule, step }) => {
    const current = step.op === 'create' ? retriedRule(planning, rule.key) : factOf(planning, step, rule.key);
    const { chosenPriority } = rule.spec;
    return {
      key: rule.key,
      ...(current === undefined ? {} : { current: current.spec.priority }),
      ...(chosenPriority === undefined ? {} : { chosen: chosenPriority }),
    };
  });
  const taken = new Set(
    leftovers.filter(({ entry }) => !reused.has(entry.key)).map(({ fact }) => fact.spec.priority),
  );
  for (const { creating } of unwantedRules(planning, listener)) {
    if (creating?.type === 'rule') taken.add(creating.spec.priority);
  }
  for (const { spec } of undeterminedRules(planning, listener)) taken.add(spec.priority);
  for (const rule of rules) {
    const step = steps.get(rule.key);
    const fact = step?.op === 'refuse' ? factOf(planning, step, rule.key) : undefined;
    if (fact !== undefined) taken.add(fact.spec.priority);
  }
  const { of, moved } = assignPriorities(ranked, taken);
  for (const { rule, step } of placed) {
    const priority = of.get(rule.key);
    if (priority === undefined || retriedRule(planning, rule.key) !== undefined) continue;
    const { name } = step.op === 'create' && step.resource.type === 'rule' ? step.resource.spec : rule.spec;
    const resource = { ...rule, spec: { ...rule.spec, name, priority } };
    if (step.op === 'keep') {
      const fact = factOf(planning, step, rule.key);
      if (moved.includes(rule.key) && fact !== undefined) {
        steps.set(rule.key, {
          ...moving(step, resource, fact),
          ...(moved.length > 1 ? { together: listener } : {}),
        });
      }
    } else {
      const together = moved.includes(rule.key) && moved.length > 1 ? listener : undefined;
      steps.set(rule.key, numbered(step, resource, moved.includes(rule.key), together));
    }
  }
}

function factOf({ known }: Planning, step: Step, key: ResourceKey): FactOf<'rule'> | undefined {
  if (step.op === 'read') return undefined;
  const fact = known.entries.get(step.known ?? key)?.fact;
  return fact?.type === 'rule' ? fact : undefined;
}

function moving(step: Step & { op: 'keep' }, resource: RuleResource, from: FactOf<'rule'>): Update {
  return {
    op: 'update',
    ...about(resource, 'the order of rules changes'),
    resource,
    known: step.known ?? resource.key,
    from,
    changes: ['priority'],
    after: [],
    behind: [],
  };
}

function numbered(
  step: Create | Update,
  resource: RuleResource,
  moves: boolean,
  together: ResourceKey | undefined,
): Create | Update {
  if (step.op === 'create') return { ...step, resource };
  if (!moves) return { ...step, resource };
  const change = { ...step, resource, ...(together === undefined ? {} : { together }) };
  // A group that is not ready yet must not hold up the order of the others: what else changes comes on the next pass.
  return together !== undefined && step.after.length > 0 && step.known === resource.key
    ? { ...change, changes: ['priority'], after: [] }
    : { ...change, changes: [...step.changes, 'priority'] };
}
