import { conflict, invalid } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import { readHealthCheck } from './health-check.ts';
import { findTargetGroup, unlessActive, unlessNameFree, wrongStatus } from './identifiers.ts';
import { schedule } from './lifecycle.ts';
import { overQuota } from './quotas.ts';
import type { RegionState, TargetGroup } from './state.ts';
import { withEntry } from './table.ts';
import { readTags } from './tags.ts';
import { readTargetGroupConfig } from './target-group-config.ts';
import { restarted } from './usage.ts';

const type = 'TARGET_GROUP';

/** A target group in creation, with every default filled in. */
export const createTargetGroup: Transition<'CreateTargetGroup'> = (state, input, context) => {
  const before = createdBefore(state.targetGroups, type, input, context);
  if (before !== undefined) return 'refused' in before ? before : { state, result: before };
  const { name } = input;
  const taken = unlessNameFree(state.targetGroups, type, name, context);
  if (taken !== undefined) return taken;
  const over = overQuota(state, {
    quota: 'targetGroups',
    account: context.account,
    wanted: state.targetGroups,
    resourceType: type,
  });
  if (over !== undefined) return over;
  const config = readTargetGroupConfig(input.type, input.config);
  if ('refused' in config) return config;
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const id = `tg-${context.ids[0]}`;
  const result: TargetGroup = {
    ...newResource(state, context, { id, path: `targetgroup/${id}`, tags: tags.tags, input }),
    name,
    status: 'CREATE_IN_PROGRESS',
    config,
    usedBy: [],
    targets: new Map(),
  };
  const created = { ...withGroup(state, result), nextSequence: state.nextSequence + 1 };
  const when = { now: context.now, delay: 'createTargetGroup' } as const;
  return { state: schedule(created, { kind: 'targetGroup', id }, 'active', when), result };
};

/** Checks begin anew with the changed configuration. */
export const updateTargetGroup: Transition<'UpdateTargetGroup'> = (state, input, context) => {
  const group = findTargetGroup(state, input.targetGroupIdentifier, context);
  if ('refused' in group) return group;
  const inTransition = unlessActive(type, group);
  if (inTransition !== undefined) return inTransition;
  const { config } = group;
  if (config.type === 'LAMBDA' || config.type === 'ALB') {
    return invalid(`Target groups of type ${config.type} have no health check.`);
  }
  const healthCheck = readHealthCheck(config, input.healthCheck, config.healthCheck);
  if ('refused' in healthCheck) return healthCheck;
  if (JSON.stringify(healthCheck) === JSON.stringify(config.healthCheck)) return { state, result: group };
  const changed = { ...group, config: { ...config, healthCheck }, lastUpdatedAt: context.now };
  const result = restarted(state, changed);
  return { state: withGroup(state, result), result };
};

/** Refused while a rule names the group and while it has targets, draining ones included. */
export const deleteTargetGroup: Transition<'DeleteTargetGroup'> = (state, input, context) => {
  const group = findTargetGroup(state, input.targetGroupIdentifier, context);
  if ('refused' in group) return group;
  const { id, status, usedBy, targets } = group;
  if (status === 'DELETE_IN_PROGRESS') return { state, result: group };
  if (status === 'CREATE_IN_PROGRESS') return wrongStatus(type, group);
  if (usedBy.length > 0) {
    return conflict(type, id, `Target group ${id} is in use by service ${usedBy.join(', ')}.`);
  }
  if (targets.size > 0) {
    return conflict(type, id, `Target group ${id} has ${targets.size} registered or draining targets.`);
  }
  const result: TargetGroup = { ...group, status: 'DELETE_IN_PROGRESS', lastUpdatedAt: context.now };
  const when = { now: context.now, delay: 'deleteTargetGroup' } as const;
  return { state: schedule(withGroup(state, result), { kind: 'targetGroup', id }, 'gone', when), result };
};

/** The state with one target group replaced. */
export function withGroup(state: RegionState, group: TargetGroup): RegionState {
  return { ...state, targetGroups: withEntry(state.targetGroups, group.id, group) };
}
