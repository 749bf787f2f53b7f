import { claim } from './claims.ts';
import type { Ownership } from './claims.ts';
import { numberIn, objectIn, textsIn } from './json.ts';
import type { JsonObject } from './json.ts';
import { podKind, replicaSetKind } from './kinds.ts';
import type { Chance } from './names.ts';
import { isActive, isAvailable, isTerminal, readySince } from './pod.ts';
import { podOf } from './pod-of.ts';
import { firstToGo } from './pod-order.ts';
import { hasLabels } from './selector.ts';
import { countOrNone, earliest, statusWrites } from './write.ts';
import type { ApiObject, Verdict, Write } from './write.ts';

/** Makes the pods of a ReplicaSet as many as it asks for, and its status say how many there are. */
export function reconcileReplicaSet(
  replicaSet: ApiObject,
  pods: Ownership,
  { now, chance }: { readonly now: number; readonly chance: Chance },
): Verdict {
  const { owned, writes } = claim(replicaSet, podKind, pods);
  const active = owned.filter(isActive);
  const change = replicaSet.metadata.deletionTimestamp === undefined ? scale(replicaSet, active, chance) : [];
  return {
    writes: [
      ...writes,
      ...change,
      ...statusWrites(replicaSetKind, replicaSet, statusOf(replicaSet, owned, now)),
    ],
    ...earliest(active.map((pod) => becomesAvailable(pod, minReadySeconds(replicaSet), now))),
  };
}

export function wantedReplicas(object: ApiObject): number {
  return numberIn(objectIn(object['spec'])['replicas']) ?? 1;
}

export function minReadySeconds(object: ApiObject): number {
  return numberIn(objectIn(object['spec'])['minReadySeconds']) ?? 0;
}

function scale(replicaSet: ApiObject, active: readonly ApiObject[], chance: Chance): readonly Write[] {
  const missing = wantedReplicas(replicaSet) - active.length;
  if (missing > 0) return Array.from({ length: missing }, () => podOf(replicaSet, chance)).flat();
  return firstToGo(active)
    .slice(0, -missing)
    .flatMap((pod) => [
      { op: 'delete', kind: podKind, object: pod, propagation: 'Background' },
      {
        op: 'event',
        object: replicaSet,
        event: { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` },
      },
    ]);
}

function statusOf(replicaSet: ApiObject, owned: readonly ApiObject[], now: number): JsonObject {
  const active = owned.filter(isActive);
  const going = owned.filter((pod) => !isTerminal(pod) && pod.metadata.deletionTimestamp !== undefined);
  const template = objectIn(objectIn(objectIn(replicaSet['spec'])['template'])['metadata']);
  const labels = textsIn(template['labels']);
  const count = (test: (pod: ApiObject) => boolean) => active.filter(test).length;
  return {
    replicas: active.length,
    fullyLabeledReplicas: countOrNone(count((pod) => hasLabels(labels, pod.metadata.labels))),
    readyReplicas: countOrNone(count((pod) => readySince(pod) !== undefined)),
    availableReplicas: countOrNone(count((pod) => isAvailable(pod, minReadySeconds(replicaSet), now))),
    terminatingReplicas: going.length,
    observedGeneration: replicaSet.metadata.generation,
  };
}

function becomesAvailable(pod: ApiObject, minReadySeconds: number, now: number): number | undefined {
  const since = readySince(pod);
  const at = since === undefined ? undefined : since + minReadySeconds * 1000;
  return at !== undefined && at > now ? at : undefined;
}
