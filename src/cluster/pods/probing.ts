import { look, probeOf, tcpTrouble } from './probe.ts';
import type { Checked, Probe } from './probe.ts';
import type { ContainerSpec } from './pod-spec.ts';

/** What probes found out about a running container. */
export interface ProbeListener {
  started(): void;
  ready(ready: boolean): void;
  /** A failure that counts, for people. */
  unhealthy(probe: 'Startup' | 'Readiness' | 'Liveness', trouble: string): void;
  /** Liveness or startup failed too often: the container has to be restarted. */
  dead(probe: 'Startup' | 'Liveness'): void;
}

export interface Probed extends Checked {
  readonly container: ContainerSpec;
  readonly address: string;
  /** Where its program is known to listen; without a readiness probe it is ready when it does. */
  readonly ports: readonly number[];
  readonly listener: ProbeListener;
}

/** How soon a container that listens nowhere, though it said so, counts as ready all the same. */
const listenPatienceMs = 10_000;
const listenPeriodMs = 20;
const firstLookMs = 100;

/** Probes a container until `signal`: startup first, then readiness and liveness side by side. */
export async function probe(probed: Probed, signal: AbortSignal): Promise<void> {
  const { container, address, listener } = probed;
  const { startupProbe, readinessProbe, livenessProbe } = container;
  if (startupProbe !== undefined) {
    const passed = await untilStarted(probeOf(startupProbe, container, address), probed, signal);
    if (!passed) return;
  }
  listener.started();
  await Promise.all([
    readinessProbe === undefined
      ? untilListening(probed, signal)
      : watchReadiness(probeOf(readinessProbe, container, address), probed, signal),
    livenessProbe === undefined
      ? undefined
      : watchLiveness(probeOf(livenessProbe, container, address), probed, signal),
  ]);
}

/** Without a readiness probe: ready when every known port accepts, or at once when none is known. */
async function untilListening(
  { clock, dial, address, ports, listener }: Probed,
  signal: AbortSignal,
): Promise<void> {
  const deadline = clock.monotonic() + listenPatienceMs;
  for (const port of ports) {
    while (
      clock.monotonic() < deadline &&
      (await tcpTrouble({ host: address, port }, dial, signal)) !== undefined
    ) {
      await clock.sleep(listenPeriodMs, signal);
    }
  }
  signal.throwIfAborted();
  listener.ready(true);
}

async function watchReadiness(probe: Probe, probed: Probed, signal: AbortSignal): Promise<void> {
  const { listener } = probed;
  for await (const { trouble, inARow } of looks(probe, probed, signal)) {
    if (trouble === undefined) {
      if (inARow >= probe.successThreshold) listener.ready(true);
      continue;
    }
    listener.unhealthy('Readiness', trouble);
    if (inARow >= probe.failureThreshold) listener.ready(false);
  }
}

async function watchLiveness(probe: Probe, probed: Probed, signal: AbortSignal): Promise<void> {
  for await (const { trouble, inARow } of looks(probe, probed, signal)) {
    if (trouble === undefined) continue;
    probed.listener.unhealthy('Liveness', trouble);
    if (inARow < probe.failureThreshold) continue;
    probed.listener.dead('Liveness');
    return;
  }
}

async function untilStarted(probe: Probe, probed: Probed, signal: AbortSignal): Promise<boolean> {
  for await (const { trouble, inARow } of looks(probe, probed, signal)) {
    if (trouble === undefined) return true;
    probed.listener.unhealthy('Startup', trouble);
    if (inARow < probe.failureThreshold) continue;
    probed.listener.dead('Startup');
    return false;
  }
  return false;
}

interface Look {
  readonly trouble: string | undefined;
  /** How many looks in a row had this outcome, this one included. */
  readonly inARow: number;
}

/**
 * One look per period. Until the first success there are more, sooner ones, of which only those on the beat count as
 * failures: a process is up in a twentieth of a second, and need not wait ten to be seen.
 */
async function* looks(probe: Probe, checked: Checked, signal: AbortSignal): AsyncGenerator<Look> {
  const { clock } = checked;
  await clock.sleep(probe.initialDelayMs, signal);
  let nextBeat = clock.monotonic() + Math.min(firstLookMs, probe.periodMs);
  let succeeded = false;
  let pause = firstLookMs;
  let before: boolean | undefined;
  let inARow = 0;
  for (;;) {
    const trouble = await look(probe, checked, signal);
    const onBeat = clock.monotonic() >= nextBeat;
    if (trouble === undefined || succeeded || onBeat) {
      inARow = before === (trouble === undefined) ? inARow + 1 : 1;
      before = trouble === undefined;
      yield { trouble, inARow };
    }
    if (onBeat) nextBeat += probe.periodMs;
    succeeded ||= trouble === undefined;
    await clock.sleep(succeeded ? probe.periodMs : Math.min(probe.periodMs, pause), signal);
    pause *= 2;
  }
}
