import { changesSince } from '../storage/history.ts';
import { Follower } from './follower.ts';
import { restored } from '../storage/journal.ts';
import type { Journal } from '../storage/journal.ts';
import type { State } from '../storage/state.ts';
import { emptyState } from '../storage/state.ts';
import { transition } from '../storage/transitions.ts';
import type { Command, Outcome } from '../storage/transitions.ts';

/** How many past states paged lists may go on from. */
const rememberedStates = 32;

/** The one place where the state of the cluster changes. Everybody else holds a value of it. */
export class Store {
  #state: State;
  readonly #journal: Journal | undefined;
  readonly #followers = new Set<Follower>();
  readonly #remembered = new Map<number, State>();

  /** With a journal it begins where the last one ended, and nothing is known to anybody before it is kept. */
  constructor(journal?: Journal) {
    this.#journal = journal;
    this.#state = journal === undefined ? emptyState : restored(journal);
  }

  get state(): State {
    return this.#state;
  }

  /** Does the command; a refused one changes nothing. */
  apply(command: Command): Outcome {
    const outcome = transition(this.#state, command);
    if (outcome.code === 'done') this.#become(outcome.state);
    return outcome;
  }

  /** What the command would do. */
  preview(command: Command): Outcome {
    return transition(this.#state, command);
  }

  /** Follows a resource from a revision on, until `unfollow`. */
  follow(resource: string, from: number): Follower {
    const follower = new Follower(resource, from, () => this.#state);
    this.#followers.add(follower);
    return follower;
  }

  unfollow(follower: Follower): void {
    this.#followers.delete(follower);
  }

  /** Keeps the present state, so that a list can go on from it for a while. */
  remember(): void {
    this.#remembered.set(this.#state.revision, this.#state);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > rememberedStates && oldest !== undefined) this.#remembered.delete(oldest);
  }

  remembered(revision: number): State | undefined {
    return revision === this.#state.revision ? this.#state : this.#remembered.get(revision);
  }

  #become(state: State): void {
    if (state === this.#state) return;
    const before = this.#state.revision;
    const changes = changesSince(state.history, before);
    if (changes === 'gone') throw new Error('one command made more changes than the log holds');
    this.#journal?.keep(changes, state.revision);
    this.#state = state;
    for (const follower of this.#followers) follower.pass(changes, before, state.revision);
  }
}
