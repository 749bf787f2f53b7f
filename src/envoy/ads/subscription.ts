import type { EncodedResource } from './encoding.ts';

/** One resource of one response; without content it is a removal. */
export interface Change {
  readonly name: string;
  readonly resource?: EncodedResource;
}

export interface SubscriptionRequest {
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** What the proxy already has from an earlier stream. */
  readonly initialVersions: Readonly<Record<string, string>>;
}

export interface Refusal {
  readonly name: string;
  readonly version: string;
  /** In Envoy's words. */
  readonly message: string;
}

/** What one proxy asks for of one kind, and what it has of it. */
export class Subscription {
  readonly #names = new Set<string>();
  /** Everything of its kind, whatever the names. */
  readonly #wildcard: boolean;
  /** Versions that the proxy has accepted, by name. */
  readonly #held = new Map<string, string>();
  /** Versions that it refused, and why. They are not sent again until it is time to retry. */
  readonly #refused = new Map<string, Refusal>();
  readonly #retrying = new Set<string>();
  /** Names that are due once more, whatever the proxy has. */
  readonly #renewed = new Set<string>();
  /** A proxy that starts waits for the first answer, even if there is nothing to say. */
  #answered = false;

  constructor(first: SubscriptionRequest) {
    this.#wildcard = first.subscribe.length === 0 || first.subscribe.includes('*');
    this.ask(first);
    for (const [name, version] of Object.entries(first.initialVersions)) this.#held.set(name, version);
  }

  /** A name asked for again is answered again, as the protocol demands. */
  ask({ subscribe, unsubscribe }: SubscriptionRequest): void {
    for (const name of subscribe) {
      if (name === '*') continue;
      this.#names.add(name);
      this.#held.delete(name);
    }
    for (const name of unsubscribe) {
      this.#names.delete(name);
      this.#held.delete(name);
      this.#renewed.delete(name);
    }
  }

  get answered(): boolean {
    return this.#answered;
  }

  /** What is new or different in `wanted`. */
  updates(wanted: ReadonlyMap<string, EncodedResource>): Change[] {
    const changes: Change[] = [];
    const consider = (resource: EncodedResource | undefined): void => {
      if (resource !== undefined && !this.has(resource)) changes.push({ name: resource.name, resource });
    };
    if (this.#wildcard) for (const resource of wanted.values()) consider(resource);
    else for (const name of this.#names) consider(wanted.get(name));
    return changes;
  }

  /**
   * What the proxy has and `wanted` has not. Of resources that it asks for by name there are none: it stops asking when
   * what named them is removed, and until then it needs them.
   */
  removals(wanted: ReadonlyMap<string, EncodedResource>): Change[] {
    if (!this.#wildcard) return [];
    return [...this.#held.keys()].filter((name) => !wanted.has(name)).map((name) => ({ name }));
  }

  /** The proxy accepted this very version, or refused it for good. */
  has({ name, version }: EncodedResource): boolean {
    if (this.#renewed.has(name)) return false;
    if (this.#held.get(name) === version) return true;
    return this.#refused.get(name)?.version === version && !this.#retrying.has(name);
  }

  /** The proxy has some version of it. */
  holds(name: string): boolean {
    return this.#held.has(name);
  }

  sent(changes: readonly Change[]): void {
    this.#answered = true;
    for (const { name } of changes) this.#renewed.delete(name);
  }

  /** Makes a name that is asked for due once more: what the proxy has of it is of no use to it any longer. */
  renew(name: string): void {
    if (this.#names.has(name)) this.#renewed.add(name);
  }

  accepted(changes: readonly Change[]): void {
    for (const { name, resource } of changes) {
      this.#forgive(name);
      const asked = this.#wildcard || this.#names.has(name);
      if (asked && resource !== undefined) this.#held.set(name, resource.version);
      else this.#held.delete(name);
    }
  }

  /** The proxy keeps what it has. Tells whether this is news. */
  refused({ name, resource }: Change, message: string): 'new' | 'known' {
    if (resource === undefined) {
      this.#held.delete(name);
      return 'known';
    }
    const { version } = resource;
    const before = this.#refused.get(name);
    this.#forgive(name);
    this.#refused.set(name, { name, version, message });
    return before?.version === version && before.message === message ? 'known' : 'new';
  }

  /** What of `wanted` the proxy refuses. */
  refusals(wanted: ReadonlyMap<string, EncodedResource>): readonly Refusal[] {
    return [...this.#refused.values()].filter(({ name, version }) => wanted.get(name)?.version === version);
  }

  /** Makes what was refused due once more. */
  retryRefused(): void {
    for (const name of this.#refused.keys()) this.#retrying.add(name);
  }

  #forgive(name: string): void {
    this.#refused.delete(name);
    this.#retrying.delete(name);
  }
}
