import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { TargetFailure, TargetName, Transition } from './command.ts';
import { initialStatus } from './health.ts';
import { findTargetGroup, unlessActive } from './identifiers.ts';
import { schedule, unschedule } from './lifecycle.ts';
import { overQuota } from './quotas.ts';
import { outsideProblem, outsideVpcProblem } from './outside.ts';
import { targetKey } from './state.ts';
import type { RegionState, Target, TargetGroup, TargetGroupConfig } from './state.ts';
import { problemWith } from './target-address.ts';
import { withGroup } from './target-group.ts';
import { withStatus } from './usage.ts';

/** What is registered already stays as it is; what drains comes back. */
export const registerTargets: Transition<'RegisterTargets'> = (state, input, context) => {
  const group = findTargetGroup(state, input.targetGroupIdentifier, context);
  if ('refused' in group) return group;
  const inTransition = unlessActive('TARGET_GROUP', group);
  if (inTransition !== undefined) return inTransition;
  const named = input.targets.map((target) => nameOf(group.config, target));
  const unsuccessful = named.flatMap((name) => {
    const problem = problemWith(group.config, name) ?? unlessThere(state, group, name);
    return problem === undefined ? [] : [{ ...name, ...problem }];
  });
  const failed = new Set(unsuccessful.map(targetKey));
  const successful = named.filter((name) => !failed.has(targetKey(name)));
  const refused = unlessRoom(state, group, successful);
  if (refused !== undefined) return refused;

  const targets = new Map(group.targets);
  let next = state;
  for (const name of successful) {
    const key = targetKey(name);
    const present = targets.get(key);
    if (present !== undefined && present.status !== 'DRAINING') continue;
    if (present !== undefined) next = unschedule(next, { kind: 'target', id: group.id, target: key });
    const { nextSequence: sequence } = next;
    const target = present ?? { ...name, sequence, registeredAt: context.now };
    targets.set(key, withStatus({ ...target, status: 'INITIAL' }, initialStatus(state, group)));
    next = { ...next, nextSequence: sequence + 1 };
  }
  const result = { successful, unsuccessful };
  return { state: next === state ? state : withGroup(next, { ...group, targets }), result };
};

/** A target drains before it is gone; one that is not registered is among the unsuccessful. */
export const deregisterTargets: Transition<'DeregisterTargets'> = (state, input, context) => {
  const group = findTargetGroup(state, input.targetGroupIdentifier, context);
  if ('refused' in group) return group;
  const inTransition = unlessActive('TARGET_GROUP', group);
  if (inTransition !== undefined) return inTransition;
  const targets = new Map(group.targets);
  const successful: TargetName[] = [];
  const unsuccessful: TargetFailure[] = [];
  let next = state;
  for (const name of input.targets.map((target) => nameOf(group.config, target))) {
    const key = targetKey(name);
    const target = targets.get(key);
    if (target === undefined) {
      unsuccessful.push({ ...name, ...notRegistered });
      continue;
    }
    successful.push(name);
    if (target.status === 'DRAINING') continue;
    targets.set(key, withStatus(target, { status: 'DRAINING', drainingSince: context.now }));
    const when = { now: context.now, delay: 'drainTarget' } as const;
    next = schedule(next, { kind: 'target', id: group.id, target: key }, 'gone', when);
  }
  const result = { successful, unsuccessful };
  return { state: next === state ? state : withGroup(next, { ...group, targets }), result };
};

/** Where references are strict, addresses have to be in the VPC, and what is no address has to be there. */
function unlessThere(
  state: RegionState,
  { account, config }: TargetGroup,
  { id }: TargetName,
): ReturnType<typeof problemWith> {
  if (state.settings.strictReferences !== true) return undefined;
  const failureMessage =
    config.type === 'IP'
      ? outsideVpcProblem(id, config.vpcIdentifier, { state, account })
      : outsideProblem(id, { state, account });
  return failureMessage === undefined ? undefined : { failureCode: 'UnsupportedTarget', failureMessage };
}

const notRegistered = {
  failureCode: 'TargetNotRegistered',
  failureMessage: 'The target is not registered with the target group',
} as const;

/** A target without a port means the group's; a function has none. */
export function nameOf(config: TargetGroupConfig, { id, port }: TargetName): TargetName {
  if (config.type === 'LAMBDA') return port === undefined ? { id } : { id, port };
  return { id, port: port ?? config.port };
}

/** Groups of these types are for one target. */
const single: readonly TargetGroupConfig['type'][] = ['ALB', 'LAMBDA'];

function unlessRoom(
  state: RegionState,
  { id, account, config, targets }: TargetGroup,
  added: readonly TargetName[],
): Refused | undefined {
  const alive = [...targets.values()].filter(({ status }: Target) => status !== 'DRAINING');
  const wanted = new Set([...alive, ...added].map(targetKey)).size;
  if (single.includes(config.type) && wanted > 1) {
    return invalid(`Target groups of type ${config.type} have one target.`);
  }
  return overQuota(state, {
    quota: 'targetsPerTargetGroup',
    account,
    wanted,
    resourceType: 'TARGET_GROUP',
    resourceId: id,
  });
}
