import { childTypes, facts } from '../../model/facts.ts';
import { singletonKey } from '../../model/keys.ts';
import type { CollectionKey, Known, KnownAnswer, KnownCollection, KnownEntry } from '../../model/known.ts';
import type { ResourceKey } from '../../model/resource.ts';

/** Who remembers something else by key, and is told when a key changes or is no more. */
export interface Follower {
  renamed(from: ResourceKey, to: ResourceKey): void;
  removed(key: ResourceKey): void;
}

/**
 * What is known, by key and by ARN. Keeps families together: what hangs off a thing is renamed and removed with it, and
 * so are its listings.
 */
export class Memory {
  readonly #followers: readonly Follower[];
  readonly #entries = new Map<ResourceKey, KnownEntry>();
  readonly #answers = new Map<ResourceKey, KnownAnswer>();
  readonly #collections = new Map<CollectionKey, KnownCollection>();
  readonly #byArn = new Map<string, ResourceKey>();
  /** ARNs that were proven gone: a listing that still shows one is late. */
  readonly #tombstones = new Set<string>();
  readonly #firstReads = new Set<ResourceKey>();
  #view: Known | undefined;

  constructor(followers: readonly Follower[]) {
    this.#followers = followers;
  }

  /** An immutable view. The same one as long as nothing changes. */
  known(): Known {
    this.#view ??= {
      entries: new Map(this.#entries),
      answers: new Map(this.#answers),
      collections: new Map(this.#collections),
      firstReads: new Set(this.#firstReads),
    };
    return this.#view;
  }

  entry(key: ResourceKey): KnownEntry | undefined {
    return this.#entries.get(key);
  }

  entries(): Iterable<KnownEntry> {
    return this.#entries.values();
  }

  answer(key: ResourceKey): KnownAnswer | undefined {
    return this.#answers.get(key);
  }

  collection(key: CollectionKey): KnownCollection | undefined {
    return this.#collections.get(key);
  }

  keyOf(arn: string): ResourceKey | undefined {
    return this.#byArn.get(arn);
  }

  isGone(arn: string): boolean {
    return this.#tombstones.has(arn);
  }

  set(entry: KnownEntry): void {
    this.#entries.set(entry.key, entry);
    if (entry.arn !== undefined && hasOwnArn(entry)) this.#byArn.set(entry.arn, entry.key);
    this.#view = undefined;
  }

  /** What has no entry is being read, or not any more. */
  beginFirstRead(key: ResourceKey): void {
    this.#firstReads.add(key);
    this.#view = undefined;
  }

  endFirstRead(key: ResourceKey): void {
    if (this.#firstReads.delete(key)) this.#view = undefined;
  }

  setAnswer(answer: KnownAnswer): void {
    this.#answers.set(answer.key, answer);
    this.#view = undefined;
  }

  setCollection(listing: KnownCollection): void {
    this.#collections.set(listing.key, listing);
    this.#view = undefined;
  }

  /** From now on it goes by another key, and what hangs off it with it. Who went by that key goes by one with its id. */
  rename(from: ResourceKey, to: ResourceKey): void {
    const entry = this.#entries.get(from);
    const other = this.#entries.get(to);
    if (entry === undefined || from === to || isInFlight(entry) || isInFlight(other)) return;
    if (other?.id !== undefined) this.rename(to, `${to}@${other.id}`);
    this.#entries.delete(from);
    this.set({ ...entry, key: to });
    for (const follower of this.#followers) follower.renamed(from, to);
    for (const child of this.#entries.values()) {
      if (child.parent !== from) continue;
      this.set({ ...child, parent: to });
      if (facts[child.type].singleton !== undefined) this.rename(child.key, singletonKey(child.type, to));
    }
    for (const collection of listingsIn(entry)) {
      const listing = this.#collections.get(collection(from));
      if (listing === undefined) continue;
      this.#collections.delete(listing.key);
      this.setCollection({ ...listing, key: collection(to) });
    }
  }

  /** It is proven not to exist, and all that lived in it. */
  remove(key: ResourceKey): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    if (entry.arn !== undefined && hasOwnArn(entry)) {
      this.#byArn.delete(entry.arn);
      this.#bury(entry.arn);
    }
    for (const follower of this.#followers) follower.removed(key);
    this.#entries.delete(key);
    this.#view = undefined;
    for (const collection of listingsIn(entry)) this.#collections.delete(collection(key));
    for (const other of this.#entries.values()) {
      if (other.parent === key) this.remove(other.key);
      else if (entry.arn !== undefined) this.#release(other, entry.arn);
    }
  }

  /** What is gone uses nothing any more. */
  #release(entry: KnownEntry, arn: string): void {
    const { fact } = entry;
    if (fact?.usedBy?.includes(arn) !== true) return;
    this.set({ ...entry, fact: { ...fact, usedBy: fact.usedBy.filter((user) => user !== arn) } });
  }

  #bury(arn: string): void {
    this.#tombstones.add(arn);
    const [oldest] = this.#tombstones;
    if (this.#tombstones.size > tombstonesKept && oldest !== undefined) this.#tombstones.delete(oldest);
  }
}

const tombstonesKept = 10_000;

/** Its call ends under the key under which it began, also one that creates it: who had that key by then would be forgotten. */
function isInFlight(entry: KnownEntry | undefined): boolean {
  return entry?.state === 'pending';
}

/** An only child is found at its parent's ARN. */
function hasOwnArn({ type }: KnownEntry): boolean {
  return facts[type].singleton === undefined;
}

/** The listings of what hangs off a thing, by its key. */
function listingsIn({ type }: KnownEntry): readonly ((key: ResourceKey) => CollectionKey)[] {
  return (childTypes.get(type) ?? []).flatMap((child) => facts[child].listedIn?.collection ?? []);
}
