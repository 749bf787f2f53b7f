import type { Clock } from '../../../ports/clock.ts';
import { facts } from '../../model/facts.ts';
import type { CollectionKey, KnownEntry, RemoteError } from '../../model/known.ts';
import type { ResourceKey, ResourceType } from '../../model/resource.ts';
import { defaultPlanSettings } from '../../plan/settings.ts';
import type { Patience } from '../patience.ts';
import type { Found } from '../resources/driver.ts';
import type { CallOrder } from './call-order.ts';
import type { Intake } from './intake.ts';
import type { Memory } from './memory.ts';

/** One listing, from its beginning to its end. */
export interface ListingTicket {
  readonly key: CollectionKey;
  readonly type: ResourceType;
  readonly parent: ResourceKey | undefined;
  /** Of the parent: its key may change meanwhile. */
  readonly parentArn: string | undefined;
  readonly began: number;
  /** When it began, by our clock. */
  readonly at: number;
}

export interface ListingsOptions {
  readonly memory: Memory;
  readonly intake: Intake;
  readonly order: CallOrder;
  readonly patience: Patience;
  readonly clock: Clock;
}

/** What listings show: they add and refresh, and never remove. */
export class Listings {
  readonly #options: ListingsOptions;

  constructor(options: ListingsOptions) {
    this.#options = options;
  }

  begin(key: CollectionKey, type: ResourceType, parent: ResourceKey | undefined): ListingTicket {
    const { memory, order, clock } = this.#options;
    const before = memory.collection(key);
    memory.setCollection(
      before?.state === 'known'
        ? { ...before, reading: true }
        : { key, state: 'pending', at: before?.at ?? Number.NEGATIVE_INFINITY },
    );
    const parentArn = parent === undefined ? undefined : memory.entry(parent)?.arn;
    return { key, type, parent, parentArn, began: order.begin(), at: clock.now() };
  }

  /** What of a listing is not known yet, so that more has to be asked before it says anything. */
  isNew({ arn }: Found): boolean {
    const { memory } = this.#options;
    return memory.keyOf(arn) === undefined && !memory.isGone(arn);
  }

  /** Says nothing when what it is about proved to be gone meanwhile. */
  finish(began: ListingTicket, items: readonly Found[]): void {
    const { memory, patience } = this.#options;
    patience.succeeded(began.key);
    const ticket = this.#now(began);
    if (ticket === undefined) return;
    for (const found of items) this.#place(ticket, found);
    this.#forgetNeverMade(ticket);
    memory.setCollection({ key: ticket.key, state: 'known', at: ticket.at });
  }

  fail(began: ListingTicket, error: RemoteError): number {
    const { memory, patience } = this.#options;
    const retryAt = patience.failed(began.key, error);
    const ticket = this.#now(began);
    if (ticket === undefined) return retryAt;
    const before = memory.collection(ticket.key);
    const state = before?.reading === true ? 'known' : 'unknown';
    memory.setCollection({ key: ticket.key, state, at: before?.at ?? ticket.at, lastError: error, retryAt });
    return retryAt;
  }

  /** With the keys that the parent and its listing have by now; nothing when the parent is gone. */
  #now(ticket: ListingTicket): ListingTicket | undefined {
    const { type, parentArn } = ticket;
    if (parentArn === undefined) return ticket;
    const parent = this.#options.memory.keyOf(parentArn);
    if (parent === undefined) return undefined;
    return { ...ticket, parent, key: facts[type].listedIn?.collection(parent) ?? ticket.key };
  }

  /** Something contradicts what is known of it: it is made again before anything relies on it. */
  doubt(key: CollectionKey): void {
    const { memory } = this.#options;
    const listing = memory.collection(key);
    if (listing?.state === 'known') memory.setCollection({ ...listing, state: 'unknown' });
  }

  #place(ticket: ListingTicket, found: Found): void {
    const { memory, intake, order } = this.#options;
    const { type } = ticket;
    if (memory.isGone(found.arn)) return;
    const known = memory.keyOf(found.arn);
    // A listing across parents shows others' children too; they are found through their own parent or not at all.
    if (known === undefined && ticket.parent === undefined && facts[type].parent !== undefined) return;
    const key = known ?? intake.keyFor(type, found, ticket.parent);
    if (!order.counts(key, ticket.began)) return;
    const entry = known === undefined ? undefined : memory.entry(known);
    if (entry !== undefined && isBehind(entry, found)) return;
    intake.place(key, type, found, {
      askedAt: ticket.at,
      parent: ticket.parent ?? entry?.parent,
      ...(entry === undefined ? {} : { tags: entry.tags, for: entry.for, owner: entry.owner }),
    });
  }

  /** A creation whose answer was lost long enough ago, and which a listing does not show, never happened. */
  #forgetNeverMade({ type, parent, at }: ListingTicket): void {
    const { memory } = this.#options;
    for (const entry of memory.entries()) {
      const isLost = entry.id === undefined && entry.state === 'unknown';
      if (!isLost || entry.type !== type || entry.parent !== parent) continue;
      if (at >= entry.at + defaultPlanSettings.settleTime) memory.remove(entry.key);
    }
  }
}

/** A listing may be late: what has been active is never being created again. */
function isBehind({ fact }: KnownEntry, found: Found): boolean {
  const lifecycle = found.fact?.lifecycle ?? found.lifecycle;
  return (
    fact?.lifecycle.phase !== 'inProgress' && lifecycle?.phase === 'inProgress' && lifecycle.of === 'create'
  );
}
