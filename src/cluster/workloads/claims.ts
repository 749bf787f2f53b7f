import type { Kind } from '../../kinds/object.ts';
import { controlledBy, controllerOf, uidOf } from './write.ts';
import type { ApiObject, Write } from './write.ts';
import { labelSelector } from './selector.ts';
import { objectIn } from './json.ts';

/** Objects of one kind, found by the uid of their controller, or by namespace when they have none. */
export interface Ownership {
  readonly controlled: ReadonlyMap<string, readonly ApiObject[]>;
  readonly free: ReadonlyMap<string, readonly ApiObject[]>;
}

export function ownership(objects: Iterable<ApiObject>): Ownership {
  const controlled = new Map<string, ApiObject[]>();
  const free = new Map<string, ApiObject[]>();
  for (const object of objects) {
    const controller = controllerOf(object);
    if (controller === undefined) push(free, object.metadata.namespace ?? '', object);
    else push(controlled, controller.uid, object);
  }
  return { controlled, free };
}

export interface Claim {
  readonly owned: readonly ApiObject[];
  readonly writes: readonly Write[];
}

/**
 * What belongs to `owner`: what it controls and its selector matches, and orphans that match (they are adopted). What
 * it controls and no longer matches is released, so that relabelling a pod takes it out of its ReplicaSet.
 */
export function claim(owner: ApiObject, kind: Kind, { controlled, free }: Ownership): Claim {
  const matches = labelSelector(objectIn(owner['spec'])['selector']);
  const owned: ApiObject[] = [];
  const writes: Write[] = [];
  for (const object of controlled.get(uidOf(owner)) ?? []) {
    if (matches(object.metadata.labels)) owned.push(object);
    else if (object.metadata.deletionTimestamp === undefined) writes.push(release(kind, object, owner));
  }
  if (owner.metadata.deletionTimestamp !== undefined) return { owned, writes };
  for (const object of free.get(owner.metadata.namespace ?? '') ?? []) {
    if (object.metadata.deletionTimestamp !== undefined || !matches(object.metadata.labels)) continue;
    owned.push(object);
    writes.push(adopt(kind, object, owner));
  }
  return { owned, writes };
}

function adopt(kind: Kind, object: ApiObject, owner: ApiObject): Write {
  const ownerReferences = [...(object.metadata.ownerReferences ?? []), controlledBy(owner)];
  return { op: 'patch', kind, object, patch: { metadata: { ownerReferences } } };
}

function release(kind: Kind, object: ApiObject, owner: ApiObject): Write {
  const ownerReferences = (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== uidOf(owner));
  return { op: 'patch', kind, object, patch: { metadata: { ownerReferences } } };
}

function push(map: Map<string, ApiObject[]>, key: string, object: ApiObject): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [object]);
  else list.push(object);
}
