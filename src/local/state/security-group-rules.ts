import { declined } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Context, Transition } from './command.ts';
import type { SecurityGroup, SecurityGroupRule } from './neighbour-resources.ts';
import type { RegionState } from './state.ts';
import { withEntry } from './table.ts';
import { notThere, securityGroupsOf } from './vpc.ts';

/** Lets more in: all rules that are named, or none when one of them is there already. */
export const authorizeIngress: Transition<'AuthorizeIngress'> = (state, { groupId, rules }, context) => {
  const group = findGroup(state, groupId, context);
  if ('refused' in group) return group;
  const { ingress = [] } = group;
  const twice = rules.find(
    (rule, index) => ingress.some(isLike(rule)) || rules.slice(0, index).some(isLike(rule)),
  );
  if (twice !== undefined) {
    return declined(
      'InvalidPermission.Duplicate',
      `the specified rule "peer: ${twice.source.value}, ${words(twice)}, ALLOW" already exists`,
    );
  }
  const [seed] = context.ids;
  const added = rules.map((rule, index) => ({
    ...rule,
    id: `sgr-${seed.slice(0, -2)}${index.toString(16).padStart(2, '0')}`,
  }));
  return { state: put(state, { ...group, ingress: [...ingress, ...added] }), result: added };
};

/** Lets less in: all rules that are named, or none when one of them is not there. */
export const revokeIngress: Transition<'RevokeIngress'> = (state, { groupId, rules, ids }, context) => {
  const group = findGroup(state, groupId, context);
  if ('refused' in group) return group;
  const { ingress = [] } = group;
  const absentId = ids.find((id) => !ingress.some((rule) => rule.id === id));
  if (absentId !== undefined) {
    return declined(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID '${absentId}' does not exist`,
    );
  }
  if (rules.some((rule) => !ingress.some(isLike(rule)))) {
    return declined(
      'InvalidPermission.NotFound',
      'The specified rule does not exist in this security group.',
    );
  }
  const left = ingress.filter((rule) => !ids.includes(rule.id) && !rules.some(isLike(rule)));
  return { state: put(state, { ...group, ingress: left }), result: undefined };
};

function findGroup(
  state: RegionState,
  id: string,
  { account }: Pick<Context, 'account'>,
): SecurityGroup | Refused {
  return securityGroupsOf(state, account).find((each) => each.id === id) ?? notThere(id);
}

/** What an account has by default is written down once it is changed. */
function put(state: RegionState, group: SecurityGroup): RegionState {
  return { ...state, securityGroups: withEntry(state.securityGroups, group.id, group) };
}

type Named = Omit<SecurityGroupRule, 'id'>;

/** Descriptions make no other rule. */
function isLike(one: Named): (other: Named) => boolean {
  return (other) =>
    one.protocol === other.protocol &&
    one.fromPort === other.fromPort &&
    one.toPort === other.toPort &&
    one.source.kind === other.source.kind &&
    one.source.value === other.source.value;
}

function words({ protocol, fromPort, toPort }: Named): string {
  return protocol === '-1' ? 'ALL' : `${protocol.toUpperCase()}, from port: ${fromPort}, to port: ${toPort}`;
}
