import { decode } from '../kinds/decode.ts';
import type { Decoded } from '../kinds/decode.ts';
import type { KubeObject, ObjectRef } from '../kinds/object.ts';
import { refOf } from '../kinds/object.ts';
import type { KnownKind } from '../kinds/shape.ts';
import type { StoreState, StoreView } from './stores.ts';

/** The objects of one kind, in the order of their names. */
export interface Table<T extends KubeObject> {
  readonly kind: KnownKind<T>;
  /** Of the store that it was read from. */
  readonly state: StoreState;
  readonly all: readonly T[];
  /** Objects that do not have the form of their kind: they exist, and nobody knows what they want. */
  readonly unreadable: readonly Unreadable[];
  /** Why an object that is not here may exist all the same. Absent: what is not here does not exist. */
  readonly gap?: string;
  /** Why the objects that are here say nothing about what anybody wants. */
  readonly doubt?: string;
  readonly byName: ReadonlyMap<string, T>;
  /** What became of each object of the store, in its order. */
  readonly read: ReadonlyMap<KubeObject, Decoded<T>>;
}

export interface Unreadable {
  readonly object: ObjectRef;
  /** A sentence that begins with the path of the field. */
  readonly problem: string;
}

/** What a reference leads to. Not knowing is not the same as not being there. */
export type Found<T> =
  | { readonly found: 'one'; readonly object: T }
  | { readonly found: 'none' }
  | { readonly found: 'unknown'; readonly because: string };

/** `before` is an earlier table of the same store: what has not changed since is not read again. */
export function tableOf<T extends KubeObject>(
  kind: KnownKind<T>,
  store: StoreView,
  before: Table<T> | undefined,
): Table<T> {
  const objects = store.list();
  const { all, unreadable, byName, read } =
    before !== undefined && holds(before, objects) ? before : readAll(kind, objects, before);
  return { kind, state: store.state, all, unreadable, byName, read, ...doubtsOf(kind.kind, store) };
}

function holds<T extends KubeObject>({ read }: Table<T>, objects: readonly KubeObject[]): boolean {
  return read.size === objects.length && objects.every((object) => read.has(object));
}

function readAll<T extends KubeObject>(
  kind: KnownKind<T>,
  objects: readonly KubeObject[],
  before: Table<T> | undefined,
): Pick<Table<T>, 'all' | 'unreadable' | 'byName' | 'read'> {
  const read = new Map(
    objects.map((object) => [object, before?.read.get(object) ?? decode(kind, object)] as const),
  );
  const all: T[] = [];
  const unreadable: Unreadable[] = [];
  for (const [object, decoded] of read) {
    if ('ok' in decoded) all.push(decoded.ok);
    else unreadable.push({ object: refOf(object), problem: decoded.problem.sentence });
  }
  const byName = new Map(
    all
      .map((object) => [nameKey(object.metadata.namespace, object.metadata.name), object] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return { all: [...byName.values()], unreadable, byName, read };
}

/** Looks up one object; `namespace` is empty for cluster-scoped kinds. */
export function find<T extends KubeObject>(table: Table<T>, namespace: string, name: string): Found<T> {
  const object = table.byName.get(nameKey(namespace, name));
  if (table.doubt !== undefined) return { found: 'unknown', because: table.doubt };
  if (object !== undefined) return { found: 'one', object };
  const unreadable = table.unreadable.find(
    (candidate) => candidate.object.namespace === namespace && candidate.object.name === name,
  );
  if (unreadable !== undefined) {
    return { found: 'unknown', because: `${table.kind.kind} ${name} is unreadable: ${unreadable.problem}` };
  }
  return table.gap === undefined ? { found: 'none' } : { found: 'unknown', because: table.gap };
}

export function nameKey(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function doubtsOf(kind: string, { state }: StoreView): { readonly gap?: string; readonly doubt?: string } {
  switch (state) {
    case 'synced':
    case 'absent':
      return {};
    case 'pending':
      return { gap: `objects of kind ${kind} are not all listed yet` };
    case 'forbidden':
      return inDoubt(`the controller may not list objects of kind ${kind}`);
    case 'vanished':
      return inDoubt(`the API server no longer serves the kind ${kind}`);
  }
}

function inDoubt(because: string): { readonly gap: string; readonly doubt: string } {
  return { gap: because, doubt: because };
}
