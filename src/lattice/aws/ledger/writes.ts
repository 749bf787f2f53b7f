import type { Clock } from '../../../ports/clock.ts';
import { childTypes, facts } from '../../model/facts.ts';
import { singletonKey } from '../../model/keys.ts';
import type { KnownEntry, RemoteError } from '../../model/known.ts';
import { formerCluster } from '../../model/ownership.ts';
import type { Resource, ResourceKey, ResourceType } from '../../model/resource.ts';
import { isRef, memberOf } from '../../model/values.ts';
import type { Tries } from '../../plan/step.ts';
import type { Patience } from '../patience.ts';
import type { Found } from '../resources/driver.ts';
import { drivers } from '../resources/drivers.ts';
import type { CallOrder } from './call-order.ts';
import type { ClientTokens } from './client-tokens.ts';
import type { Intake } from './intake.ts';
import type { Memory } from './memory.ts';
import type { Trials } from './trials.ts';

/** One write on one thing, from its beginning to its end. */
export interface WriteTicket {
  readonly key: ResourceKey;
  readonly type: ResourceType;
  readonly began: number;
  /** What the call asks for. */
  readonly attempt: string;
  /** What was known before. */
  readonly before: KnownEntry;
  /** What the call shows to have settled, should it work. */
  readonly tries: Tries;
}

export interface WritesOptions {
  readonly memory: Memory;
  readonly intake: Intake;
  readonly order: CallOrder;
  readonly tokens: ClientTokens;
  readonly trials: Trials;
  readonly patience: Patience;
  readonly clock: Clock;
}

type Written = Pick<KnownEntry, 'tags' | 'for'>;

/**
 * What becomes of writes. While one is under way its key is `pending`; then it worked, was refused (all is as before),
 * or its answer was lost (it may have worked). Each refusal and loss says when to try again.
 */
export class Writes {
  readonly #options: WritesOptions;

  constructor(options: WritesOptions) {
    this.#options = options;
  }

  /**
   * Gives the token of this intention: the same one when the answer to this very call was lost. `beside`: the key of the
   * one that it is to take the place of.
   */
  beginCreate(
    resource: Resource,
    attempt: string,
    { beside, tries }: { readonly beside?: ResourceKey | undefined; readonly tries?: Tries | undefined } = {},
  ): WriteTicket & { readonly clientToken: string } {
    const { memory, tokens, clock } = this.#options;
    const { key, type } = resource;
    const last = memory.entry(key);
    const clientToken = tokens.next(key, attempt, { wasLost: last?.state === 'unknown' });
    const parent = parentOf(resource);
    const old = beside ?? last?.beside;
    memory.set({
      key,
      type,
      state: 'unseen',
      tags: resource.tags,
      owner: 'ours',
      for: resource.for,
      ...(parent === undefined ? {} : { parent }),
      at: clock.now(),
      creating: resource,
      ...(old === undefined ? {} : { beside: old }),
      ...(last?.lost === undefined ? {} : { lost: last.lost }),
    });
    return { ...this.begin(key, type, attempt, tries), clientToken };
  }

  begin(key: ResourceKey, type: ResourceType, attempt: string, tries: Tries = []): WriteTicket {
    const { memory, order } = this.#options;
    const before = memory.entry(key);
    if (before === undefined) throw new Error(`a write on ${key}, of which nothing is known`);
    const { isWrittenFor: _, ...entry } = before;
    memory.set({ ...entry, state: 'pending' });
    return { key, type, began: order.beginWrite(key), attempt, before, tries };
  }

  /** It worked. What its answer shows is a fact, and what hangs off something new is known to be nothing. */
  succeed(ticket: WriteTicket, found: Found, written: Written): void {
    const { intake, trials, patience } = this.#options;
    const { key, type, tries } = ticket;
    const before = this.#end(ticket);
    const isNew = before?.id === undefined;
    patience.succeeded(key);
    intake.place(key, type, found, {
      parent: before?.parent,
      owner: isNew ? 'ours' : before.owner,
      tags: isNew ? written.tags : before.tags,
      for: written.for,
      isWrittenFor: true,
    });
    if (isNew) this.#beginEmpty(ticket, found);
    trials.worked(tries);
  }

  /** It worked for a part: what did not is not tried again before a time. */
  succeedPartly(ticket: WriteTicket, found: Found, written: Written, error: RemoteError): number {
    const { memory, patience } = this.#options;
    this.succeed(ticket, found, written);
    const retryAt = patience.failed(ticket.key, error);
    const entry = memory.entry(ticket.key);
    if (entry !== undefined) memory.set({ ...entry, lastError: error, retryAt, attempted: ticket.attempt });
    return retryAt;
  }

  /** It carries these tags now, ours among them, and is for these objects. */
  tagged(ticket: WriteTicket, { tags, for: objects }: Written, untagged: readonly string[]): void {
    const before = this.#end(ticket);
    if (before === undefined) return;
    const kept = Object.entries(before.tags).filter(([key]) => !untagged.includes(key));
    const all = { ...Object.fromEntries(kept), ...tags };
    const former = before.owner === 'ours' ? formerCluster(before.tags, tags) : undefined;
    this.#options.intake.put({
      ...before,
      tags: all,
      owner: 'ours',
      for: objects,
      ...(former === undefined ? {} : { formerCluster: former }),
    });
  }

  /** It is proven not to exist: deleted, or the call found nothing. All that lived in it is gone too. */
  gone(ticket: WriteTicket): void {
    this.#end(ticket);
    this.#options.patience.succeeded(ticket.key);
    this.#options.memory.remove(ticket.key);
  }

  /** AWS said no: it is as it was. */
  refuse(ticket: WriteTicket, error: RemoteError): number {
    const { memory, tokens, patience, clock } = this.#options;
    const before = this.#end(ticket);
    const retryAt = patience.failed(ticket.key, error, facts[ticket.type].urgent);
    if (before === undefined) return retryAt;
    const isNew = before.id === undefined;
    // Of an earlier try whose answer was lost, a refusal to listen, or for want of room, says nothing.
    if (isNew && before.lost !== undefined && saysNothing.has(error.cause)) {
      memory.set({ ...before, state: 'unknown', lastError: error, retryAt });
      return retryAt;
    }
    const { lost: _lost, creating: _creating, beside: _beside, ...rest } = before;
    memory.set({
      ...rest,
      ...(isNew ? { state: 'gone', at: clock.now() } : {}),
      lastError: error,
      retryAt,
      attempted: ticket.attempt,
    });
    tokens.forget(ticket.key);
    return retryAt;
  }

  /**
   * A refusal that need not mean more than that something else was still in transition: all is as before the call. Says
   * when that is looked at.
   */
  withdraw(ticket: WriteTicket, { cause }: RemoteError): number | undefined {
    const { memory, tokens, trials, clock } = this.#options;
    if (ticket.tries.length === 0 || !mayMeanTooEarly.has(cause)) return undefined;
    const before = this.#end(ticket);
    if (before !== undefined) {
      const { creating: _, beside: __, ...rest } = before;
      memory.set({ ...rest, ...(before.id === undefined ? { state: 'gone', at: clock.now() } : {}) });
    }
    tokens.cameTooEarly(ticket.key);
    return trials.refused(ticket.tries);
  }

  /** Nobody heard the answer: it may have worked. */
  lose(ticket: WriteTicket, error: RemoteError): number {
    const { memory, patience, clock } = this.#options;
    const before = this.#end(ticket);
    const retryAt = patience.failed(ticket.key, error);
    if (before === undefined) return retryAt;
    const lost = (before.lost ?? 0) + 1;
    const tags = ticket.attempt === 'adopt' ? { tagsUnsure: true as const } : {};
    memory.set({ ...before, ...tags, state: 'unknown', at: clock.now(), lost, lastError: error, retryAt });
    return retryAt;
  }

  /** What was known before, where it is: nothing when it proved to be gone meanwhile. */
  #end({ key, began, before }: WriteTicket): KnownEntry | undefined {
    const { memory, order } = this.#options;
    order.endWrite(key, began);
    const now = memory.entry(key);
    return now === undefined ? undefined : inItsPlace(before, now);
  }

  #beginEmpty({ key, type }: WriteTicket, found: Found): void {
    const { memory, intake, clock } = this.#options;
    for (const child of childTypes.get(type) ?? []) {
      const { singleton, listedIn } = facts[child];
      if (singleton !== undefined) {
        const empty = drivers[child].empty?.(found);
        if (empty !== undefined) intake.place(singletonKey(child, key), child, empty, { parent: key });
      } else if (listedIn !== undefined) {
        memory.setCollection({ key: listedIn.collection(key), state: 'known', at: clock.now() });
      }
    }
  }
}

/** As AWS refuses what refers to something in transition: by a conflict, or as if it were not there or could not be meant. */
const mayMeanTooEarly: ReadonlySet<RemoteError['cause']> = new Set(['conflict', 'notFound', 'invalid']);

const saysNothing: ReadonlySet<RemoteError['cause']> = new Set(['throttled', 'denied', 'quota']);

/** What it lives in may have got another key; and a read that was under way then may have ended, or one have begun. */
function inItsPlace(before: KnownEntry, { parent, reading }: KnownEntry): KnownEntry {
  const { reading: _, ...rest } = before;
  return {
    ...rest,
    ...(parent === undefined ? {} : { parent }),
    ...(reading === undefined ? {} : { reading }),
  };
}

function parentOf(resource: Resource): ResourceKey | undefined {
  const { parent } = facts[resource.type];
  const ref = parent === undefined ? undefined : memberOf(resource.spec, parent.member);
  return isRef(ref) ? ref.ref : undefined;
}
