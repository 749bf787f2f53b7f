import type { Transition } from './command.ts';
import { targetKey } from './state.ts';
import type { RegionState, Target, TargetGroup } from './state.ts';
import { withEntry } from './table.ts';

type StatusWithReason = Pick<Target, 'status' | 'reasonCode'>;

/** What a target of the group is before any verdict about it. */
export function initialStatus(
  { settings }: RegionState,
  { usedBy, config }: Pick<TargetGroup, 'usedBy' | 'config'>,
): StatusWithReason {
  if (usedBy.length === 0) return { status: 'UNUSED', reasonCode: 'TargetGroupNotInUse' };
  if (config.type === 'ALB' || config.type === 'LAMBDA') {
    return { status: 'UNAVAILABLE', reasonCode: 'HealthCheckNotSupported' };
  }
  const checked = config.healthCheck.enabled && settings.healthChecks === 'observed';
  return { status: checked ? 'INITIAL' : 'UNAVAILABLE' };
}

const verdict = {
  HEALTHY: { status: 'HEALTHY' },
  UNHEALTHY: { status: 'UNHEALTHY', reasonCode: 'HealthCheckFailed' },
} as const satisfies Record<string, StatusWithReason>;

/** Only targets that are being checked change; a verdict that says what is known gives the same state. */
export const observeTargetHealth: Transition<'ObserveTargetHealth'> = (
  state,
  { targetGroupId, verdicts },
) => {
  const group = state.targetGroups.get(targetGroupId);
  if (group === undefined) return { state, result: undefined };
  const targets = new Map(group.targets);
  let changed = false;
  for (const { status, ...name } of verdicts) {
    const target = targets.get(targetKey(name));
    if (target === undefined || !isChecked(target) || target.status === status) continue;
    const { reasonCode: _, ...rest } = target;
    targets.set(targetKey(name), { ...rest, ...verdict[status] });
    changed = true;
  }
  if (!changed) return { state, result: undefined };
  const targetGroups = withEntry(state.targetGroups, group.id, { ...group, targets });
  return { state: { ...state, targetGroups }, result: undefined };
};

function isChecked({ status }: Target): boolean {
  return status === 'INITIAL' || status === 'HEALTHY' || status === 'UNHEALTHY';
}
