import type { Clock } from '../../../ports/clock.ts';
import { facts } from '../../model/facts.ts';
import { singletonKey } from '../../model/keys.ts';
import type { KnownEntry, RemoteError } from '../../model/known.ts';
import type { ResourceKey, ResourceType } from '../../model/resource.ts';
import type { Patience } from '../patience.ts';
import type { Found } from '../resources/driver.ts';
import type { CallOrder } from './call-order.ts';
import type { Intake } from './intake.ts';
import type { Memory } from './memory.ts';

/** One read of one thing, from its beginning to its end. */
export interface ReadTicket {
  readonly key: ResourceKey;
  readonly type: ResourceType;
  /** Of what is read, where it was known before: keys may change meanwhile. */
  readonly arn: string | undefined;
  /** Where it lives in what an answer found: that goes by no key of ours, and no read of it would prove that it is gone. */
  readonly answered: ResourceKey | undefined;
  readonly began: number;
  /** When it began, by our clock. */
  readonly at: number;
}

export interface ReadsOptions {
  readonly memory: Memory;
  readonly intake: Intake;
  readonly order: CallOrder;
  readonly patience: Patience;
  readonly clock: Clock;
}

/** What a Get of a thing itself shows: nothing is surer, unless a write was under way meanwhile. */
export class Reads {
  readonly #options: ReadsOptions;

  constructor(options: ReadsOptions) {
    this.#options = options;
  }

  begin(key: ResourceKey, type: ResourceType, parent?: ResourceKey): ReadTicket {
    const { memory, order, clock } = this.#options;
    const entry = memory.entry(key);
    if (entry === undefined) memory.beginFirstRead(key);
    else memory.set({ ...entry, reading: true });
    const answered = parent !== undefined && memory.answer(parent) !== undefined ? parent : undefined;
    return { key, type, arn: entry?.arn, answered, began: order.begin(), at: clock.now() };
  }

  /**
   * Counts only if no call on that key began after the read did, or was in flight when it began; and not when the thing,
   * or what it lives in, proved to be gone meanwhile.
   */
  finish(ticket: ReadTicket, found: Found): void {
    const { memory, intake, order, patience } = this.#options;
    const { type, began, at } = ticket;
    patience.succeeded(`read ${ticket.key}`);
    const key = this.#end(ticket);
    if (key === undefined) return;
    const entry = this.#stop(key);
    const parent =
      ticket.answered ?? (entry === undefined ? this.#singletonParent(type, found) : entry.parent);
    // What an only child lives in may be known by an answer alone; but not be gone.
    if ((entry === undefined && memory.isGone(found.arn)) || !order.counts(key, began)) return;
    intake.place(key, type, found, {
      askedAt: at,
      parent,
      ...(entry === undefined ? {} : { tags: entry.tags, for: entry.for, owner: entry.owner }),
    });
    intake.callByWhatItIs(key, type, found);
  }

  finishGone(ticket: ReadTicket): void {
    const { memory, order } = this.#options;
    const key = this.#end(ticket);
    if (key === undefined) return;
    this.#stop(key);
    if (order.counts(key, ticket.began)) memory.remove(key);
  }

  fail(ticket: ReadTicket, error: RemoteError): number {
    const { memory, patience } = this.#options;
    const retryAt = patience.failed(`read ${ticket.key}`, error, facts[ticket.type].urgent);
    const key = this.#end(ticket);
    const entry = key === undefined ? undefined : this.#stop(key);
    if (entry !== undefined) memory.set({ ...entry, lastError: error, retryAt, attempted: 'read' });
    return retryAt;
  }

  /** Gives the key that it has by now; nothing when it is gone. */
  #end({ key, type, arn, answered }: ReadTicket): ResourceKey | undefined {
    const { memory } = this.#options;
    memory.endFirstRead(key);
    if (arn === undefined || answered !== undefined) return key;
    const now = memory.keyOf(arn);
    return now === undefined || facts[type].singleton === undefined ? now : singletonKey(type, now);
  }

  #stop(key: ResourceKey): KnownEntry | undefined {
    const { memory } = this.#options;
    const entry = memory.entry(key);
    if (entry === undefined) return undefined;
    const { reading: _, ...rest } = entry;
    memory.set(rest);
    return rest;
  }

  #singletonParent(type: ResourceType, { arn }: Found): ResourceKey | undefined {
    return facts[type].singleton === undefined ? undefined : this.#options.memory.keyOf(arn);
  }
}
