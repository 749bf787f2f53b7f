import { numberIn, objectIn } from './json.ts';
import { replicaSetKind } from './kinds.ts';
import { wantedReplicas } from './replica-set.ts';
import type { Strategy } from './strategy.ts';
import { compareAge } from './write.ts';
import type { ApiObject, Write } from './write.ts';

/** A Deployment, the ReplicaSet of its template, and the others it owns, oldest first. */
export interface Rollout {
  readonly deployment: ApiObject;
  readonly strategy: Strategy;
  readonly current: ApiObject | undefined;
  readonly old: readonly ApiObject[];
}

/** How many pods a ReplicaSet shall have. */
export interface Size {
  readonly replicaSet: ApiObject;
  readonly replicas: number;
}

const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

/** What a ReplicaSet remembers of the size its Deployment had when it was last scaled. */
export function sizeAnnotations({ deployment, strategy }: Rollout): Readonly<Record<string, string>> {
  const replicas = wantedReplicas(deployment);
  return { [desiredAnnotation]: String(replicas), [maxAnnotation]: String(replicas + strategy.maxSurge) };
}

/** Whether the Deployment was scaled since its running ReplicaSets were: they grow or shrink before they roll. */
export function isScaling({ deployment, current, old }: Rollout): boolean {
  return [...old, ...(current === undefined ? [] : [current])].some((replicaSet) => {
    const desired = replicaSet.metadata.annotations?.[desiredAnnotation];
    return (
      wantedReplicas(replicaSet) > 0 &&
      desired !== undefined &&
      Number(desired) !== wantedReplicas(deployment)
    );
  });
}

/** How many pods the current ReplicaSet may have now: all that the Deployment wants, within its surge. */
export function newReplicas({ deployment, strategy, current, old }: Rollout): number {
  const wanted = wantedReplicas(deployment);
  const mine = current === undefined ? 0 : wantedReplicas(current);
  if (strategy.type === 'Recreate') return wanted;
  const room = wanted + strategy.maxSurge - sum(old.map(wantedReplicas)) - mine;
  return room <= 0 ? mine : Math.min(wanted, mine + room);
}

/** The next sizes of a rolling update: first the new one grows; when it cannot, the old ones shrink. */
export function rollingStep(rollout: Rollout): readonly Size[] {
  const { deployment, current, old } = rollout;
  if (current === undefined) return [];
  const wanted = wantedReplicas(deployment);
  const next = wantedReplicas(current) > wanted ? wanted : newReplicas(rollout);
  if (next !== wantedReplicas(current)) return [{ replicaSet: current, replicas: next }];
  return old.some((replicaSet) => wantedReplicas(replicaSet) > 0) ? shrinkOld(rollout, current) : [];
}

/** Old pods that serve nobody go first; then as many as availability permits, oldest ReplicaSet first. */
function shrinkOld({ deployment, strategy, old }: Rollout, current: ApiObject): readonly Size[] {
  const all = [...old, current];
  const floor = wantedReplicas(deployment) - strategy.maxUnavailable;
  const newUnavailable = wantedReplicas(current) - availableOf(current);
  let budget = sum(all.map(wantedReplicas)) - floor - newUnavailable;
  const sizes = new Map(old.map((replicaSet) => [replicaSet, wantedReplicas(replicaSet)]));
  for (const [replicaSet, size] of sizes) {
    const idle = Math.max(0, Math.min(budget, size - availableOf(replicaSet)));
    sizes.set(replicaSet, size - idle);
    budget -= idle;
  }
  let spare = Math.min(budget, sum(all.map(availableOf)) - floor);
  for (const [replicaSet, size] of sizes) {
    const going = Math.max(0, Math.min(size, spare));
    sizes.set(replicaSet, size - going);
    spare -= going;
  }
  return Array.from(sizes, ([replicaSet, replicas]) => ({ replicaSet, replicas }));
}

/** The sizes after the Deployment itself was scaled, also in the middle of a rollout: each its share. */
export function scaleStep(rollout: Rollout): readonly Size[] {
  const { deployment, strategy, current, old } = rollout;
  const wanted = wantedReplicas(deployment);
  const all = [...old, ...(current === undefined ? [] : [current])];
  const active = all.filter((replicaSet) => wantedReplicas(replicaSet) > 0);
  const only = active.length > 1 ? undefined : (active[0] ?? current ?? old.at(-1));
  if (only !== undefined) return [{ replicaSet: only, replicas: wanted }];
  if (current !== undefined && wantedReplicas(current) === wanted && availableOf(current) === wanted) {
    return [
      { replicaSet: current, replicas: wanted },
      ...old.map((replicaSet) => ({ replicaSet, replicas: 0 })),
    ];
  }
  return strategy.type === 'RollingUpdate' ? shares(active, wanted, strategy.maxSurge) : [];
}

function shares(active: readonly ApiObject[], wanted: number, maxSurge: number): readonly Size[] {
  const allowed = wanted === 0 ? 0 : wanted + maxSurge;
  const toAdd = allowed - sum(active.map(wantedReplicas));
  const newestFirst = toAdd > 0 ? -1 : 1;
  const bySize = active.toSorted(
    (a, b) => wantedReplicas(b) - wantedReplicas(a) || newestFirst * compareAge(a, b),
  );
  let left = toAdd;
  const sizes = bySize.map((replicaSet) => {
    const size = wantedReplicas(replicaSet);
    const before = Number(replicaSet.metadata.annotations?.[maxAnnotation] ?? 0) || size;
    const change = wanted === 0 ? -size : Math.round((size * allowed) / before) - size;
    const share = toAdd > 0 ? Math.min(change, left) : Math.max(change, left);
    left -= share;
    return { replicaSet, replicas: size + share };
  });
  return sizes.map((size, index) =>
    index === 0 ? { ...size, replicas: Math.max(0, size.replicas + left) } : size,
  );
}

/** The writes that give ReplicaSets their sizes, and note the Deployment's on them; nothing where both are so. */
export function scaleWrites(rollout: Rollout, sizes: readonly Size[]): readonly Write[] {
  const annotations = sizeAnnotations(rollout);
  return sizes.flatMap(({ replicaSet, replicas }): readonly Write[] => {
    const before = wantedReplicas(replicaSet);
    const noted = Object.entries(annotations).every(
      ([key, value]) => replicaSet.metadata.annotations?.[key] === value,
    );
    if (before === replicas && noted) return [];
    const patch = { metadata: { annotations }, spec: { replicas } };
    const write: Write = { op: 'patch', kind: replicaSetKind, object: replicaSet, patch };
    return before === replicas ? [write] : [write, scaledEvent(rollout.deployment, replicaSet, replicas)];
  });
}

function scaledEvent(deployment: ApiObject, replicaSet: ApiObject, replicas: number): Write {
  const before = wantedReplicas(replicaSet);
  const way = replicas > before ? 'up' : 'down';
  const message = `Scaled ${way} replica set ${replicaSet.metadata.name} from ${before} to ${replicas}`;
  return { op: 'event', object: deployment, event: { type: 'Normal', reason: 'ScalingReplicaSet', message } };
}

/** Pods of a ReplicaSet that are ready for long enough. */
export function availableOf(replicaSet: ApiObject): number {
  return numberIn(objectIn(replicaSet['status'])['availableReplicas']) ?? 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
