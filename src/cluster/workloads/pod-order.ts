import { numberIn, objectIn, objectsIn } from './json.ts';
import { nodeOf, phaseOf, readySince } from './pod.ts';
import type { PodPhase } from './pod.ts';
import { millisOf } from './time.ts';
import type { ApiObject } from './write.ts';

/**
 * Pods in the order in which a ReplicaSet lets go of them: those that serve nobody first, then the cheap ones by their
 * own account, then the younger. Kubernetes' order, without its preference for spreading over nodes.
 */
export function firstToGo(pods: readonly ApiObject[]): readonly ApiObject[] {
  return pods
    .map((pod) => ({ pod, rank: criteria.map((criterion) => criterion(pod)) }))
    .toSorted((a, b) => compare(a.rank, b.rank) || (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1))
    .map(({ pod }) => pod);
}

/** The smaller number goes first; a later criterion decides when the earlier are equal. */
const criteria: readonly ((pod: ApiObject) => number)[] = [
  (pod) => (nodeOf(pod) === undefined ? 0 : 1),
  (pod) => phaseRank[phaseOf(pod)],
  (pod) => (readySince(pod) === undefined ? 0 : 1),
  (pod) => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0,
  (pod) => -(readySince(pod) ?? 0),
  (pod) => -mostRestarts(pod),
  (pod) => -(millisOf(pod.metadata.creationTimestamp) ?? Infinity),
];

const phaseRank = { Pending: 0, Unknown: 1, Running: 2, Succeeded: 2, Failed: 2 } satisfies Record<
  PodPhase,
  number
>;

function mostRestarts(pod: ApiObject): number {
  const statuses = objectsIn(objectIn(pod['status'])['containerStatuses']);
  return Math.max(0, ...statuses.map(({ restartCount }) => numberIn(restartCount) ?? 0));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, rank] of a.entries()) {
    const other = b[index] ?? 0;
    if (rank !== other) return rank < other ? -1 : 1;
  }
  return 0;
}
