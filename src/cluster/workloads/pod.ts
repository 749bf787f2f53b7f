import { objectIn, objectsIn, textIn } from './json.ts';
import type { JsonObject } from './json.ts';
import { millisOf } from './time.ts';
import type { ApiObject } from './write.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

/** Neither ended nor being deleted: what a ReplicaSet counts. */
export function isActive(pod: ApiObject): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

export function isTerminal(pod: ApiObject): boolean {
  const phase = phaseOf(pod);
  return phase === 'Succeeded' || phase === 'Failed';
}

export function phaseOf(pod: ApiObject): PodPhase {
  return phases.find((phase) => phase === objectIn(pod['status'])['phase']) ?? 'Pending';
}

const phases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const;

/** When the pod became ready, in epoch milliseconds; `undefined` while it is not. */
export function readySince(pod: ApiObject): number | undefined {
  const ready = conditionOf(pod, 'Ready');
  return ready?.['status'] === 'True' ? (millisOf(textIn(ready['lastTransitionTime'])) ?? 0) : undefined;
}

/** Ready for at least `minReadySeconds`. */
export function isAvailable(pod: ApiObject, minReadySeconds: number, now: number): boolean {
  const since = readySince(pod);
  return since !== undefined && (minReadySeconds === 0 || since + minReadySeconds * 1000 <= now);
}

export function conditionOf(object: ApiObject, type: string): JsonObject | undefined {
  return objectsIn(objectIn(object['status'])['conditions']).find((condition) => condition['type'] === type);
}

export function nodeOf(pod: ApiObject): string | undefined {
  const name = textIn(objectIn(pod['spec'])['nodeName']);
  return name === '' ? undefined : name;
}

/** The addresses of the pod, the primary one first. */
export function addressesOf(pod: ApiObject): readonly string[] {
  const status = objectIn(pod['status']);
  const all = objectsIn(status['podIPs']).flatMap(({ ip }) => textIn(ip) ?? []);
  if (all.length > 0) return all;
  const one = textIn(status['podIP']);
  return one === undefined || one === '' ? [] : [one];
}
