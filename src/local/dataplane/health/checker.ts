import type { Clock } from '../../../ports/clock.ts';
import { within } from '../../../ports/deadline.ts';
import type { Log } from '../../../ports/log.ts';
import type { Region } from '../../region.ts';
import type { HealthCheck, RegionState, Target, TargetGroup } from '../../state/state.ts';
import { targetKey } from '../../state/state.ts';
import type { Probe } from './probe.ts';
import { afterCheck, isHealthyCode, unchecked } from './state/verdict.ts';

export interface HealthCheckOptions {
  readonly region: Region;
  readonly clock: Clock;
  readonly log: Log;
  readonly probe: Probe;
  readonly signal: AbortSignal;
}

/**
 * Checks every target that is to be checked, each by a loop of its own, and tells the region when a verdict changes. A
 * target is checked at once when it is registered or its group comes into use; other settings begin anew.
 */
export function startHealthChecks({ region, clock, log, probe, signal }: HealthCheckOptions): void {
  const loops = new Map<string, AbortController>();

  const follow = (state: RegionState): void => {
    const wanted = new Map(checksIn(state).map((check) => [check.key, check]));
    for (const [key, loop] of loops) {
      if (wanted.has(key)) continue;
      loop.abort();
      loops.delete(key);
    }
    for (const [key, check] of wanted) {
      if (loops.has(key)) continue;
      const stop = new AbortController();
      loops.set(key, stop);
      void keepChecking(check, AbortSignal.any([signal, stop.signal]));
    }
  };

  const keepChecking = async ({ group, target, settings }: Check, stop: AbortSignal): Promise<void> => {
    let checked = unchecked;
    while (!stop.aborted) {
      const passed = await passes(target, settings, stop);
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

  const passes = async (
    target: CheckedTarget,
    settings: HealthCheck,
    stop: AbortSignal,
  ): Promise<boolean> => {
    const at = { address: target.id, port: settings.port ?? target.port };
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

function checksIn({ targetGroups }: RegionState): readonly Check[] {
  return Array.from(targetGroups.values()).flatMap((group) => {
    const { config } = group;
    if (config.type !== 'IP' || !config.healthCheck.enabled) return [];
    return Array.from(group.targets.values()).flatMap((target): readonly Check[] => {
      const { port } = target;
      if (
        port === undefined ||
        !(target.status === 'INITIAL' || target.status === 'HEALTHY' || target.status === 'UNHEALTHY')
      ) {
        return [];
      }
      const key = `${group.id} ${targetKey(target)} ${target.sequence} ${JSON.stringify(config.healthCheck)}`;
      return [{ key, group, target: { ...target, port }, settings: config.healthCheck }];
    });
  });
}
