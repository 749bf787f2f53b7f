import type { Kind, KubeObject } from '../../kinds/object.ts';
import type { Unstructured } from '../../kube/object.ts';
import type { Store } from '../../kube/store.ts';

/**
 * What we wrote and the watch has not shown yet. Without it a controller that looks again at once would create the
 * same pods a second time.
 */
export interface Written {
  /** The server answered a write with this object. */
  put(kind: Kind, object: Unstructured): void;
  /** The server accepted the deletion of this object. */
  deleted(kind: Kind, object: KubeObject): void;
  /** The objects of a store with our writes laid over it, as long as the store is behind them. */
  view(store: Store): readonly Unstructured[];
}

export function createWritten(): Written {
  const puts = new Map<string, Map<string, Unstructured>>();
  const deletions = new Map<string, Set<string>>();

  return {
    put: (kind, object) => {
      const ofKind = puts.get(kindKey(kind)) ?? new Map<string, Unstructured>();
      puts.set(kindKey(kind), ofKind.set(objectKey(object), object));
    },
    deleted: (kind, { metadata }) => {
      const ofKind = deletions.get(kindKey(kind)) ?? new Set<string>();
      deletions.set(kindKey(kind), ofKind.add(metadata.uid ?? ''));
    },
    view: (store) => {
      const ofKind = puts.get(kindKey(store.kind)) ?? new Map<string, Unstructured>();
      for (const [key, object] of ofKind) if (hasSeen(store, object)) ofKind.delete(key);
      const gone = deletions.get(kindKey(store.kind)) ?? new Set<string>();
      const shown = laidOver(store.list(), ofKind);
      if (gone.size === 0) return shown;
      const still = new Set(
        shown
          .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
          .map(({ metadata }) => metadata.uid),
      );
      for (const uid of gone) if (!still.has(uid)) gone.delete(uid);
      return shown.map((object) => (gone.has(object.metadata.uid ?? '') ? asDeleting(object) : object));
    },
  };
}

function laidOver(
  objects: readonly Unstructured[],
  newer: ReadonlyMap<string, Unstructured>,
): readonly Unstructured[] {
  if (newer.size === 0) return objects;
  const rest = new Map(newer);
  const shown = objects.map((object) => {
    const key = objectKey(object);
    const ours = rest.get(key);
    rest.delete(key);
    return ours ?? object;
  });
  return [...shown, ...rest.values()];
}

/** The store is as far as our write, or knows of an object that took the name over. */
function hasSeen(store: Store, { metadata }: Unstructured): boolean {
  const there = store.get(metadata.namespace ?? '', metadata.name);
  if (there !== undefined && there.metadata.uid === metadata.uid) {
    return isAtLeast(there.metadata.resourceVersion, metadata.resourceVersion);
  }
  return isAtLeast(store.resourceVersion, metadata.resourceVersion);
}

/** Resource versions are numbers that only grow, which Kubernetes promises since 1.35. */
function isAtLeast(version: string | undefined, other: string | undefined): boolean {
  const [a, b] = [version ?? '0', other ?? '0'];
  return a.length === b.length ? a >= b : a.length > b.length;
}

function asDeleting(object: Unstructured): Unstructured {
  const { creationTimestamp = '' } = object.metadata;
  return { ...object, metadata: { ...object.metadata, deletionTimestamp: creationTimestamp } };
}

function kindKey({ group, plural }: Kind): string {
  return `${plural}.${group}`;
}

function objectKey({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
