import { numberIn, objectIn } from '../workloads/json.ts';
import type { EventText } from '../workloads/write.ts';
import type { ContainerSpec } from './pod-spec.ts';
import { checkOf, look } from './probe.ts';
import type { Checked } from './probe.ts';

export interface PreStopHost extends Checked {
  readonly address: string;
  readonly event: (event: EventText) => void;
}

/**
 * What a container does before it hears SIGTERM: a command, a request, or only waiting. A hook that fails is told and
 * holds nothing up; one that hangs is bounded by `signal`, the pod's grace period.
 */
export async function runPreStop(
  container: ContainerSpec,
  host: PreStopHost,
  signal: AbortSignal,
): Promise<void> {
  const hook = container.preStop;
  if (hook === undefined) return;
  const seconds = numberIn(objectIn(hook['sleep'])['seconds']);
  if (seconds !== undefined) {
    await host.clock.sleep(seconds * 1000, signal);
    return;
  }
  const trouble = await look({ check: checkOf(hook, container, host.address), ...once }, host, signal);
  if (trouble !== undefined) {
    host.event({ type: 'Warning', reason: 'FailedPreStopHook', message: `PreStopHook failed: ${trouble}` });
  }
}

const once = {
  initialDelayMs: 0,
  periodMs: 0,
  timeoutMs: 2 ** 31 - 1,
  successThreshold: 1,
  failureThreshold: 1,
} as const;
