import { claim } from './claims.ts';
import type { Ownership } from './claims.ts';
import { numberIn, objectIn } from './json.ts';
import { deploymentKind, replicaSetKind } from './kinds.ts';
import { deploymentStatus } from './deployment-status.ts';
import { createReplicaSet, recordRevision, revisionOf } from './revision.ts';
import { wantedReplicas } from './replica-set.ts';
import { isScaling, rollingStep, scaleWrites, scaleStep } from './rollout.ts';
import type { Rollout, Size } from './rollout.ts';
import { strategyOf } from './strategy.ts';
import { sameTemplate, templateOf } from './template.ts';
import { compareAge, earliest, statusWrites } from './write.ts';
import type { ApiObject, Verdict, Write } from './write.ts';

/**
 * One step of a Deployment: at most one of making its ReplicaSet, growing it, shrinking the others, or forgetting old
 * ones; and its status. Applied again and again it rolls out; applied to a finished rollout it asks for nothing.
 */
export function reconcileDeployment(
  deployment: ApiObject,
  replicaSets: Ownership,
  { now }: { readonly now: number },
): Verdict {
  const { owned, writes } = claim(deployment, replicaSetKind, replicaSets);
  const rollout = rolloutOf(deployment, owned);
  const { status, again } = deploymentStatus(rollout, now);
  const steps = deployment.metadata.deletionTimestamp === undefined ? nextStep(rollout) : [];
  return {
    writes: [...writes, ...steps, ...statusWrites(deploymentKind, deployment, status)],
    ...earliest([again]),
  };
}

function rolloutOf(deployment: ApiObject, owned: readonly ApiObject[]): Rollout {
  const byAge = owned.toSorted(compareAge);
  const current = byAge.find((replicaSet) => sameTemplate(templateOf(replicaSet), templateOf(deployment)));
  return {
    deployment,
    strategy: strategyOf(deployment),
    current,
    old: byAge.filter((replicaSet) => replicaSet !== current),
  };
}

function nextStep(rollout: Rollout): readonly Write[] {
  const { deployment, current, old, strategy } = rollout;
  const paused = objectIn(deployment['spec'])['paused'] === true;
  const record = current === undefined ? [] : recordRevision(deployment, current, old);
  if (paused) return [...record, ...scaleWrites(rollout, scaleStep(rollout))];
  if (strategy.type === 'Recreate' && old.some(hasPods)) {
    return [...record, ...scaleWrites(rollout, old.map(toNothing))];
  }
  if (isScaling(rollout)) return [...record, ...scaleWrites(rollout, scaleStep(rollout))];
  if (current === undefined) return createReplicaSet(rollout);
  const sizes = rollingStep(rollout);
  return [...record, ...scaleWrites(rollout, sizes), ...(isComplete(rollout) ? forgotten(rollout) : [])];
}

/** A ReplicaSet of the past with pods, or with pods that are still ending: Recreate waits for them all. */
function hasPods(replicaSet: ApiObject): boolean {
  const status = objectIn(replicaSet['status']);
  const left = (numberIn(status['replicas']) ?? 0) + (numberIn(status['terminatingReplicas']) ?? 0);
  return wantedReplicas(replicaSet) > 0 || left > 0;
}

function toNothing(replicaSet: ApiObject): Size {
  return { replicaSet, replicas: 0 };
}

function isComplete({ deployment, current, old }: Rollout): boolean {
  const replicas = wantedReplicas(deployment);
  const available = numberIn(objectIn(current?.['status'])['availableReplicas']) ?? 0;
  return available === replicas && old.every((replicaSet) => wantedReplicas(replicaSet) === 0);
}

/** The oldest revisions beyond `revisionHistoryLimit`, once nothing of theirs runs. */
function forgotten({ deployment, old }: Rollout): readonly Write[] {
  const limit = numberIn(objectIn(deployment['spec'])['revisionHistoryLimit']) ?? 10;
  return old
    .filter((replicaSet) => replicaSet.metadata.deletionTimestamp === undefined && !hasPods(replicaSet))
    .toSorted((a, b) => revisionOf(a) - revisionOf(b) || compareAge(a, b))
    .slice(0, Math.max(0, old.length - limit))
    .map((object) => ({ op: 'delete', kind: replicaSetKind, object, propagation: 'Background' }));
}
