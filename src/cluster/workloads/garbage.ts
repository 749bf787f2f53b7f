import type { Kind, KubeObject, OwnerReference } from '../../kinds/object.ts';
import { uidOf } from './write.ts';
import type { Propagation } from './write.ts';

/** An object of any kind, with how its kind is addressed. */
export interface Item {
  readonly kind: Kind;
  readonly object: KubeObject;
}

/** An owner that a reference names, as it is addressed. */
export interface Owner {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * What ownership asks for, as data. `collect` is a suspicion: its owners were not in the view, which may lag, so
 * whoever carries it out looks for them at the API first and deletes only what truly has none.
 */
export type Disposal =
  | { readonly op: 'collect'; readonly item: Item; readonly absent: readonly Owner[] }
  | { readonly op: 'delete'; readonly item: Item; readonly propagation: Propagation }
  | { readonly op: 'dropOwners'; readonly item: Item; readonly uids: readonly string[] }
  | { readonly op: 'dropFinalizer'; readonly item: Item; readonly finalizer: string };

export const foregroundFinalizer = 'foregroundDeletion';
export const orphanFinalizer = 'orphan';

/** Ownership clean-up over everything that exists: dependents without owners, and owners that wait for dependents. */
export function disposals(items: readonly Item[], kinds: readonly Kind[]): readonly Disposal[] {
  const graph = graphOf(items, kinds);
  return items.flatMap((item) => {
    if (has(item, orphanFinalizer)) return orphan(item, graph);
    if (has(item, foregroundFinalizer)) return awaitDependents(item, graph);
    return isDeleting(item) ? [] : judge(item, graph);
  });
}

interface Graph {
  readonly byUid: ReadonlyMap<string, Item>;
  readonly dependents: ReadonlyMap<string, readonly Item[]>;
  readonly kinds: ReadonlyMap<string, Kind>;
}

function graphOf(items: readonly Item[], kinds: readonly Kind[]): Graph {
  const byUid = new Map(items.map((item) => [uidOf(item.object), item]));
  const dependents = new Map<string, Item[]>();
  for (const item of items) {
    for (const { uid } of ownersOf(item)) {
      const known = dependents.get(uid);
      if (known === undefined) dependents.set(uid, [item]);
      else known.push(item);
    }
  }
  return { byUid, dependents, kinds: new Map(kinds.map((kind) => [kindKey(kind.group, kind.kind), kind])) };
}

/** An object that is not being deleted: it lives as long as one of its owners does. */
function judge(item: Item, graph: Graph): readonly Disposal[] {
  const references = ownersOf(item);
  if (references.length === 0) return [];
  const absent = references.flatMap((reference) => absentOwner(item, reference, graph) ?? []);
  const waiting = references.filter((reference) => waitsFor(reference, graph));
  const uids = [...absent, ...waiting].map(({ uid }) => uid);
  if (uids.length === 0) return [];
  if (uids.length < references.length) return [{ op: 'dropOwners', item, uids }];
  if (waiting.length === 0) return [{ op: 'collect', item, absent }];
  const hasDependents = (graph.dependents.get(uidOf(item.object)) ?? []).length > 0;
  return [{ op: 'delete', item, propagation: hasDependents ? 'Foreground' : 'Background' }];
}

/** An owner under foreground deletion goes when nothing that blocks it is left. */
function awaitDependents(item: Item, graph: Graph): readonly Disposal[] {
  const uid = uidOf(item.object);
  const blocking = (graph.dependents.get(uid) ?? []).some((dependent) =>
    ownersOf(dependent).some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
  );
  return blocking ? [] : [{ op: 'dropFinalizer', item, finalizer: foregroundFinalizer }];
}

/** An owner that leaves its dependents behind: first they forget it, then it goes. */
function orphan(item: Item, graph: Graph): readonly Disposal[] {
  const uid = uidOf(item.object);
  const left = graph.dependents.get(uid) ?? [];
  if (left.length === 0) return [{ op: 'dropFinalizer', item, finalizer: orphanFinalizer }];
  return left.map((dependent) => ({ op: 'dropOwners', item: dependent, uids: [uid] }));
}

/** The owner of a reference, if its kind is known and nothing of that uid was seen. An unknown kind proves nothing. */
function absentOwner({ object }: Item, reference: OwnerReference, graph: Graph): Owner | undefined {
  if (graph.byUid.has(reference.uid)) return undefined;
  const [group = '', version] = reference.apiVersion.split('/');
  const kind = graph.kinds.get(kindKey(version === undefined ? '' : group, reference.kind));
  if (kind === undefined) return undefined;
  const namespace = kind.namespaced ? (object.metadata.namespace ?? '') : '';
  return { kind, namespace, name: reference.name, uid: reference.uid };
}

function waitsFor(reference: OwnerReference, graph: Graph): boolean {
  const owner = graph.byUid.get(reference.uid);
  return owner !== undefined && reference.blockOwnerDeletion === true && has(owner, foregroundFinalizer);
}

function has(item: Item, finalizer: string): boolean {
  return isDeleting(item) && (item.object.metadata.finalizers ?? []).includes(finalizer);
}

function isDeleting({ object }: Item): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

function ownersOf({ object }: Item): readonly OwnerReference[] {
  return object.metadata.ownerReferences ?? [];
}

function kindKey(group: string, kind: string): string {
  return `${group}/${kind}`;
}
