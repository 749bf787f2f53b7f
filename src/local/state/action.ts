import { conflict, invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { RuleAction, WeightedTargetGroup as WeightedInput } from '../contract/types.gen.ts';
import { findTargetGroup, unlessActive } from './identifiers.ts';
import type { Viewer } from './identifiers.ts';
import type { Action, ListenerProtocol, WeightedTargetGroup } from './listener-resources.ts';
import type { RegionState, TargetGroup } from './state.ts';

/** The API accepts more, the service does not. */
const fixedStatusCodes: readonly number[] = [404, 500];

/** Weight of a target group that is alone and has none. */
const soleWeight = 100;

export interface ActionSite {
  readonly serviceId: string;
  readonly protocol: ListenerProtocol;
}

/** What a rule or listener does, with groups by id and weights filled in; or why it may not do that here. */
export function readAction(
  state: RegionState,
  action: RuleAction,
  site: ActionSite,
  viewer: Viewer,
): Action | Refused {
  if ('fixedResponse' in action) return readFixedResponse(action.fixedResponse.statusCode, site);
  const given = action.forward.targetGroups;
  const targetGroups: WeightedTargetGroup[] = [];
  for (const each of given) {
    const group = findTargetGroup(state, each.targetGroupIdentifier, viewer);
    if ('refused' in group) return group;
    const refused = unlessUsable(group, site);
    if (refused !== undefined) return refused;
    const weight = weightOf(each, given.length);
    if (weight === undefined) {
      return invalid(
        `Target group ${group.id} needs a weight: the action forwards to several target groups.`,
      );
    }
    targetGroups.push({ targetGroupId: group.id, weight });
  }
  return { kind: 'forward', targetGroups };
}

function readFixedResponse(statusCode: number, { protocol }: ActionSite): Action | Refused {
  if (protocol === 'TLS_PASSTHROUGH') {
    return invalid('A TLS_PASSTHROUGH listener can only forward: it does not see HTTP.');
  }
  return fixedStatusCodes.includes(statusCode)
    ? { kind: 'fixedResponse', statusCode }
    : invalid(`A fixed response has status code ${fixedStatusCodes.join(' or ')}, not ${statusCode}.`);
}

function unlessUsable(group: TargetGroup, { serviceId, protocol }: ActionSite): Refused | undefined {
  const inTransition = unlessActive('TARGET_GROUP', group);
  if (inTransition !== undefined) return inTransition;
  const isTcp = group.config.type !== 'LAMBDA' && group.config.protocol === 'TCP';
  if (protocol === 'TLS_PASSTHROUGH' && !isTcp) {
    return invalid(`A TLS_PASSTHROUGH listener forwards to TCP target groups only; ${group.id} is none.`);
  }
  if (protocol !== 'TLS_PASSTHROUGH' && isTcp) {
    return invalid(`An ${protocol} listener cannot forward to the TCP target group ${group.id}.`);
  }
  const other = group.usedBy.find((id) => id !== serviceId);
  return other === undefined
    ? undefined
    : conflict('TARGET_GROUP', group.id, `Target group ${group.id} is already used by service ${other}.`);
}

function weightOf({ weight }: WeightedInput, groups: number): number | undefined {
  return weight ?? (groups === 1 ? soleWeight : undefined);
}
