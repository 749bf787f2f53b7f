import type { Clock } from '../../../ports/clock.ts';
import { within } from '../../../ports/deadline.ts';
import type { Log } from '../../../ports/log.ts';
import type { Region } from '../../region.ts';
import type { HealthCheck, RegionState, Target, TargetGroup, TargetStatus } from '../../state/state.ts';
import { targetKey } from '../../state/state.ts';
import { namespaceOf } from '../xds/namespace.ts';
import type { Namespaces } from '../xds/namespace.ts';
import { addressOf } from '../xds/stand-ins.ts';
import type { StandIns } from '../xds/stand-ins.ts';
import type { Probe } from './probe.ts';
import { afterCheck, isHealthyCode, unchecked } from './state/verdict.ts';

export interface HealthCheckOptions {
  readonly region: Region;
  readonly clock: Clock;
  readonly log: Log;
  readonly probe: Probe;
  /** Where instances are. One that nothing stands for fails its checks. */
  readonly standIns: Pick<StandIns, 'addresses'>;
  readonly namespaces: Namespaces;
  readonly signal: AbortSignal;
}

/**
 * Checks every target that is to be checked, each by a loop of its own, and tells the region when a verdict changes. A
 * target is checked at once when it is registered or its group comes into use; other settings begin anew.
 */
export function startHealthChecks(options: HealthCheckOptions): void {
  const { region, clock, log, probe, standIns, namespaces, signal } = options;
  /** By group, what was last seen of it and the loops that came of that, by key. */
  const followed = new Map<string, { group: TargetGroup; loops: ReadonlyMap<string, AbortController> }>();

  /** A state costs what changed in it: groups that are the same object are as they were. */
  const follow = ({ targetGroups }: RegionState): void => {
    for (const [id, { loops }] of followed) {
      if (targetGroups.has(id)) continue;
      for (const loop of loops.values()) loop.abort();
      followed.delete(id);
    }
    for (const group of targetGroups.values()) {
      const before = followed.get(group.id);
      if (before?.group !== group) {
        followed.set(group.id, { group, loops: loopsOf(group, before?.loops ?? new Map()) });
      }
    }
  };

  const loopsOf = (
    group: TargetGroup,
    before: ReadonlyMap<string, AbortController>,
  ): ReadonlyMap<string, AbortController> => {
    const loops = new Map<string, AbortController>();
    for (const check of checksOf(group)) {
      const running = before.get(check.key);
      const loop = running ?? new AbortController();
      loops.set(check.key, loop);
      if (running === undefined) void keepChecking(check, AbortSignal.any([signal, loop.signal]));
    }
    for (const [key, loop] of before) if (!loops.has(key)) loop.abort();
    return loops;
  };

  const keepChecking = async (check: Check, stop: AbortSignal): Promise<void> => {
    const { group, target, settings } = check;
    let checked = unchecked;
    while (!stop.aborted) {
      const passed = await passes(check, stop);
      if (stop.aborted) return;
      const after = afterCheck(checked, passed, settings);
      if (after.verdict !== checked.verdict && after.verdict !== 'INITIAL') {
        log.info('target health', {
          targetGroup: group.id,
          target: targetKey(target),
          verdict: after.verdict,
        });
        const verdicts = [{ id: target.id, port: target.port, status: after.verdict }];
        region.dispatch(
          { op: 'ObserveTargetHealth', input: { targetGroupId: group.id, verdicts } },
          { account: group.account },
        );
      }
      checked = after;
      await clock.sleep(settings.healthCheckIntervalSeconds * 1000, stop).catch(() => undefined);
    }
  };

  const passes = async ({ group, target, settings }: Check, stop: AbortSignal): Promise<boolean> => {
    const local = addressOf(group.config, target, standIns);
    if (local === undefined) return false;
    const namespace = namespaceOf(group.config, namespaces);
    const at = {
      address: local.address,
      port: settings.port ?? local.port,
      ...(namespace === undefined ? {} : { namespace }),
    };
    try {
      const code = await within(clock, settings.healthCheckTimeoutSeconds * 1000, stop, async (until) =>
        probe(at, settings, until),
      );
      return isHealthyCode(code, settings.httpCode);
    } catch {
      return false;
    }
  };

  const unsubscribe = region.subscribe(follow);
  signal.addEventListener('abort', unsubscribe, { once: true });
  follow(region.state());
}

type CheckedTarget = Target & { readonly port: number };

interface Check {
  /** The same as long as nothing about the check changes: a target registered again is checked anew. */
  readonly key: string;
  readonly group: TargetGroup;
  readonly target: CheckedTarget;
  readonly settings: HealthCheck;
}

function checksOf(group: TargetGroup): readonly Check[] {
  const { config } = group;
  if (config.type === 'LAMBDA' || config.type === 'ALB' || !config.healthCheck.enabled) return [];
  const settings = config.healthCheck;
  return Array.from(group.targets.values()).flatMap((target): readonly Check[] => {
    const { port } = target;
    if (port === undefined || !isChecked[target.status]) return [];
    const key = `${targetKey(target)} ${target.sequence} ${JSON.stringify(settings)}`;
    return [{ key, group, target: { ...target, port }, settings }];
  });
}

const isChecked = {
  INITIAL: true,
  HEALTHY: true,
  UNHEALTHY: true,
  UNUSED: false,
  DRAINING: false,
  UNAVAILABLE: false,
} as const satisfies Record<TargetStatus, boolean>;
