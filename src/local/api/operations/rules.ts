import { findListener, findRule } from '../../state/identifiers.ts';
import type { Rule } from '../../state/listener-resources.ts';
import { commanding, listing, timesOf } from '../handler.ts';
import type { Handler } from '../handler.ts';
import { ruleSaid } from './rule-words.ts';

const get: Handler<'GetRule'> = (input, call) => {
  const found = findListener(call.state(), input, call);
  if ('refused' in found) return found;
  const rule = findRule(found.listener, input.ruleIdentifier, call);
  return 'refused' in rule ? rule : { ...ruleSaid(rule), ...timesOf(rule) };
};

/** The default rule is as old as its listener and comes first. */
const list: Handler<'ListRules'> = (input, call) => {
  const found = findListener(call.state(), input, call);
  if ('refused' in found) return found;
  const { listener } = found;
  return listing({
    all: [listener.defaultRule, ...listener.rules.values()],
    page: input,
    scope: ['ListRules', call.account, listener.id],
    say: (rule) => {
      const { arn, id, name, isDefault } = rule;
      const priority = rule.isDefault ? {} : { priority: rule.priority };
      return { arn, id, name, isDefault, ...priority, ...timesOf(rule) };
    },
  });
};

export const ruleOperations = {
  CreateRule: commanding('CreateRule', created),
  GetRule: get,
  ListRules: list,
  UpdateRule: commanding('UpdateRule', ruleSaid),
  BatchUpdateRule: commanding('BatchUpdateRule', ({ successful, unsuccessful }) => ({
    successful: successful.map(ruleSaid),
    unsuccessful,
  })),
  DeleteRule: commanding('DeleteRule', () => ({})),
};

function created(rule: Rule) {
  const { isDefault: _, ...words } = ruleSaid(rule);
  return words;
}
