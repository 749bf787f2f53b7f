import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { RuleAction, RuleMatch } from '../contract/types.gen.ts';
import { readAction } from './action.ts';
import type { Changed, Context, Results, Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import { findListener, findRule, unlessActive, unlessFree } from './identifiers.ts';
import type { FoundListener } from './identifiers.ts';
import { readMatch } from './match.ts';
import { overQuota } from './quotas.ts';
import type { DefaultRule, Rule } from './listener-resources.ts';
import type { RegionState, Table } from './state.ts';
import { findValue, withEntry, withoutEntry } from './table.ts';
import { readTags } from './tags.ts';
import { withListeners } from './usage.ts';

const type = 'RULE';

/** A rule beside the default rule. */
export const createRule: Transition<'CreateRule'> = (state, input, context) => {
  const found = findListener(state, input, context);
  if ('refused' in found) return found;
  const { service, listener } = found;
  const before = createdBefore(listener.rules, type, input, context);
  if (before !== undefined) return 'refused' in before ? before : { state, result: before };
  const { name, priority } = input;
  const refused = unlessPossible(state, found, { name, priority });
  if (refused !== undefined) return refused;
  const match = readMatch(input.match);
  if ('refused' in match) return match;
  const site = { serviceId: service.id, protocol: listener.protocol };
  const action = readAction(state, input.action, site, context);
  if ('refused' in action) return action;
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const id = `rule-${context.ids[0]}`;
  const path = `service/${service.id}/listener/${listener.id}/rule/${id}`;
  const result: Rule = {
    ...newResource(state, context, { id, path, tags: tags.tags, input }),
    isDefault: false,
    name,
    priority,
    match,
    action,
  };
  const next = withRules(state, found, withEntry(listener.rules, id, result));
  return 'refused' in next ? next : { state: { ...next, nextSequence: state.nextSequence + 1 }, result };
};

/** What is left out stays; an occupied priority is a conflict, for exchanging two there is `batchUpdateRule`. */
export const updateRule: Transition<'UpdateRule'> = (state, input, context) => {
  const found = findListener(state, input, context);
  if ('refused' in found) return found;
  const { service, listener } = found;
  const inTransition = unlessActive('SERVICE', service);
  if (inTransition !== undefined) return inTransition;
  const rule = findRule(listener, input.ruleIdentifier, context);
  if ('refused' in rule) return rule;
  const result = revised(state, { found, rule, revision: input }, context);
  if ('refused' in result) return result;
  if (result === rule) return { state, result };
  const occupant = findValue(
    listener.rules,
    ({ id, priority }) => id !== result.id && priority === result.priority,
  );
  const taken = unlessFree(type, occupant, `Priority ${result.priority}`);
  if (taken !== undefined) return taken;
  return changedTo(withRules(state, found, withEntry(listener.rules, result.id, result)), result);
};

/** Every rule but the default one. */
export const deleteRule: Transition<'DeleteRule'> = (state, input, context) => {
  const found = findListener(state, input, context);
  if ('refused' in found) return found;
  const inTransition = unlessActive('SERVICE', found.service);
  if (inTransition !== undefined) return inTransition;
  const rule = findRule(found.listener, input.ruleIdentifier, context);
  if ('refused' in rule) return rule;
  if (rule.isDefault) return invalid('The default rule cannot be deleted; it goes with its listener.');
  return changedTo(withRules(state, found, withoutEntry(found.listener.rules, rule.id)), rule);
};

export interface Revision {
  readonly match?: RuleMatch;
  readonly priority?: number;
  readonly action?: RuleAction;
}

/** The rule as a revision makes it: the same object when that changes nothing. Priorities are the caller's concern. */
export function revised(
  state: RegionState,
  {
    found,
    rule,
    revision,
  }: { readonly found: FoundListener; readonly rule: Rule | DefaultRule; readonly revision: Revision },
  context: Context,
): Rule | Refused {
  if (rule.isDefault) return invalid('The default rule is changed with UpdateListener.');
  const match = revision.match === undefined ? rule.match : readMatch(revision.match);
  if ('refused' in match) return match;
  const site = { serviceId: found.service.id, protocol: found.listener.protocol };
  const action =
    revision.action === undefined ? rule.action : readAction(state, revision.action, site, context);
  if ('refused' in action) return action;
  const { priority = rule.priority } = revision;
  const next = { ...rule, match, action, priority };
  return JSON.stringify(next) === JSON.stringify(rule) ? rule : { ...next, lastUpdatedAt: context.now };
}

/** The state with the rules of one listener replaced. */
export function withRules(
  state: RegionState,
  { service, listener }: FoundListener,
  rules: Table<Rule>,
): RegionState | Refused {
  return withListeners(state, service, withEntry(service.listeners, listener.id, { ...listener, rules }));
}

function changedTo(next: RegionState | Refused, result: Rule): Changed<Results['UpdateRule']> | Refused {
  return 'refused' in next ? next : { state: next, result };
}

function unlessPossible(
  state: RegionState,
  { service, listener }: FoundListener,
  { name, priority }: Pick<Rule, 'name' | 'priority'>,
): Refused | undefined {
  if (listener.protocol === 'TLS_PASSTHROUGH') {
    return invalid('A TLS_PASSTHROUGH listener has a default rule only.');
  }
  const namesake =
    name === listener.defaultRule.name
      ? listener.defaultRule
      : findValue(listener.rules, (each) => each.name === name);
  return (
    unlessActive('SERVICE', service) ??
    unlessFree(type, namesake, `Rule name ${name} of listener ${listener.id}`) ??
    unlessFree(
      type,
      findValue(listener.rules, (each) => each.priority === priority),
      `Priority ${priority}`,
    ) ??
    overQuota(state, {
      quota: 'rulesPerListener',
      account: service.account,
      wanted: listener.rules.size + 1,
      resourceType: 'LISTENER',
      resourceId: listener.id,
    })
  );
}
