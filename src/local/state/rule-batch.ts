import { errorAnswer } from '../contract/error.ts';
import { conflict, invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { RuleUpdate } from '../contract/types.gen.ts';
import type { Context, RuleFailure, Transition } from './command.ts';
import { findListener, findRule, unlessActive } from './identifiers.ts';
import type { FoundListener } from './identifiers.ts';
import { revised, withRules } from './rule.ts';
import type { Rule } from './listener-resources.ts';
import type { RegionState, Table } from './state.ts';

/**
 * Several rules of one listener in one change, so that priorities can be exchanged. An entry that fails alone is left
 * out; if the priorities of the others then collide, all entries that move a rule fail together.
 */
export const batchUpdateRule: Transition<'BatchUpdateRule'> = (state, input, context) => {
  const found = findListener(state, input, context);
  if ('refused' in found) return found;
  const inTransition = unlessActive('SERVICE', found.service);
  if (inTransition !== undefined) return inTransition;
  const outcomes = input.rules.map((update) => attempt(state, found, update, context));
  const twice = firstTwice(outcomes);
  if (twice !== undefined) return invalid(`Rule ${twice} is named more than once.`);

  const settled = withoutCollisions(found, outcomes);
  const rules = applied(found.listener.rules, settled);
  const successful = settled.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  const unsuccessful = settled.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  const same = successful.every((rule) => found.listener.rules.get(rule.id) === rule);
  const next = same ? state : withRules(state, found, rules);
  return 'refused' in next ? next : { state: next, result: { successful, unsuccessful } };
};

interface Attempt {
  readonly update: RuleUpdate;
  readonly rule?: Rule;
  readonly failure?: RuleFailure;
}

function attempt(state: RegionState, found: FoundListener, update: RuleUpdate, context: Context): Attempt {
  const rule = findRule(found.listener, update.ruleIdentifier, context);
  const result = 'refused' in rule ? rule : revised(state, { found, rule, revision: update }, context);
  return 'refused' in result ? failed(update, result) : { update, rule: result };
}

function failed(update: RuleUpdate, { refused }: Refused): Attempt {
  const failureCode = errorAnswer(refused).headers['x-amzn-errortype'] ?? '';
  const { ruleIdentifier } = update;
  return { update, failure: { ruleIdentifier, failureCode, failureMessage: refused.message } };
}

function withoutCollisions({ listener }: FoundListener, attempts: readonly Attempt[]): readonly Attempt[] {
  const priorities = [...applied(listener.rules, attempts).values()].map(({ priority }) => priority);
  if (new Set(priorities).size === priorities.length) return attempts;
  return attempts.map((each) => {
    const { rule, update } = each;
    if (rule === undefined || listener.rules.get(rule.id)?.priority === rule.priority) return each;
    const message = `Priority ${rule.priority} cannot be given: the priorities of the batch collide.`;
    return failed(update, conflict('RULE', rule.id, message));
  });
}

function applied(rules: Table<Rule>, attempts: readonly Attempt[]): Table<Rule> {
  const next = new Map(rules);
  for (const { rule } of attempts) if (rule !== undefined) next.set(rule.id, rule);
  return next;
}

function firstTwice(attempts: readonly Attempt[]): string | undefined {
  const ids = attempts.flatMap(({ rule }) => (rule === undefined ? [] : [rule.id]));
  return ids.find((id, index) => ids.indexOf(id) !== index);
}
