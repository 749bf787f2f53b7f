import type { Kind, KubeObject } from '../kinds/object.ts';
import { isRecord } from '../kinds/record.ts';
import type { Unstructured } from '../kube/object.ts';
import { reflect } from '../kube/reflector.ts';
import type { ReflectOptions } from '../kube/reflector.ts';
import type { Change, Store, StoreState } from '../kube/store.ts';

/**
 * Versions of kinds that clusters with an older Gateway API serve in the place of ours, the newest first: v1.0 to v1.4 have
 * one or another of them. `v1alpha2` of ReferenceGrant was never served alone.
 */
const olderVersions: Readonly<Record<string, readonly string[]>> = {
  'grpcroutes.gateway.networking.k8s.io': ['v1alpha2'],
  'tlsroutes.gateway.networking.k8s.io': ['v1alpha3', 'v1alpha2'],
  'referencegrants.gateway.networking.k8s.io': ['v1beta1'],
  'backendtlspolicies.gateway.networking.k8s.io': ['v1alpha3', 'v1alpha2'],
};

/** An object in the form of its newest version; most have that form already, as far as we look. */
export function inNewestForm<T extends KubeObject>(object: T): T {
  const { apiVersion, kind } = object;
  if (kind === 'TLSRoute') return withHostnames(object);
  return kind === 'BackendTLSPolicy' && apiVersion === 'gateway.networking.k8s.io/v1alpha2'
    ? renewedBackendTls(object)
    : object;
}

/** Up to v1alpha2 there need not be any, and what was written then is served by later versions as it is. */
function withHostnames<T extends KubeObject>(object: T): T {
  const spec = 'spec' in object ? object.spec : undefined;
  if (!isRecord(spec) || spec['hostnames'] !== undefined) return object;
  return { ...object, spec: { ...spec, hostnames: [] } };
}

type Options = ReflectOptions & { readonly onChange: (change: Change) => void };

/**
 * Reflects a kind in the newest version that the server has at the time: an older one is followed only while no newer one
 * is served. Where the server begins to serve a newer one, its objects take the place of the others when all have come.
 * What was read in an older version says its version itself.
 */
export function reflectServed(options: Options): Store {
  const { plural, group } = options.kind;
  const older = olderVersions[`${plural}.${group}`];
  if (older === undefined) return reflect(options);
  return new ServedStore(options, [options.kind.version, ...older]);
}

interface Followed {
  readonly store: Store;
  readonly stop: AbortController;
}

class ServedStore implements Store {
  readonly kind: Kind;
  readonly #options: Options;
  readonly #versions: readonly string[];
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #renewed = new WeakMap<Unstructured, Unstructured>();
  /** The newest version first; one more whenever all of these are not served. */
  #followed: Followed[] = [];
  /** Whose objects these are. */
  #shown: Followed | undefined;
  #state: StoreState = 'pending';
  #list: { readonly of: readonly Unstructured[]; readonly is: readonly Unstructured[] } = { of: [], is: [] };

  constructor(options: Options, versions: readonly string[]) {
    this.kind = options.kind;
    this.#options = options;
    this.#versions = versions;
    this.#followNext();
  }

  get state(): StoreState {
    return this.#state;
  }

  get synced(): boolean {
    return this.#state === 'synced';
  }

  get resourceVersion(): string | undefined {
    return this.#shown?.store.resourceVersion;
  }

  get trouble(): Error | undefined {
    return (this.#shown ?? this.#followed.at(-1))?.store.trouble;
  }

  get(namespace: string, name: string): Unstructured | undefined {
    const object = this.#shown?.store.get(namespace, name);
    return object === undefined ? undefined : this.#read(object);
  }

  list(): readonly Unstructured[] {
    if (this.#shown === undefined) return [];
    const of = this.#shown.store.list();
    if (this.#list.of !== of) this.#list = { of, is: of.map((object) => this.#read(object)) };
    return this.#list.is;
  }

  subscribe(listener: (change: Change) => void): () => void {
    const one = (change: Change): void => listener(change);
    this.#listeners.add(one);
    return () => this.#listeners.delete(one);
  }

  #followNext(): void {
    const version = this.#versions[this.#followed.length];
    if (version === undefined) return;
    const stop = new AbortController();
    const store: Store = reflect({
      ...this.#options,
      kind: { ...this.kind, version },
      signal: AbortSignal.any([this.#options.signal, stop.signal]),
      onChange: (change) => this.#saw(followed, change),
    });
    const followed: Followed = { store, stop };
    this.#followed.push(followed);
  }

  #saw(followed: Followed, change: Change): void {
    if (followed.stop.signal.aborted) return;
    if (change.op !== 'state') {
      if (followed === this.#shown) this.#tell(this.#readChange(change));
      return;
    }
    switch (change.state) {
      case 'synced':
        return this.#show(followed);
      case 'absent':
      case 'vanished':
        return this.#miss();
      case 'pending':
      case 'forbidden':
        if (this.#shown === undefined) this.#enter(change.state);
    }
  }

  /** All objects have come in a version that is newer than the ones before, or the only one. */
  #show(followed: Followed): void {
    const before = this.#shown;
    if (before !== followed) {
      const gone = before === undefined ? [] : this.list();
      this.#shown = followed;
      // Those are older: it was looked for before them.
      const at = this.#followed.indexOf(followed);
      for (const older of this.#followed.splice(at + 1))
        older.stop.abort(new Error('a newer version is served'));
      for (const change of differences(gone, this.list())) this.#tell(change);
    }
    this.#enter('synced');
  }

  /** One of the versions is not served. */
  #miss(): void {
    const served = this.#followed.filter(
      ({ store: { state } }) => state !== 'absent' && state !== 'vanished',
    );
    if (served.length > 0) return;
    const left = this.#versions.length - this.#followed.length;
    if (this.#shown !== undefined) this.#enter('vanished');
    else if (left === 0) this.#enter('absent');
    if (left > 0) this.#followNext();
  }

  #enter(state: StoreState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#tell({ op: 'state', state });
  }

  #tell(change: Change): void {
    this.#options.onChange(change);
    for (const listener of this.#listeners) listener(change);
  }

  #readChange(change: Exclude<Change, { op: 'state' }>): Change {
    const object = this.#read(change.object);
    return change.op === 'modified'
      ? { ...change, object, before: this.#read(change.before) }
      : { ...change, object };
  }

  /** The same object for the same one, for those who compare. */
  #read(object: Unstructured): Unstructured {
    const known = this.#renewed.get(object);
    if (known !== undefined) return known;
    const read = inNewestForm(object);
    if (read !== object) this.#renewed.set(object, read);
    return read;
  }
}

function differences(before: readonly Unstructured[], after: readonly Unstructured[]): readonly Change[] {
  const left = new Map(before.map((object) => [object.metadata.uid, object]));
  const changes: Change[] = after.map((object) => {
    const earlier = left.get(object.metadata.uid);
    left.delete(object.metadata.uid);
    return earlier === undefined ? { op: 'added', object } : { op: 'modified', object, before: earlier };
  });
  return [...[...left.values()].map((object): Change => ({ op: 'deleted', object })), ...changes];
}

/** v1.0 had one target, and other names for what a certificate is held against. */
function renewedBackendTls<T extends KubeObject>(object: T): T {
  const spec = 'spec' in object ? object.spec : undefined;
  if (!isRecord(spec) || !isRecord(spec['tls'])) return object;
  const { targetRef, tls, ...rest } = spec;
  const { caCertRefs, wellKnownCACerts, ...others } = tls;
  const validation = {
    ...others,
    ...(caCertRefs === undefined ? {} : { caCertificateRefs: caCertRefs }),
    ...(wellKnownCACerts === undefined ? {} : { wellKnownCACertificates: wellKnownCACerts }),
  };
  return { ...object, spec: { ...rest, targetRefs: [targetRef], validation } };
}
