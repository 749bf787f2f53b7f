import type { RecentCall } from '../../observed.ts';

/** How many calls are remembered; files have all. */
const remembered = 5000;

/** The newest calls that were logged. */
export class RecentCalls {
  #calls: RecentCall[] = [];
  #number = 0;

  add(call: Omit<RecentCall, 'number'>): void {
    this.#calls.push({ ...call, number: ++this.#number });
    // Cut seldom, so that it costs a call nothing.
    if (this.#calls.length >= 2 * remembered) this.#calls = this.#calls.slice(-remembered);
  }

  /** All of them for a number that comes from another life. */
  after(number: number): readonly RecentCall[] {
    if (number > this.#number) return this.after(0);
    const first = this.#calls[0]?.number ?? 0;
    return this.#calls.slice(Math.max(0, number + 1 - first)).slice(-remembered);
  }
}
