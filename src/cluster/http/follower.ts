import { changesSince } from '../storage/history.ts';
import type { Change } from '../storage/history.ts';
import { definitions } from '../storage/state.ts';
import type { State } from '../storage/state.ts';

/**
 * Somebody who follows the changes of one resource. What happens to others costs it nothing: it moves along with the
 * store, so that history need not reach back to its last event. Who falls behind stays where it is.
 */
export class Follower {
  readonly #resource: string;
  readonly #now: () => State;
  #at: number;
  #isRung = false;
  #wake: (() => void) | undefined;

  constructor(resource: string, from: number, now: () => State) {
    this.#resource = resource;
    this.#at = from;
    this.#now = now;
  }

  /** The revision up to which everything was taken. */
  get at(): number {
    return this.#at;
  }

  /** Changes of the resource that were not taken yet, in order; `'gone'` when history does not reach back to them. */
  take(): readonly Change[] | 'gone' {
    const { history, revision } = this.#now();
    const changes = changesSince(history, this.#at);
    if (changes === 'gone') return changes;
    this.#at = revision;
    this.#isRung = false;
    return changes.filter(({ key }) => key.resource === this.#resource);
  }

  /** Skips everything up to now. */
  skip(): void {
    this.#at = this.#now().revision;
  }

  /** Resolves when there may be something to take, or something else to see to: at once when that is so already. */
  async rung(): Promise<void> {
    if (this.#isRung || this.#at < this.#now().revision) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
    this.#wake = undefined;
  }

  /** The store went on from a revision. Definitions concern everybody: they decide whether the resource is served. */
  pass(changes: readonly Change[], from: number, to: number): void {
    if (changes.some(({ key }) => key.resource === this.#resource || key.resource === definitions))
      this.ring();
    else if (this.#at === from) this.#at = to;
  }
}
