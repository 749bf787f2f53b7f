import { canonical, numberIn, objectIn, textsIn } from './json.ts';
import { deploymentKind, replicaSetKind } from './kinds.ts';
import { newReplicas, sizeAnnotations } from './rollout.ts';
import type { Rollout } from './rollout.ts';
import { hashLabel, templateHash, templateOf } from './template.ts';
import { controlledBy, defined } from './write.ts';
import type { ApiObject, Write } from './write.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';

/** The revision that a Deployment or a ReplicaSet is at; 0 when it has none yet. */
export function revisionOf(object: ApiObject): number {
  const text = object.metadata.annotations?.[revisionAnnotation] ?? '';
  return /^\d+$/.test(text) ? Number(text) : 0;
}

/** The ReplicaSet of the Deployment's template, born with as many pods as the rollout allows at once. */
export function createReplicaSet(rollout: Rollout): readonly Write[] {
  const { deployment, old } = rollout;
  const template = templateOf(deployment);
  const hash = templateHash(template, collisionsOf(deployment));
  const labels = { ...textsIn(objectIn(template['metadata'])['labels']), [hashLabel]: hash };
  const { selector, minReadySeconds } = objectIn(deployment['spec']);
  const replicas = newReplicas(rollout);
  const name = `${deployment.metadata.name}-${hash}`;
  const object: ApiObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: deployment.metadata.namespace ?? '',
      labels,
      annotations: {
        ...inherited(deployment),
        [revisionAnnotation]: String(highest(old) + 1),
        ...sizeAnnotations(rollout),
      },
      ownerReferences: [controlledBy(deployment)],
    },
    spec: defined({
      replicas,
      minReadySeconds,
      selector: {
        ...objectIn(selector),
        matchLabels: { ...textsIn(objectIn(selector)['matchLabels']), [hashLabel]: hash },
      },
      template: { ...template, metadata: { ...objectIn(template['metadata']), labels } },
    }),
  };
  const scaled = `Scaled up replica set ${name} from 0 to ${replicas}`;
  return [
    { op: 'create', kind: replicaSetKind, object },
    {
      op: 'event',
      object: deployment,
      event: { type: 'Normal', reason: 'ScalingReplicaSet', message: scaled },
    },
  ];
}

/**
 * Keeps the revision: the current ReplicaSet has the highest number (a rolled back one gets a new number), the
 * Deployment shows it, and the ReplicaSet carries the Deployment's annotations, change-cause among them.
 */
export function recordRevision(
  deployment: ApiObject,
  current: ApiObject,
  old: readonly ApiObject[],
): readonly Write[] {
  const revision = String(Math.max(revisionOf(current), highest(old) + 1));
  return [
    ...annotate(current, { ...inherited(deployment), [revisionAnnotation]: revision }, replicaSetKind),
    ...minReady(deployment, current),
    ...annotate(deployment, { [revisionAnnotation]: revision }, deploymentKind),
  ];
}

/** How many generated names of ReplicaSets were found taken by something else. */
export function collisionsOf(deployment: ApiObject): number {
  return numberIn(objectIn(deployment['status'])['collisionCount']) ?? 0;
}

function highest(replicaSets: readonly ApiObject[]): number {
  return Math.max(0, ...replicaSets.map(revisionOf));
}

/** Annotations that say something about the Deployment object itself are not for its ReplicaSets. */
const own: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

function inherited(deployment: ApiObject): Readonly<Record<string, string>> {
  const annotations = Object.entries(deployment.metadata.annotations ?? {});
  return Object.fromEntries(annotations.filter(([key]) => !own.has(key)));
}

function annotate(
  object: ApiObject,
  wanted: Readonly<Record<string, string>>,
  kind: typeof replicaSetKind,
): readonly Write[] {
  const annotations = Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => object.metadata.annotations?.[key] !== value),
  );
  if (Object.keys(annotations).length === 0) return [];
  return [{ op: 'patch', kind, object, patch: { metadata: { annotations } } }];
}

function minReady(deployment: ApiObject, current: ApiObject): readonly Write[] {
  const wanted = objectIn(deployment['spec'])['minReadySeconds'];
  if (canonical(objectIn(current['spec'])['minReadySeconds'] ?? 0) === canonical(wanted ?? 0)) return [];
  return [
    {
      op: 'patch',
      kind: replicaSetKind,
      object: current,
      patch: { spec: { minReadySeconds: wanted ?? null } },
    },
  ];
}
