import { reconcileDeployment } from '../../src/cluster/workloads/deployment.ts';
import {
  reconcileEndpointSlices,
  isManaged,
  serviceNameLabel,
} from '../../src/cluster/workloads/endpoint-slices.ts';
import { disposals } from '../../src/cluster/workloads/garbage.ts';
import type { JsonObject } from '../../src/cluster/workloads/json.ts';
import { isObject, objectIn } from '../../src/cluster/workloads/json.ts';
import {
  deploymentKind,
  endpointSliceKind,
  podKind,
  replicaSetKind,
  serviceKind,
} from '../../src/cluster/workloads/kinds.ts';
import { ownership } from '../../src/cluster/workloads/claims.ts';
import { isActive, readySince } from '../../src/cluster/workloads/pod.ts';
import { reconcileReplicaSet } from '../../src/cluster/workloads/replica-set.ts';
import { timestamp } from '../../src/cluster/workloads/time.ts';
import type { ApiObject, Write } from '../../src/cluster/workloads/write.ts';

/** A cluster as small as a test needs it: objects in a map, pods that become ready at the next step. */
export interface World {
  put(object: ApiObject): void;
  remove(kind: string, name: string): void;
  get(kind: string, name: string): ApiObject | undefined;
  list(kind: string): readonly ApiObject[];
  active(): readonly ApiObject[];
  ready(): readonly ApiObject[];
  setReady(name: string, ready: boolean): void;
  beginDeletion(name: string): void;
  /** What the controllers would write now. */
  wanted(): readonly Write[];
  /** Carries out what the controllers want, once. */
  controllers(): void;
  /** Controllers, clean-up and kubelet, once each. */
  step(): void;
  /** Steps until nothing changes; what `look` saw after each step. */
  settle<T>(look?: () => T): readonly T[];
}

const kinds = [deploymentKind, replicaSetKind, podKind, serviceKind, endpointSliceKind];

export function createWorld(): World {
  const objects = new Map<string, ApiObject>();
  let uids = 0;
  let now = Date.UTC(2026, 0, 1);
  let seed = 1;
  const chance = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const list = (kind: string) => Array.from(objects.values()).filter((object) => object.kind === kind);

  function put(object: ApiObject): void {
    const at = key(object.kind, object.metadata.name);
    const before = objects.get(at);
    const generation = (before?.metadata.generation ?? 0) + (sameSpec(before, object) ? 0 : 1);
    objects.set(at, {
      ...object,
      ...(before?.['status'] === undefined ? {} : { status: before['status'] }),
      metadata: {
        ...before?.metadata,
        ...object.metadata,
        annotations: { ...before?.metadata.annotations, ...object.metadata.annotations },
        uid: before?.metadata.uid ?? `uid-${(uids += 1)}`,
        creationTimestamp: before?.metadata.creationTimestamp ?? timestamp(now),
        generation,
      },
    });
  }

  function wanted(): readonly Write[] {
    const replicaSets = ownership(list('ReplicaSet'));
    const pods = ownership(list('Pod'));
    return [
      ...list('Deployment').flatMap((object) => reconcileDeployment(object, replicaSets, { now }).writes),
      ...list('ReplicaSet').flatMap((object) => reconcileReplicaSet(object, pods, { now, chance }).writes),
      ...list('Service').flatMap((object) =>
        reconcileEndpointSlices(
          object,
          {
            pods: list('Pod'),
            slices: list('EndpointSlice').filter(
              (slice) =>
                isManaged(slice) && slice.metadata.labels?.[serviceNameLabel] === object.metadata.name,
            ),
          },
          chance,
        ),
      ),
    ];
  }

  function carryOut(write: Write): void {
    switch (write.op) {
      case 'create':
        put(write.object);
        return;
      case 'patch':
        put(merged(objects.get(keyOf(write.object)) ?? write.object, write.patch));
        return;
      case 'patchStatus': {
        const object = objects.get(keyOf(write.object));
        if (object !== undefined) objects.set(keyOf(object), merged(object, { status: write.status }));
        return;
      }
      case 'delete':
        if (write.object.kind === 'Pod') beginDeletion(write.object.metadata.name);
        else objects.delete(keyOf(write.object));
        return;
      case 'event':
        return;
    }
  }

  function beginDeletion(name: string): void {
    const pod = objects.get(key('Pod', name));
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    const metadata = { ...pod.metadata, deletionTimestamp: timestamp(now) };
    objects.set(key('Pod', name), { ...pod, metadata });
  }

  function setReady(name: string, ready: boolean): void {
    const pod = objects.get(key('Pod', name));
    if (pod === undefined) return;
    const condition = { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: timestamp(now) };
    const podIP = objectIn(pod['status'])['podIP'] ?? `10.0.${Math.floor(uids / 250)}.${(uids += 1) % 250}`;
    objects.set(key('Pod', name), { ...pod, status: { phase: 'Running', podIP, conditions: [condition] } });
  }

  function kubelet(): void {
    for (const pod of list('Pod')) {
      if (pod.metadata.deletionTimestamp !== undefined) objects.delete(key('Pod', pod.metadata.name));
      else if (pod['status'] === undefined) setReady(pod.metadata.name, true);
    }
  }

  function cleanUp(): void {
    const items = Array.from(objects.values()).flatMap((object) => {
      const kind = kinds.find(({ kind }) => kind === object.kind);
      return kind === undefined ? [] : [{ kind, object }];
    });
    for (const disposal of disposals(items, kinds)) {
      if (disposal.op === 'collect')
        objects.delete(key(disposal.item.object.kind, disposal.item.object.metadata.name));
    }
  }

  const controllers = () => wanted().forEach(carryOut);
  function step(): void {
    now += 1000;
    controllers();
    cleanUp();
    kubelet();
  }

  return {
    put,
    remove: (kind, name) => void objects.delete(key(kind, name)),
    get: (kind, name) => objects.get(key(kind, name)),
    list,
    active: () => list('Pod').filter(isActive),
    ready: () => list('Pod').filter((pod) => isActive(pod) && readySince(pod) !== undefined),
    setReady,
    beginDeletion,
    wanted,
    controllers,
    step,
    settle: (look) => {
      const seen = [];
      for (let i = 0; i < 200; i += 1) {
        const before = JSON.stringify(Array.from(objects.values()));
        step();
        if (look !== undefined) seen.push(look());
        if (JSON.stringify(Array.from(objects.values())) === before) return seen;
      }
      throw new Error('the cluster does not come to rest');
    },
  };
}

export interface DeploymentWish {
  readonly replicas?: number;
  readonly version?: string;
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
  readonly strategy?: string;
  readonly paused?: boolean;
  readonly revisionHistoryLimit?: number;
}

export function deployment(name: string, wish: DeploymentWish): ApiObject {
  const { maxSurge, maxUnavailable, version = '1' } = wish;
  const type = wish.strategy ?? 'RollingUpdate';
  const rollingUpdate = { maxSurge: maxSurge ?? '25%', maxUnavailable: maxUnavailable ?? '25%' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: wish.replicas ?? 1,
      paused: wish.paused ?? false,
      revisionHistoryLimit: wish.revisionHistoryLimit ?? 10,
      selector: { matchLabels: { app: name } },
      strategy: type === 'Recreate' ? { type } : { type, rollingUpdate },
      template: {
        metadata: { labels: { app: name, version } },
        spec: {
          containers: [{ name, image: 'web', ports: [{ name: 'web', containerPort: 8090 }] }],
        },
      },
    },
  };
}

export function service(name: string, ports: readonly JsonObject[]): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { selector: { app: name }, ports },
  };
}

function key(kind: string, name: string): string {
  return `${kind}/${name}`;
}

function keyOf(object: ApiObject): string {
  return key(object.kind, object.metadata.name);
}

function sameSpec(before: ApiObject | undefined, after: ApiObject): boolean {
  return JSON.stringify(before?.['spec']) === JSON.stringify(after['spec']);
}

function merged(object: ApiObject, patch: JsonObject): ApiObject {
  const result: Record<string, unknown> = { ...object };
  for (const [field, value] of Object.entries(patch)) result[field] = mergedValue(object[field], value);
  return { ...object, ...result };
}

function mergedValue(before: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch ?? undefined;
  const result: Record<string, unknown> = { ...objectIn(before) };
  for (const [field, value] of Object.entries(patch)) result[field] = mergedValue(result[field], value);
  return result;
}
