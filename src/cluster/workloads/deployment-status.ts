import { numberIn, objectIn, objectsIn, textIn } from './json.ts';
import type { JsonObject } from './json.ts';
import { wantedReplicas } from './replica-set.ts';
import { collisionsOf } from './revision.ts';
import { availableOf } from './rollout.ts';
import type { Rollout } from './rollout.ts';
import { millisOf, timestamp } from './time.ts';
import { conditionOf } from './pod.ts';
import { countOrNone, earliest } from './write.ts';
import type { ApiObject } from './write.ts';

/** The status of a Deployment as `kubectl rollout status` reads it, and when its progress deadline passes. */
export function deploymentStatus(
  rollout: Rollout,
  now: number,
): { readonly status: JsonObject; readonly again?: number } {
  const { deployment, current, old, strategy } = rollout;
  const all = current === undefined ? old : [...old, current];
  const total = (count: (replicaSet: ApiObject) => number) => all.reduce((sum, each) => sum + count(each), 0);
  const available = total(availableOf);
  const counts: Counts = {
    replicas: total(statusCount('replicas')),
    updated: current === undefined ? 0 : statusCount('replicas')(current),
    ready: total(statusCount('readyReplicas')),
    available,
  };
  const enough = available >= wantedReplicas(deployment) - strategy.maxUnavailable;
  const progress = progressing(rollout, counts, now);
  return {
    status: {
      observedGeneration: deployment.metadata.generation,
      replicas: countOrNone(counts.replicas),
      updatedReplicas: countOrNone(counts.updated),
      readyReplicas: countOrNone(counts.ready),
      availableReplicas: countOrNone(available),
      unavailableReplicas: countOrNone(Math.max(0, total(wantedReplicas) - available)),
      terminatingReplicas: total(statusCount('terminatingReplicas')),
      collisionCount: countOrNone(collisionsOf(deployment)),
      conditions: [
        settled(deployment, enough ? isAvailable : isUnavailable, now),
        ...(progress === undefined ? [] : [settled(deployment, progress, now)]),
      ],
    },
    ...deadlineOf(deployment, progress, now),
  };
}

interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

interface Finding {
  readonly type: 'Available' | 'Progressing';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** Progress was made just now: the deadline starts again. */
  readonly renewed?: true;
}

const isAvailable: Finding = {
  type: 'Available',
  status: 'True',
  reason: 'MinimumReplicasAvailable',
  message: 'Deployment has minimum availability.',
};

const isUnavailable: Finding = {
  type: 'Available',
  status: 'False',
  reason: 'MinimumReplicasUnavailable',
  message: 'Deployment does not have minimum availability.',
};

/** What the Progressing condition says; `undefined` when there is no deadline and hence no condition. */
function progressing({ deployment, current }: Rollout, counts: Counts, now: number): Finding | undefined {
  const { paused } = objectIn(deployment['spec']);
  const seconds = deadlineSeconds(deployment);
  if (seconds === undefined) return undefined;
  const before = conditionOf(deployment, 'Progressing');
  const finding = (status: Finding['status'], reason: string, message: string): Finding => ({
    type: 'Progressing',
    status,
    reason,
    message,
  });
  if (paused === true) return finding('Unknown', 'DeploymentPaused', 'Deployment is paused');
  if (before?.['reason'] === 'DeploymentPaused') {
    return finding('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  }
  const subject =
    current === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${current.metadata.name}"`;
  const wanted = wantedReplicas(deployment);
  const complete =
    current !== undefined &&
    [counts.updated, counts.replicas, counts.available].every((count) => count === wanted);
  // A finished rollout stays finished while pods of its only template come and go.
  const wasComplete = before?.['reason'] === completeReason && counts.replicas === counts.updated;
  if (complete || wasComplete) {
    return finding('True', completeReason, `${subject} has successfully progressed.`);
  }
  const moved = madeProgress(deployment, counts);
  if (before === undefined || before['reason'] === completeReason || moved) {
    return { ...finding('True', 'ReplicaSetUpdated', `${subject} is progressing.`), renewed: true };
  }
  const since = millisOf(textIn(before['lastUpdateTime']));
  if (before['reason'] === lateReason || (since !== undefined && since + seconds * 1000 <= now)) {
    return finding('False', lateReason, `${subject} has timed out progressing.`);
  }
  return finding('True', 'ReplicaSetUpdated', `${subject} is progressing.`);
}

const completeReason = 'NewReplicaSetAvailable';
const lateReason = 'ProgressDeadlineExceeded';

function madeProgress(deployment: ApiObject, counts: Counts): boolean {
  const status = objectIn(deployment['status']);
  const before = (field: string) => numberIn(status[field]) ?? 0;
  const oldBefore = before('replicas') - before('updatedReplicas');
  return (
    counts.updated > before('updatedReplicas') ||
    counts.replicas - counts.updated < oldBefore ||
    counts.ready > before('readyReplicas') ||
    counts.available > before('availableReplicas')
  );
}

/** The condition as it shall stand: its times move only when what it says does. */
function settled(deployment: ApiObject, finding: Finding, now: number): JsonObject {
  const { renewed, ...said } = finding;
  const before = objectsIn(objectIn(deployment['status'])['conditions']).find(
    ({ type }) => type === said.type,
  );
  const sameStatus = before?.['status'] === said.status;
  const sameReason = sameStatus && before['reason'] === said.reason;
  const time = timestamp(now);
  return {
    ...said,
    message: sameReason && renewed === undefined ? before['message'] : said.message,
    lastUpdateTime: sameReason && renewed === undefined ? before['lastUpdateTime'] : time,
    lastTransitionTime: sameStatus ? before['lastTransitionTime'] : time,
  };
}

function deadlineOf(
  deployment: ApiObject,
  progress: Finding | undefined,
  now: number,
): { readonly again?: number } {
  const seconds = deadlineSeconds(deployment);
  if (seconds === undefined || progress?.reason !== 'ReplicaSetUpdated') return {};
  const since = millisOf(textIn(conditionOf(deployment, 'Progressing')?.['lastUpdateTime'])) ?? now;
  const at = since + seconds * 1000;
  return earliest([at > now ? at : undefined]);
}

/** The largest int32 means "no deadline" in apps/v1. */
function deadlineSeconds(deployment: ApiObject): number | undefined {
  const seconds = numberIn(objectIn(deployment['spec'])['progressDeadlineSeconds']) ?? 600;
  return seconds === 2_147_483_647 ? undefined : seconds;
}

function statusCount(field: string): (replicaSet: ApiObject) => number {
  return (replicaSet) => numberIn(objectIn(replicaSet['status'])[field]) ?? 0;
}
