import { resourceKinds } from '../resources/snapshot.ts';
import type { ResourceKind } from '../resources/snapshot.ts';
import type { EncodedSnapshot } from './encoding.ts';
import { Subscription } from './subscription.ts';
import type { Change, Refusal, SubscriptionRequest } from './subscription.ts';

/** A snapshot with its place in the order of publication. */
export interface Published {
  readonly revision: number;
  readonly snapshot: EncodedSnapshot;
}

export interface DeltaRequest extends SubscriptionRequest {
  readonly kind: ResourceKind;
  /** Empty unless this answers a response. */
  readonly nonce: string;
  /** Set when the proxy refuses the response. */
  readonly error?: string;
}

export interface DeltaResponse {
  readonly kind: ResourceKind;
  readonly nonce: string;
  readonly revision: number;
  readonly changes: readonly Change[];
}

/** A resource that a proxy refused when it came alone, or that is not fit for any. The last good one stays. */
export interface Nack extends Refusal {
  readonly kind: ResourceKind;
}

export interface DeltaStreamEvents {
  send(response: DeltaResponse): void;
  /** A resource is refused for the first time, or for a new reason. */
  nack(nack: Nack): void;
  /** Everything of this revision is with the proxy, or pinned as refused. */
  settled(revision: number): void;
}

interface Batch {
  readonly kind: ResourceKind;
  readonly changes: readonly Change[];
}

interface Outstanding extends Batch {
  readonly nonce: string;
}

/**
 * One proxy on the incremental protocol. Clusters and their endpoints go first, then listeners, scopes and routes once
 * those are accepted, and clusters that nothing names any more are removed last: make before break. Of each kind one
 * response is under way at a time. A newer snapshot waits until the current one has settled: that is the debounce.
 */
export class DeltaStream {
  readonly #events: DeltaStreamEvents;
  readonly #subscriptions = new Map<ResourceKind, Subscription>();
  readonly #outstanding = new Map<ResourceKind, Outstanding>();
  /** Parts of a refused response, each to be tried by itself. */
  #parts: Batch[] = [];
  #current: Published;
  #waiting: Published | undefined;
  #nonces = 0;
  #settled = -1;

  constructor(current: Published, events: DeltaStreamEvents) {
    this.#current = current;
    this.#events = events;
  }

  get settledRevision(): number {
    return this.#settled;
  }

  /** The revision under way, while there is one. */
  get unsettledRevision(): number | undefined {
    return this.#settled === this.#current.revision ? undefined : this.#current.revision;
  }

  nacks(): readonly Nack[] {
    return resourceKinds.flatMap((kind) => {
      const refusals = this.#subscriptions.get(kind)?.refusals(this.#current.snapshot[kind]) ?? [];
      return refusals.map((refusal) => ({ kind, ...refusal }));
    });
  }

  offer(published: Published): void {
    if (this.unsettledRevision === undefined) this.#adopt(published);
    else this.#waiting = published;
  }

  /** Goes on to the newest snapshot although the proxy never settled on `revision`. */
  giveUpOn(revision: number): void {
    if (this.unsettledRevision === revision && this.#waiting !== undefined) this.#adopt(this.#waiting);
  }

  /** Sends once more what was refused: its reason (a port in use) may have gone. */
  retryRefused(): void {
    for (const subscription of this.#subscriptions.values()) subscription.retryRefused();
    this.#pump();
  }

  receive(request: DeltaRequest): void {
    const { kind, nonce, error } = request;
    const subscription = this.#subscriptions.get(kind);
    if (subscription === undefined) this.#subscriptions.set(kind, new Subscription(request));
    else subscription.ask(request);
    const outstanding = this.#outstanding.get(kind);
    if (outstanding?.nonce === nonce) this.#conclude(outstanding, error);
    this.#pump();
  }

  #adopt(published: Published): void {
    this.#current = published;
    this.#waiting = undefined;
    this.#parts = [];
    this.#pump();
  }

  #conclude({ kind, changes }: Outstanding, error: string | undefined): void {
    this.#outstanding.delete(kind);
    const subscription = this.#subscriptions.get(kind);
    const [only, ...others] = changes;
    if (error === undefined || only === undefined) {
      subscription?.accepted(changes);
    } else if (others.length > 0) {
      const half = Math.ceil(changes.length / 2);
      const parts = [changes.slice(0, half), changes.slice(half)];
      this.#parts.unshift(...parts.map((part) => ({ kind, changes: part })));
    } else {
      const version = only.resource?.version ?? '';
      const news = subscription?.refused(only, error) === 'new';
      if (news) this.#events.nack({ kind, name: only.name, version, message: error });
    }
  }

  /** Sends all that may go now. */
  #pump(): void {
    this.#sendUpdates('clusters');
    this.#sendUpdates('endpoints');
    if (!this.#quiet('clusters', 'endpoints') || !this.#served('clusters', 'endpoints')) return;
    this.#sendUpdates('listeners');
    this.#sendUpdates('scopes');
    this.#sendUpdates('routes');
    if (!this.#quiet('listeners', 'scopes', 'routes') || !this.#served('scopes', 'routes')) return;
    this.#send(
      'clusters',
      this.#subscriptions.get('clusters')?.removals(this.#current.snapshot.clusters) ?? [],
    );
    if (this.#quiet('clusters') && this.#asked() && this.unsettledRevision !== undefined) this.#settle();
  }

  #settle(): void {
    this.#settled = this.#current.revision;
    this.#events.settled(this.#settled);
    if (this.#waiting !== undefined) this.#adopt(this.#waiting);
  }

  #sendUpdates(kind: ResourceKind): void {
    const subscription = this.#subscriptions.get(kind);
    if (subscription === undefined || this.#outstanding.has(kind)) return;
    const part = this.#parts.findIndex((batch) => batch.kind === kind);
    const [batch] = part < 0 ? [] : this.#parts.splice(part, 1);
    const wanted = this.#current.snapshot[kind];
    const removals = kind === 'clusters' ? [] : subscription.removals(wanted);
    this.#send(kind, batch?.changes ?? [...subscription.updates(wanted), ...removals]);
  }

  /** Nothing to say is said once, to a proxy that has just asked. */
  #send(kind: ResourceKind, changes: readonly Change[]): void {
    const subscription = this.#subscriptions.get(kind);
    if (subscription === undefined || (changes.length === 0 && subscription.answered)) return;
    this.#nonces += 1;
    const { revision } = this.#current;
    const nonce = `${revision}.${this.#nonces}`;
    this.#outstanding.set(kind, { kind, nonce, changes });
    subscription.sent(changes);
    if (kind === 'clusters') this.#renewEndpoints(subscription, changes);
    this.#events.send({ kind, nonce, revision, changes });
  }

  /**
   * A cluster that changes is a new one for Envoy, which warms until it hears of its endpoints; it accepts nothing before
   * that, and it does not ask, since it has asked already.
   */
  #renewEndpoints(clusters: Subscription, changes: readonly Change[]): void {
    for (const { name, resource } of changes) {
      if (resource === undefined || !clusters.holds(name)) continue;
      for (const { kind, name } of resource.references) this.#subscriptions.get(kind)?.renew(name);
    }
  }

  #quiet(...kinds: readonly ResourceKind[]): boolean {
    return kinds.every((kind) => !this.#outstanding.has(kind));
  }

  /** The proxy asks for endpoints because it has a cluster, for routes because it has a scope: until then, it waits. */
  #served(kind: 'clusters' | 'scopes', follower: 'endpoints' | 'routes'): boolean {
    const holder = this.#subscriptions.get(kind);
    const following = this.#subscriptions.get(follower);
    for (const { name, references } of this.#current.snapshot[kind].values()) {
      for (const reference of holder?.holds(name) === true ? references : []) {
        const needed = this.#current.snapshot[follower].get(reference.name);
        if (needed !== undefined && following?.has(needed) !== true) return false;
      }
    }
    return true;
  }

  /** The proxy has asked for all that it will ask for: a listener that it accepted makes it ask for scopes. */
  #asked(): boolean {
    const listening = this.#subscriptions.get('listeners');
    if (listening === undefined || !this.#subscriptions.has('clusters')) return false;
    const { listeners, scopes } = this.#current.snapshot;
    if (scopes.size === 0 || this.#subscriptions.has('scopes')) return true;
    return ![...listeners.keys()].some((name) => listening.holds(name));
  }
}
