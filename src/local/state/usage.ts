import type { Refused } from '../contract/refusal.ts';
import { initialStatus } from './health.ts';
import { overQuota } from './quotas.ts';
import type { Action, Listener } from './listener-resources.ts';
import type { RegionState, Service, Table, Target, TargetGroup } from './state.ts';
import { changed, withEntry, withoutEntry } from './table.ts';

/** The target groups that a service's rules and default actions forward to. */
export function groupsUsedBy(service: Service): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const action of actionsOf(service)) {
    if (action.kind === 'forward')
      for (const { targetGroupId } of action.targetGroups) ids.add(targetGroupId);
  }
  return ids;
}

function* actionsOf(service: Service): Iterable<Action> {
  for (const { defaultRule, rules } of service.listeners.values()) {
    yield defaultRule.action;
    for (const { action } of rules.values()) yield action;
  }
}

/**
 * The state with a service's listeners replaced. Groups that came into use or went out of it learn so, and their
 * targets with them. Refused when the service would use more groups than its account may.
 */
export function withListeners(
  state: RegionState,
  service: Service,
  listeners: Table<Listener>,
): RegionState | Refused {
  const next = { ...service, listeners };
  const before = groupsUsedBy(service);
  const after = groupsUsedBy(next);
  if (after.size > before.size) {
    const over = overQuota(state, {
      quota: 'targetGroupsPerService',
      account: service.account,
      wanted: after.size,
      resourceType: 'SERVICE',
      resourceId: service.id,
    });
    if (over !== undefined) return over;
  }
  const targetGroups = reused(state, service.id, { before, after });
  return { ...state, services: withEntry(state.services, service.id, next), targetGroups };
}

/** The state without a service: its listeners and rules go with it, its target groups stay and are in use no more. */
export function withoutService(state: RegionState, id: string): RegionState {
  const service = state.services.get(id);
  if (service === undefined) return state;
  const targetGroups = reused(state, id, { before: groupsUsedBy(service), after: new Set() });
  return { ...state, services: withoutEntry(state.services, id), targetGroups };
}

function reused(
  state: RegionState,
  serviceId: string,
  { before, after }: { readonly before: ReadonlySet<string>; readonly after: ReadonlySet<string> },
): Table<TargetGroup> {
  const left = [...before].filter((id) => !after.has(id));
  const entered = [...after].filter((id) => !before.has(id));
  if (left.length === 0 && entered.length === 0) return state.targetGroups;
  let groups = state.targetGroups;
  for (const id of left) groups = changed(groups, id, (group) => leftBy(state, group, serviceId));
  for (const id of entered) groups = changed(groups, id, (group) => enteredBy(state, group, serviceId));
  return groups;
}

function leftBy(state: RegionState, group: TargetGroup, serviceId: string): TargetGroup {
  const usedBy = group.usedBy.filter((id) => id !== serviceId);
  const next = { ...group, usedBy };
  return usedBy.length > 0 ? next : restarted(state, next);
}

function enteredBy(state: RegionState, group: TargetGroup, serviceId: string): TargetGroup {
  const next = { ...group, usedBy: [...group.usedBy, serviceId] };
  return group.usedBy.length > 0 ? next : restarted(state, next);
}

/** The group with its targets at the beginning again: after it came into use, went out of it, or is checked otherwise. */
export function restarted(state: RegionState, group: TargetGroup): TargetGroup {
  const targets = new Map<string, Target>();
  for (const [key, target] of group.targets) {
    targets.set(key, target.status === 'DRAINING' ? target : withStatus(target, initialStatus(state, group)));
  }
  return { ...group, targets };
}

/** The target in another status, with the reason of that status alone. */
export function withStatus(
  { id, port, sequence, registeredAt }: Target,
  status: Pick<Target, 'status' | 'reasonCode' | 'drainingSince'>,
): Target {
  return { id, ...(port === undefined ? {} : { port }), sequence, registeredAt, ...status };
}
