import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Known, KnownAnswer, KnownEntry } from '../model/known.ts';
import type { ResourceKey, Tags } from '../model/resource.ts';
import { Answers } from './ledger/answers.ts';
import { CallOrder } from './ledger/call-order.ts';
import { ClientTokens } from './ledger/client-tokens.ts';
import { Intake } from './ledger/intake.ts';
import { Listings } from './ledger/listings.ts';
import { Memory } from './ledger/memory.ts';
import { Reads } from './ledger/reads.ts';
import { Trials } from './ledger/trials.ts';
import { Writes } from './ledger/writes.ts';
import { Patience } from './patience.ts';
import type { Address } from './resources/driver.ts';
import { Transitions } from './transitions.ts';

export interface LedgerOptions {
  /** Our `ManagedBy` tag. */
  readonly managedBy: string;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * What we know of Lattice, and the only state of the controller that changes. It is empty at start: nothing in it cannot
 * be learned again. Every call is told to it before and after; what is known between is `known()`.
 */
export class Ledger {
  readonly writes: Writes;
  readonly reads: Reads;
  readonly listings: Listings;
  readonly answers: Answers;
  readonly #memory: Memory;
  readonly #listeners = new Set<() => void>();

  constructor({ managedBy, clock, random }: LedgerOptions) {
    const order = new CallOrder();
    const tokens = new ClientTokens(random);
    const transitions = new Transitions();
    const patience = new Patience({ clock, random });
    const memory = new Memory([
      order,
      tokens,
      {
        renamed: (from, to) => transitions.rename(from, to),
        removed: (key) => transitions.forget(key, clock.now()),
      },
    ]);
    const intake = new Intake({ memory, patience, tokens, transitions, clock, managedBy });
    this.#memory = memory;
    const trials = new Trials({ memory, transitions, clock });
    this.writes = new Writes({ memory, intake, order, tokens, trials, patience, clock });
    this.reads = new Reads({ memory, intake, order, patience, clock });
    this.listings = new Listings({ memory, intake, order, patience, clock });
    this.answers = new Answers({ memory, patience, clock });
  }

  /** An immutable view. The same one as long as nothing changes. */
  known(): Known {
    return this.#memory.known();
  }

  entry(key: ResourceKey): KnownEntry | undefined {
    return this.#memory.entry(key);
  }

  answer(key: ResourceKey): KnownAnswer | undefined {
    return this.#memory.answer(key);
  }

  /** The tags of an ARN, where they have been read. */
  tagsOf(arn: string): Tags | undefined {
    const entry = this.#memory.entry(this.#memory.keyOf(arn) ?? '');
    return entry === undefined || entry.owner === 'unread' ? undefined : entry.tags;
  }

  /** Where something is, for a call, also what an answer found; of a singleton, where its parent is. */
  addressOf(key: ResourceKey): Address | undefined {
    const answer = this.answer(key)?.answer;
    if (answer?.found === 'one') return { id: answer.id, arn: answer.arn };
    const { id, arn, fact } = this.#memory.entry(key) ?? {};
    if (id === undefined || arn === undefined) return undefined;
    return { id, arn, ...(fact === undefined ? {} : { fact }) };
  }

  /** Gone, or nothing of it is under way in Lattice. */
  isAtRest(key: ResourceKey): boolean {
    return this.#memory.entry(key)?.fact?.lifecycle.phase !== 'inProgress';
  }

  /** From now on it goes by another key, and what hangs off it with it. Who went by that key goes by one with its id. */
  rename(from: ResourceKey, to: ResourceKey): void {
    this.#memory.rename(from, to);
  }

  /** Something contradicts what is known of it: it is read before anything else is done to it. */
  doubt(key: ResourceKey): void {
    const entry = this.#memory.entry(key);
    if (entry?.id !== undefined && entry.state === 'known') this.#memory.set({ ...entry, state: 'unknown' });
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
}
