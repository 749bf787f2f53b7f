import { objectIn, objectsIn } from '../workloads/json.ts';
import type { JsonObject } from '../workloads/json.ts';
import { timestamp } from '../workloads/time.ts';
import { defined } from '../workloads/write.ts';
import type { ApiObject } from '../workloads/write.ts';
import type { ContainerState, Terminated } from './container-state.ts';
import type { ContainerSpec, PodSpec } from './pod-spec.ts';

/** A container as its status needs it. */
export interface ContainerReport {
  readonly spec: ContainerSpec;
  readonly state: ContainerState;
  readonly last: Terminated | undefined;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly started: boolean;
}

export interface PodReport {
  readonly pod: ApiObject;
  readonly spec: PodSpec;
  readonly initContainers: readonly ContainerReport[];
  readonly containers: readonly ContainerReport[];
  /** The first is the one that it goes by. */
  readonly addresses: readonly string[];
  readonly hostAddress: string;
  readonly startedAt: number;
  /** All init containers did their work. */
  readonly initialized: boolean;
  /** Nothing of it runs, nothing will. */
  readonly ended: boolean;
}

/** The conditions we keep, each with the time of its last transition; others belong to others (readiness gates). */
export type Times = ReadonlyMap<string, { readonly status: string; readonly time: number }>;

/** The status of a pod, and the transition times to hand in next time. */
export function podStatus(
  report: PodReport,
  times: Times,
  now: number,
): { readonly status: JsonObject; readonly times: Times } {
  const { addresses, hostAddress, pod } = report;
  const said = conditions(report);
  const next: Times = new Map(
    said.map(({ type, status }) => {
      const before = times.get(type);
      return [type, before?.status === status ? before : { status, time: now }] as const;
    }),
  );
  const status = defined({
    phase: phase(report),
    observedGeneration: pod.metadata.generation,
    conditions: said.map(({ type, status, reason, message }) =>
      defined({
        type,
        status,
        reason,
        message,
        lastTransitionTime: timestamp(next.get(type)?.time ?? now),
        observedGeneration: pod.metadata.generation,
      }),
    ),
    hostIP: hostAddress,
    hostIPs: [{ ip: hostAddress }],
    podIP: addresses[0],
    podIPs: addresses.length === 0 ? undefined : addresses.map((ip) => ({ ip })),
    startTime: timestamp(report.startedAt),
    initContainerStatuses:
      report.initContainers.length === 0 ? undefined : report.initContainers.map(containerStatus),
    containerStatuses: report.containers.map(containerStatus),
  });
  return { status, times: next };
}

interface Said {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

function conditions(report: PodReport): readonly Said[] {
  const unready = report.containers.filter(({ ready }) => !ready).map(({ spec }) => spec.name);
  const gates = closedGates(report.pod);
  const ended = report.ended && report.containers.every(succeeded);
  const containers: Omit<Said, 'type'> = ended
    ? { status: 'False', reason: 'PodCompleted' }
    : unready.length > 0
      ? {
          status: 'False',
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${unready.join(' ')}]`,
        }
      : { status: 'True' };
  const gated: Omit<Said, 'type'> = {
    status: 'False',
    reason: 'ReadinessGatesNotReady',
    message: gates.join(', '),
  };
  return [
    {
      type: 'PodReadyToStartContainers',
      status: report.addresses.length > 0 && !report.ended ? 'True' : 'False',
    },
    initialized(report),
    { type: 'Ready', ...(containers.status === 'True' && gates.length > 0 ? gated : containers) },
    { type: 'ContainersReady', ...containers },
    { type: 'PodScheduled', status: 'True' },
  ];
}

function initialized({ initialized, initContainers }: PodReport): Said {
  if (initialized) return { type: 'Initialized', status: 'True' };
  const left = initContainers.filter((container) => !succeeded(container)).map(({ spec }) => spec.name);
  const message = `containers with incomplete status: [${left.join(' ')}]`;
  return { type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized', message };
}

/** Conditions that somebody else has to set before the pod is ready, and has not. */
function closedGates(pod: ApiObject): readonly string[] {
  const present = objectsIn(objectIn(pod['status'])['conditions']);
  return objectsIn(objectIn(pod['spec'])['readinessGates'])
    .map(({ conditionType }) => String(conditionType))
    .filter(
      (type) => !present.some((condition) => condition['type'] === type && condition['status'] === 'True'),
    )
    .map((type) => `corresponding condition of pod readiness gate "${type}" is not "True".`);
}

function phase({ containers, initContainers, initialized, spec, ended }: PodReport): string {
  if (ended) return containers.every(succeeded) ? 'Succeeded' : 'Failed';
  if (!initialized)
    return spec.restartPolicy === 'Never' && initContainers.some(failed) ? 'Failed' : 'Pending';
  if (containers.some(({ state, last }) => state.kind === 'waiting' && last === undefined)) return 'Pending';
  if (containers.some(({ state }) => state.kind === 'running')) return 'Running';
  if (spec.restartPolicy === 'Always') return 'Running';
  if (containers.every(succeeded)) return 'Succeeded';
  if (spec.restartPolicy === 'Never' && containers.every(({ state }) => state.kind === 'terminated'))
    return 'Failed';
  return 'Running';
}

function failed({ state }: ContainerReport): boolean {
  return state.kind === 'terminated' && state.exitCode !== 0;
}

function succeeded({ state }: ContainerReport): boolean {
  return state.kind === 'terminated' && state.exitCode === 0;
}

function containerStatus({ spec, state, last, restartCount, ready, started }: ContainerReport): JsonObject {
  return {
    name: spec.name,
    image: spec.image,
    imageID: '',
    state: stateOf(state),
    lastState: last === undefined ? {} : stateOf(last),
    ready: ready || (state.kind === 'terminated' && state.exitCode === 0 && spec.isInit),
    started,
    restartCount,
  };
}

function stateOf(state: ContainerState): JsonObject {
  switch (state.kind) {
    case 'waiting':
      return { waiting: defined({ reason: state.reason, message: state.message }) };
    case 'running':
      return { running: { startedAt: timestamp(state.startedAt) } };
    case 'terminated':
      return {
        terminated: defined({
          exitCode: state.exitCode,
          signal: state.signal,
          reason: state.reason,
          message: state.message,
          startedAt: timestamp(state.startedAt),
          finishedAt: timestamp(state.finishedAt),
        }),
      };
  }
}
