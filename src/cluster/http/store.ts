import { changesSince } from '../storage/history.ts';
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
  #waiting = new Set<() => void>();
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

  /** Resolves at the next change; at once when the state is already past the revision, or the signal is aborted. */
  async changedSince(revision: number, signal: AbortSignal): Promise<void> {
    if (this.#state.revision > revision || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#waiting.add(resolve);
      const leave = (): void => {
        this.#waiting.delete(resolve);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
    });
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
    if (this.#journal !== undefined) {
      const changes = changesSince(state.history, this.#state.revision);
      if (changes === 'gone') throw new Error('one command made more changes than the log holds');
      this.#journal.keep(changes, state.revision);
    }
    this.#state = state;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }
}
