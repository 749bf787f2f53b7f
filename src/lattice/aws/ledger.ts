import { facts, typesInOrder } from '../model/facts.ts';
import type {
  CollectionKey,
  Fact,
  Known,
  KnownAnswer,
  KnownCollection,
  KnownEntry,
  Lifecycle,
  RemoteError,
} from '../model/known.ts';
import type { Answer, Question } from '../model/model.ts';
import { singletonKey } from '../model/keys.ts';
import { objectsNamedBy, tagOf } from '../model/ownership.ts';
import type { Resource, ResourceKey, ResourceType, Tags } from '../model/resource.ts';
import { isRef, memberOf } from '../model/values.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { defaultPlanSettings } from '../plan/settings.ts';
import { waitAfter } from './patience.ts';
import { drivers } from './resources/drivers.ts';
import type { Address, Found } from './resources/driver.ts';
import { noTargets } from './resources/targets.ts';
import { Transitions } from './transitions.ts';

export interface LedgerOptions {
  /** Our `ManagedBy` tag. */
  readonly managedBy: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** One call on one key, from its beginning to its end. */
export interface Ticket {
  readonly key: ResourceKey;
  readonly type: ResourceType;
  readonly began: number;
  /** When it began, by our clock. */
  readonly at: number;
  /** What the call asks for; empty for reads. */
  readonly attempt: string;
}

export interface CollectionTicket {
  readonly key: CollectionKey;
  readonly type: ResourceType;
  readonly parent: ResourceKey | undefined;
  readonly began: number;
  readonly at: number;
}

/**
 * What we know of Lattice, and the only state of the controller that changes. It is empty at start: nothing in it cannot
 * be learned again. Every call is told to it before and after; what is known between is `known()`.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #entries = new Map<ResourceKey, KnownEntry>();
  readonly #answers = new Map<ResourceKey, KnownAnswer>();
  readonly #collections = new Map<CollectionKey, KnownCollection>();
  readonly #byArn = new Map<string, ResourceKey>();
  /** ARNs that were proven gone: a listing that still shows one is late. */
  readonly #tombstones = new Set<string>();
  /** When the last write on a key began and ended, in calls begun so far. */
  readonly #writes = new Map<ResourceKey, { began: number; ended: number }>();
  readonly #before = new Map<ResourceKey, KnownEntry>();
  readonly #tokens = new Map<ResourceKey, { attempt: string; token: string }>();
  readonly #failures = new Map<string, number>();
  readonly #transitions = new Transitions();
  readonly #listeners = new Set<() => void>();
  #calls = 0;
  #view: Known | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** An immutable view. The same one as long as nothing changes. */
  known(): Known {
    this.#view ??= {
      entries: new Map(this.#entries),
      answers: new Map(this.#answers),
      collections: new Map(this.#collections),
    };
    return this.#view;
  }

  entry(key: ResourceKey): KnownEntry | undefined {
    return this.#entries.get(key);
  }

  answer(key: ResourceKey): KnownAnswer | undefined {
    return this.#answers.get(key);
  }

  /** Calls `listener` when a call settles that its pass did not wait for. Gives the way to stop. */
  onSettled(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A straggler has settled. */
  announce(): void {
    for (const listener of this.#listeners) listener();
  }

  // Writes

  /**
   * Gives the token of this intention: the same one when the answer to this very call was lost. `beside`: the key of the
   * one that it is to take the place of.
   */
  beginCreate(
    resource: Resource,
    attempt: string,
    beside?: ResourceKey,
  ): Ticket & { readonly clientToken: string } {
    const { key, type } = resource;
    const memory = this.#entries.get(key);
    const last = this.#tokens.get(key);
    const isRetry = memory?.state === 'unknown' && last?.attempt === attempt;
    const clientToken = isRetry ? last.token : this.#options.random.uuid();
    this.#tokens.set(key, { attempt, token: clientToken });
    const parent = this.#parentOf(resource);
    const old = beside ?? memory?.beside;
    this.#set(key, {
      key,
      type,
      state: 'unseen',
      tags: resource.tags,
      owner: 'ours',
      for: resource.for,
      ...(parent === undefined ? {} : { parent }),
      at: this.#now(),
      creating: resource,
      ...(old === undefined ? {} : { beside: old }),
      ...(memory?.lost === undefined ? {} : { lost: memory.lost }),
    });
    return { ...this.beginWrite(key, type, attempt), clientToken };
  }

  beginWrite(key: ResourceKey, type: ResourceType, attempt: string): Ticket {
    const began = this.#begin();
    const entry = this.#entries.get(key);
    if (entry === undefined) throw new Error(`a write on ${key}, of which nothing is known`);
    this.#writes.set(key, { began, ended: Number.POSITIVE_INFINITY });
    this.#before.set(key, entry);
    this.#set(key, { ...entry, state: 'pending' });
    return { key, type, began, at: this.#now(), attempt };
  }

  /** It worked. What its answer shows is a fact, and what hangs off something new is known to be nothing. */
  succeed(ticket: Ticket, found: Found, written: Pick<KnownEntry, 'tags' | 'for'>): void {
    const before = this.#end(ticket);
    const isNew = before?.id === undefined;
    this.#failures.delete(ticket.key);
    this.#place(ticket.key, ticket.type, found, {
      parent: before?.parent,
      owner: isNew ? 'ours' : (before.owner ?? 'ours'),
      tags: isNew ? written.tags : before.tags,
      for: written.for,
    });
    if (isNew) this.#beginEmpty(ticket, found);
  }

  /** It worked for a part: what did not is not tried again before a time. */
  succeedPartly(
    ticket: Ticket,
    found: Found,
    written: Pick<KnownEntry, 'tags' | 'for'>,
    error: RemoteError,
  ): number {
    this.succeed(ticket, found, written);
    const retryAt = this.#retryAt(ticket.key, error);
    const entry = this.#entries.get(ticket.key);
    if (entry !== undefined) {
      this.#set(ticket.key, { ...entry, lastError: error, retryAt, attempted: ticket.attempt });
    }
    return retryAt;
  }

  /** It carries these tags now, ours among them. */
  tagged(ticket: Ticket, tags: Tags): void {
    const before = this.#end(ticket);
    if (before !== undefined)
      this.#set(ticket.key, { ...before, tags: { ...before.tags, ...tags }, owner: 'ours' });
  }

  /** It is proven not to exist: deleted, or a Get of itself found nothing. All that lived in it is gone too. */
  gone(ticket: Ticket): void {
    this.#end(ticket);
    this.#failures.delete(ticket.key);
    this.#remove(ticket.key);
  }

  /** AWS said no: it is as it was, and not to be tried again before a time. */
  refuse(ticket: Ticket, error: RemoteError): number {
    const before = this.#end(ticket) ?? this.#entries.get(ticket.key);
    const retryAt = this.#retryAt(ticket.key, error);
    if (before === undefined) return retryAt;
    // Of an earlier try whose answer was lost, a refusal to listen says nothing.
    const isStillLost = before.id === undefined && before.lost !== undefined && saysNothing.has(error.cause);
    if (isStillLost) {
      this.#set(ticket.key, { ...before, state: 'unknown', lastError: error, retryAt });
      return retryAt;
    }
    const { lost: _lost, creating: _creating, beside: _beside, ...rest } = before;
    this.#set(ticket.key, {
      ...rest,
      state: before.id === undefined ? 'gone' : before.state,
      at: before.id === undefined ? this.#now() : before.at,
      lastError: error,
      retryAt,
      attempted: ticket.attempt,
    });
    this.#tokens.delete(ticket.key);
    return retryAt;
  }

  /** Nobody heard the answer: it may have worked. */
  lose(ticket: Ticket, error: RemoteError): number {
    const before = this.#end(ticket) ?? this.#entries.get(ticket.key);
    const retryAt = this.#retryAt(ticket.key, error);
    if (before === undefined) return retryAt;
    this.#set(ticket.key, {
      ...before,
      state: 'unknown',
      at: this.#now(),
      lost: (before.lost ?? 0) + 1,
      lastError: error,
      retryAt,
    });
    return retryAt;
  }

  /** Something contradicts what is known of it: it is read before anything else is done to it. */
  doubt(key: ResourceKey): void {
    const entry = this.#entries.get(key);
    if (entry?.id !== undefined && entry.state === 'known') this.#set(key, { ...entry, state: 'unknown' });
  }

  /** The same of a listing. */
  doubtCollection(key: CollectionKey): void {
    const listing = this.#collections.get(key);
    if (listing?.state === 'known') this.#setCollection({ ...listing, state: 'unknown' });
  }

  // Reads

  beginRead(key: ResourceKey, type: ResourceType): Ticket {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#set(key, { ...entry, reading: true });
    return { key, type, began: this.#begin(), at: this.#now(), attempt: '' };
  }

  /** Counts only if no call on that key began after the read did, or was in flight when it began. */
  finishRead(ticket: Ticket, found: Found): void {
    const entry = this.#stopReading(ticket.key);
    this.#failures.delete(`read ${ticket.key}`);
    if (!this.#counts(ticket.key, ticket.began)) return;
    this.#place(ticket.key, ticket.type, found, {
      askedAt: ticket.at,
      parent: entry?.parent ?? this.#singletonParent(ticket.type, found),
      ...(entry === undefined ? {} : { tags: entry.tags, for: entry.for, owner: entry.owner }),
    });
    this.#callByWhatItIs(ticket, found);
  }

  finishReadGone(ticket: Ticket): void {
    this.#stopReading(ticket.key);
    if (this.#counts(ticket.key, ticket.began)) this.#remove(ticket.key);
  }

  failRead(ticket: Ticket, error: RemoteError): number {
    const retryAt = this.#retryAt(`read ${ticket.key}`, error);
    const entry = this.#stopReading(ticket.key);
    if (entry !== undefined)
      this.#set(ticket.key, { ...entry, lastError: error, retryAt, attempted: 'read' });
    return retryAt;
  }

  beginCollection(key: CollectionKey, type: ResourceType, parent: ResourceKey | undefined): CollectionTicket {
    const before = this.#collections.get(key);
    this.#setCollection(
      before?.state === 'known'
        ? { ...before, reading: true }
        : { key, state: 'pending', at: before?.at ?? Number.NEGATIVE_INFINITY },
    );
    return { key, type, parent, began: this.#begin(), at: this.#now() };
  }

  /** What of a listing is not known yet, so that more has to be asked before it says anything. */
  isNew({ arn }: Found): boolean {
    return !this.#byArn.has(arn) && !this.#tombstones.has(arn);
  }

  /** Adds and refreshes, and never removes. */
  finishCollection(ticket: CollectionTicket, items: readonly Found[]): void {
    this.#failures.delete(ticket.key);
    for (const found of items) this.#placeListed(ticket, found);
    this.#forgetNeverMade(ticket);
    this.#setCollection({ key: ticket.key, state: 'known', at: ticket.at });
  }

  failCollection(ticket: CollectionTicket, error: RemoteError): number {
    const before = this.#collections.get(ticket.key);
    const retryAt = this.#retryAt(ticket.key, error);
    const state = before?.reading === true ? 'known' : 'unknown';
    this.#setCollection({ key: ticket.key, state, at: before?.at ?? ticket.at, lastError: error, retryAt });
    return retryAt;
  }

  beginAnswer({ key, type }: Question): void {
    const before = this.#answers.get(key);
    this.#setAnswer({
      key,
      type,
      state: 'pending',
      at: before?.at ?? this.#now(),
      ...(before?.answer === undefined ? {} : { answer: before.answer }),
    });
  }

  finishAnswer({ key, type }: Question, answer: Answer): void {
    this.#failures.delete(key);
    this.#setAnswer({ key, type, state: 'known', answer, at: this.#now() });
  }

  /** The last answer is kept. */
  failAnswer({ key, type }: Question, error: RemoteError): number {
    const before = this.#answers.get(key);
    const retryAt = this.#retryAt(key, error);
    this.#setAnswer({
      key,
      type,
      state: 'unknown',
      at: before?.at ?? this.#now(),
      ...(before?.answer === undefined ? {} : { answer: before.answer }),
      lastError: error,
      retryAt,
    });
    return retryAt;
  }

  // Names

  /** From now on it goes by another key, and what hangs off it with it. Who went by that key goes by one with its id. */
  rename(from: ResourceKey, to: ResourceKey): void {
    const entry = this.#entries.get(from);
    const other = this.#entries.get(to);
    if (entry === undefined || from === to || (other?.id !== undefined && other.state === 'pending')) return;
    if (other?.id !== undefined) this.rename(to, `${to}@${other.id}`);
    this.#entries.delete(from);
    this.#set(to, { ...entry, key: to });
    if (entry.arn !== undefined && facts[entry.type].singleton === undefined) this.#byArn.set(entry.arn, to);
    const write = this.#writes.get(from);
    this.#writes.delete(from);
    if (write !== undefined) this.#writes.set(to, write);
    for (const child of this.#entries.values()) {
      if (child.parent !== from) continue;
      this.#set(child.key, { ...child, parent: to });
      if (facts[child.type].singleton !== undefined) this.rename(child.key, singletonKey(child.type, to));
    }
    for (const type of typesInOrder) {
      const { parent, listedIn } = facts[type];
      if (parent?.type !== entry.type || listedIn === undefined) continue;
      const listing = this.#collections.get(listedIn.collection(from));
      if (listing === undefined) continue;
      this.#collections.delete(listing.key);
      this.#setCollection({ ...listing, key: listedIn.collection(to) });
    }
  }

  /** The tags of an ARN, where they have been read. */
  tagsOf(arn: string): Tags | undefined {
    const entry = this.#entries.get(this.#byArn.get(arn) ?? '');
    return entry === undefined || entry.owner === 'unread' ? undefined : entry.tags;
  }

  /** Where something is, for a call; of a singleton, where its parent is. */
  addressOf(key: ResourceKey): Address | undefined {
    const entry = this.#entries.get(key);
    if (entry?.id === undefined || entry.arn === undefined) return undefined;
    return { id: entry.id, arn: entry.arn, ...(entry.fact === undefined ? {} : { fact: entry.fact }) };
  }

  // Details

  #now(): number {
    return this.#options.clock.now();
  }

  #begin(): number {
    this.#calls += 1;
    return this.#calls;
  }

  #end(ticket: Ticket): KnownEntry | undefined {
    this.#writes.set(ticket.key, { began: ticket.began, ended: this.#begin() });
    const before = this.#before.get(ticket.key);
    this.#before.delete(ticket.key);
    return before;
  }

  #counts(key: ResourceKey, began: number): boolean {
    const write = this.#writes.get(key);
    return write === undefined || (write.ended < began && write.began < began);
  }

  #retryAt(key: string, error: RemoteError): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return Math.ceil(this.#now()) + waitAfter(error, failures, this.#options.random.next());
  }

  #stopReading(key: ResourceKey): KnownEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const { reading: _, ...rest } = entry;
    this.#set(key, rest);
    return rest;
  }

  #placeListed(ticket: CollectionTicket, found: Found): void {
    const { type } = ticket;
    if (this.#tombstones.has(found.arn)) return;
    const known = this.#byArn.get(found.arn);
    // A listing across parents shows others' children too; they are found through their own parent or not at all.
    if (known === undefined && ticket.parent === undefined && facts[type].parent !== undefined) return;
    const key = known ?? this.#newKey(type, found, ticket.parent);
    if (!this.#counts(key, ticket.began)) return;
    const entry = known === undefined ? undefined : this.#entries.get(known);
    if (entry !== undefined && isBehind(entry, found)) return;
    this.#place(key, type, found, {
      askedAt: ticket.at,
      parent: ticket.parent ?? entry?.parent,
      ...(entry === undefined ? {} : { tags: entry.tags, for: entry.for, owner: entry.owner }),
    });
  }

  /** A creation whose answer was lost long enough ago, and which a listing does not show, never happened. */
  #forgetNeverMade({ type, parent, at }: CollectionTicket): void {
    for (const entry of this.#entries.values()) {
      const isLost = entry.id === undefined && entry.state === 'unknown';
      if (!isLost || entry.type !== type || entry.parent !== parent) continue;
      if (at >= entry.at + defaultPlanSettings.settleTime) this.#remove(entry.key);
    }
  }

  /** A change whose answer was lost, or that somebody else made, may have turned it into what another key says. */
  #callByWhatItIs({ key, type }: Ticket, found: Found): void {
    if (facts[type].keyed.length === 0) return;
    const entry = this.#entries.get(key);
    const wish = drivers[type].keyFor(found, entry?.parent);
    if (wish === undefined || wish === key) return;
    const other = this.#entries.get(wish);
    this.rename(key, other?.id === undefined && other?.state !== 'pending' ? wish : `${wish}@${found.id}`);
  }

  /** A lost creation that the listing shows gets its own key; a twin gets one with its id. */
  #newKey(type: ResourceType, found: Found, parent: ResourceKey | undefined): ResourceKey {
    const ours = facts[type].ownership !== 'own' || this.#isOurs(found.tags ?? {});
    const wish = ours ? drivers[type].keyFor(found, parent) : undefined;
    if (wish === undefined) return `${type}/${found.id}`;
    return this.#entries.get(wish)?.id === undefined ? wish : `${wish}@${found.id}`;
  }

  #place(key: ResourceKey, type: ResourceType, found: Found, from: Origin): void {
    const before = this.#entries.get(key);
    const { parent } = from;
    const tags = found.tags ?? from.tags ?? {};
    const fact = found.fact ?? refreshed(before?.fact, found);
    const now = this.#now();
    const { askedAt = now } = from;
    const pollAt = this.#transitions.next(key, type, fact?.lifecycle ?? found.lifecycle, { now, askedAt });
    const name = found.name ?? before?.name;
    const refusal = fact === undefined ? {} : this.#refusalAfter(key, before, fact.lifecycle);
    if (facts[type].singleton === undefined) this.#byArn.set(found.arn, key);
    this.#set(key, {
      key,
      type,
      state:
        found.fact === undefined && (before?.fact === undefined || before.state !== 'known')
          ? 'unseen'
          : 'known',
      id: found.id,
      arn: found.arn,
      ...(name === undefined ? {} : { name }),
      ...(fact === undefined ? {} : { fact }),
      tags,
      owner: this.#ownerOf(type, tags, { given: found.tags !== undefined, parent, before: from.owner }),
      for: this.#objectsOf(tags, parent, from.for),
      ...(parent === undefined ? {} : { parent }),
      at: found.fact === undefined ? (before?.at ?? now) : now,
      ...(before?.reading === true ? { reading: true } : {}),
      ...(pollAt === undefined ? {} : { pollAt }),
      ...refusal,
    });
  }

  /** A refusal is remembered over reads. A creation that failed for good counts as one, so that the next is not at once. */
  #refusalAfter(
    key: ResourceKey,
    before: KnownEntry | undefined,
    lifecycle: Lifecycle,
  ): Pick<KnownEntry, 'lastError' | 'retryAt' | 'attempted'> {
    const hasFailed = lifecycle.phase === 'failed' && lifecycle.of === 'create';
    if (lifecycle.phase === 'active') this.#failures.delete(`creation of ${key}`);
    if (hasFailed && before?.fact?.lifecycle.phase !== 'failed') {
      const { code, message } = lifecycle;
      const lastError: RemoteError = { cause: 'serverFault', code, message, operation: 'creation' };
      const retryAt = this.#retryAt(`creation of ${key}`, lastError);
      return { lastError, retryAt, attempted: this.#tokens.get(key)?.attempt ?? '' };
    }
    const { lastError, retryAt, attempted } = before ?? {};
    if (attempted === undefined || attempted === 'read' || before?.state === 'pending') return {};
    return {
      attempted,
      ...(lastError === undefined ? {} : { lastError }),
      ...(retryAt === undefined ? {} : { retryAt }),
    };
  }

  #ownerOf(
    type: ResourceType,
    tags: Tags,
    {
      given,
      parent,
      before,
    }: { given: boolean; parent: ResourceKey | undefined; before: KnownEntry['owner'] | undefined },
  ): KnownEntry['owner'] {
    switch (facts[type].ownership) {
      case 'own':
        return given || before === undefined ? (this.#isOurs(tags) ? 'ours' : 'foreign') : before;
      case 'ownLate':
        return given ? (this.#isOurs(tags) ? 'ours' : 'foreign') : (before ?? 'unread');
      case 'parent':
        return (parent === undefined ? undefined : this.#entries.get(parent)?.owner) ?? before ?? 'foreign';
    }
  }

  #isOurs(tags: Tags): boolean {
    return tagOf(tags, 'ManagedBy') === this.#options.managedBy;
  }

  #objectsOf(
    tags: Tags,
    parent: ResourceKey | undefined,
    remembered: KnownEntry['for'] = [],
  ): KnownEntry['for'] {
    if (remembered.length > 0) return remembered;
    const named = objectsNamedBy(tags);
    if (named.length > 0 || parent === undefined) return named;
    return this.#entries.get(parent)?.for ?? [];
  }

  #beginEmpty({ key, type }: Ticket, found: Found): void {
    for (const child of typesInOrder) {
      const { parent, singleton, listedIn } = facts[child];
      if (parent?.type !== type) continue;
      if (singleton !== undefined)
        this.#place(singletonKey(child, key), child, noTargets(found), { parent: key });
      else if (listedIn !== undefined) {
        this.#setCollection({ key: listedIn.collection(key), state: 'known', at: this.#now() });
      }
    }
  }

  #parentOf(resource: Resource): ResourceKey | undefined {
    const { parent } = facts[resource.type];
    const ref = parent === undefined ? undefined : memberOf(resource.spec, parent.member);
    return isRef(ref) ? ref.ref : undefined;
  }

  #singletonParent(type: ResourceType, found: Found): ResourceKey | undefined {
    return facts[type].singleton !== undefined ? this.#byArn.get(found.arn) : undefined;
  }

  #remove(key: ResourceKey): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    if (entry.arn !== undefined && facts[entry.type].singleton === undefined) {
      this.#byArn.delete(entry.arn);
      this.#bury(entry.arn);
    }
    for (const memory of [this.#writes, this.#tokens, this.#before]) memory.delete(key);
    this.#transitions.forget(key, this.#now());
    this.#entries.delete(key);
    this.#view = undefined;
    for (const type of typesInOrder) {
      const { parent, listedIn } = facts[type];
      if (parent?.type === entry.type && listedIn !== undefined)
        this.#collections.delete(listedIn.collection(key));
    }
    for (const other of this.#entries.values()) {
      if (other.parent === key) this.#remove(other.key);
      else if (entry.arn !== undefined) this.#release(other, entry.arn);
    }
  }

  /** What is gone uses nothing any more. */
  #release(entry: KnownEntry, arn: string): void {
    const { fact } = entry;
    if (fact?.usedBy?.includes(arn) !== true) return;
    this.#set(entry.key, { ...entry, fact: { ...fact, usedBy: fact.usedBy.filter((user) => user !== arn) } });
  }

  #bury(arn: string): void {
    this.#tombstones.add(arn);
    const [oldest] = this.#tombstones;
    if (this.#tombstones.size > tombstonesKept && oldest !== undefined) this.#tombstones.delete(oldest);
  }

  #set(key: ResourceKey, entry: KnownEntry): void {
    this.#entries.set(key, entry);
    this.#view = undefined;
  }

  #setCollection(listing: KnownCollection): void {
    this.#collections.set(listing.key, listing);
    this.#view = undefined;
  }

  #setAnswer(answer: KnownAnswer): void {
    this.#answers.set(answer.key, answer);
    this.#view = undefined;
  }
}

const saysNothing: ReadonlySet<RemoteError['cause']> = new Set(['throttled', 'denied']);

const tombstonesKept = 10_000;

/** What a fact comes with besides itself. */
interface Origin extends Partial<Pick<KnownEntry, 'tags' | 'for' | 'owner'>> {
  readonly parent: ResourceKey | undefined;
  /** When the read that shows it began; our own answers are as of their arrival. */
  readonly askedAt?: number;
}

/** A listing may be late: what has been active is never being created again. */
function isBehind({ fact }: KnownEntry, found: Found): boolean {
  const lifecycle = found.fact?.lifecycle ?? found.lifecycle;
  return (
    fact?.lifecycle.phase !== 'inProgress' && lifecycle?.phase === 'inProgress' && lifecycle.of === 'create'
  );
}

function refreshed(fact: Fact | undefined, { lifecycle, usedBy }: Found): Fact | undefined {
  if (fact === undefined) return undefined;
  return {
    ...fact,
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(usedBy === undefined ? {} : { usedBy }),
  };
}
