import type { Kind } from '../kinds/object.ts';
import type { Log } from '../ports/log.ts';
import { isStatus } from './errors.ts';
import { withoutManagedFields } from './object.ts';
import type { Unstructured } from './object.ts';

/**
 * What we know of one kind. Readers see a complete list or the last one that was complete, never half of one: a list
 * that fails changes nothing here. Objects are shared by all readers and must not be changed.
 */
export interface Store {
  readonly kind: Kind;
  readonly state: StoreState;
  /** `state` is `synced`: what is not here is not in the cluster. */
  readonly synced: boolean;
  /** How far we are, in the server's own words; undefined until the first list. */
  readonly resourceVersion: string | undefined;
  /** Why the last call to the server failed, if it did: the contents may be stale. */
  readonly trouble: Error | undefined;
  get(namespace: string, name: string): Unstructured | undefined;
  /** In the server's order, which is by namespace and name. The same array until something changes. */
  list(): readonly Unstructured[];
  /** Calls `listener` after each change, until the function it returns is called. A listener that throws is logged. */
  subscribe(listener: (change: Change) => void): () => void;
}

/**
 * - `pending`: never listed; nothing is known.
 * - `synced`: listed, and followed since then. Stays so while the server cannot be reached (see `trouble`).
 * - `forbidden`: never listed, because we may not (RBAC). Asked again now and then: somebody may allow it.
 * - `absent`: the server does not serve the kind, and never did while we ran.
 * - `vanished`: it was served and is no more (its CRD was removed). The contents are the last that were seen, and say
 *   nothing about now: that an object is missing is no reason to undo anything.
 */
export type StoreState = 'pending' | 'synced' | 'forbidden' | 'absent' | 'vanished';

export type Change =
  | { readonly op: 'added'; readonly object: Unstructured }
  | { readonly op: 'modified'; readonly object: Unstructured; readonly before: Unstructured }
  | { readonly op: 'deleted'; readonly object: Unstructured }
  | { readonly op: 'state'; readonly state: StoreState };

/** What a watcher tells a store. Everything between `init` and `initDone` is one list. */
export type StoreEvent =
  | { readonly op: 'init' }
  | { readonly op: 'page'; readonly objects: readonly Unstructured[] }
  /** It is no more, before the list was over. */
  | { readonly op: 'unlist'; readonly object: Unstructured }
  | { readonly op: 'initDone'; readonly resourceVersion: string }
  | { readonly op: 'apply'; readonly object: Unstructured }
  | { readonly op: 'delete'; readonly object: Unstructured }
  | { readonly op: 'progress'; readonly resourceVersion: string }
  | { readonly op: 'absent' }
  | { readonly op: 'failed'; readonly error: Error };

/** A store with its one writer. */
export interface WritableStore extends Store {
  write(event: StoreEvent): void;
}

export function createStore(kind: Kind, log: Log): WritableStore {
  return new ObjectStore(kind, log);
}

/** Resolves when something is known of each of the stores, if only that the kind is not served, or may not be listed. */
export async function untilSettled(stores: readonly Store[], signal: AbortSignal): Promise<void> {
  for (const store of stores) {
    signal.throwIfAborted();
    if (store.state !== 'pending') continue;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const unsubscribe = store.subscribe(({ op }) => (op === 'state' ? resolve() : undefined));
    try {
      await promise;
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', onAbort);
    }
  }
}

class ObjectStore implements WritableStore {
  readonly kind: Kind;
  readonly #log: Log;
  readonly #listeners = new Set<(change: Change) => void>();
  #objects = new Map<string, Unstructured>();
  #incoming = new Map<string, Unstructured>();
  #sorted: readonly Unstructured[] | undefined;
  #state: StoreState = 'pending';
  #resourceVersion: string | undefined;
  #trouble: Error | undefined;

  constructor(kind: Kind, log: Log) {
    this.kind = kind;
    this.#log = log;
  }

  get state(): StoreState {
    return this.#state;
  }

  get synced(): boolean {
    return this.#state === 'synced';
  }

  get resourceVersion(): string | undefined {
    return this.#resourceVersion;
  }

  get trouble(): Error | undefined {
    return this.#trouble;
  }

  get(namespace: string, name: string): Unstructured | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  list(): readonly Unstructured[] {
    this.#sorted ??= [...this.#objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
    return this.#sorted;
  }

  subscribe(listener: (change: Change) => void): () => void {
    // A wrapper of its own, so that one function may subscribe twice.
    const one = (change: Change): void => listener(change);
    this.#listeners.add(one);
    return () => this.#listeners.delete(one);
  }

  write(event: StoreEvent): void {
    this.#trouble = event.op === 'failed' ? event.error : undefined;
    switch (event.op) {
      case 'init':
        this.#incoming = new Map();
        return;
      case 'page':
        for (const object of event.objects) this.#incoming.set(keyIn(object), withoutManagedFields(object));
        return;
      case 'unlist':
        this.#incoming.delete(keyIn(event.object));
        return;
      case 'initDone':
        this.#resourceVersion = event.resourceVersion;
        this.#replace();
        return;
      case 'apply':
        this.#resourceVersion = event.object.metadata.resourceVersion;
        this.#apply(withoutManagedFields(event.object));
        return;
      case 'delete':
        this.#resourceVersion = event.object.metadata.resourceVersion;
        this.#delete(keyIn(event.object));
        return;
      case 'progress':
        this.#resourceVersion = event.resourceVersion;
        return;
      case 'absent':
        this.#incoming = new Map();
        this.#enter(this.#state === 'synced' || this.#state === 'vanished' ? 'vanished' : 'absent');
        return;
      case 'failed':
        // What was listed once stays: a right that was taken away says nothing about the objects.
        if ((this.#state === 'pending' || this.#state === 'absent') && isStatus(event.error, 403))
          this.#enter('forbidden');
        return;
    }
  }

  /** The complete list takes the place of what was there; then the differences are told. */
  #replace(): void {
    const before = this.#objects;
    const after = this.#incoming;
    // What did not change stays the same object, for those who compare.
    for (const [key, object] of after) {
      const same = before.get(key);
      if (same !== undefined && isSame(same, object)) after.set(key, same);
    }
    this.#incoming = new Map();
    this.#objects = after;
    this.#sorted = undefined;
    const changes = [
      ...[...before].flatMap(([key, object]): Change[] =>
        after.has(key) ? [] : [{ op: 'deleted', object }],
      ),
      ...[...after].flatMap(([key, object]) => difference(before.get(key), object)),
    ];
    const entered = this.#state !== 'synced';
    this.#state = 'synced';
    for (const change of changes) this.#tell(change);
    if (entered) this.#tell({ op: 'state', state: 'synced' });
  }

  #apply(object: Unstructured): void {
    const key = keyIn(object);
    const before = this.#objects.get(key);
    if (before !== undefined && isSame(before, object)) return;
    const changes = difference(before, object);
    this.#objects.set(key, object);
    this.#sorted = undefined;
    for (const change of changes) this.#tell(change);
  }

  #delete(key: string): void {
    const object = this.#objects.get(key);
    if (object === undefined) return;
    this.#objects.delete(key);
    this.#sorted = undefined;
    this.#tell({ op: 'deleted', object });
  }

  #enter(state: StoreState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#tell({ op: 'state', state });
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#log.error('a listener of a store failed', { kind: this.kind.kind, change: change.op, error });
      }
    }
  }
}

/** Another uid under the same name is another object: the first one was deleted while we did not look. */
function difference(before: Unstructured | undefined, object: Unstructured): readonly Change[] {
  if (before === undefined) return [{ op: 'added', object }];
  if (before === object) return [];
  if (before.metadata.uid !== object.metadata.uid) {
    return [
      { op: 'deleted', object: before },
      { op: 'added', object },
    ];
  }
  return [{ op: 'modified', object, before }];
}

function isSame(a: Unstructured, b: Unstructured): boolean {
  const version = b.metadata.resourceVersion;
  return version !== undefined && a.metadata.resourceVersion === version && a.metadata.uid === b.metadata.uid;
}

function keyIn({ metadata }: Unstructured): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
