import type { Encoded, EncodedSnapshot } from './encoding.ts';

/**
 * Clusters that nothing names any more and that stay for a while, with their endpoints: a request that was routed to one and
 * waits for its authorization would find it gone otherwise, and be answered 503.
 */
export class Lingering {
  readonly #ms: number;
  /** When each is to go. */
  readonly #until = new Map<string, number>();

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Adds to the next snapshot what the last one had besides, until its time is over. */
  keep(next: Encoded['snapshot'], last: EncodedSnapshot, now: number): void {
    for (const name of next.clusters.keys()) this.#until.delete(name);
    for (const [name, cluster] of last.clusters) {
      if (next.clusters.has(name)) continue;
      const until = this.#until.get(name) ?? now + this.#ms;
      this.#until.set(name, until);
      if (until <= now) continue;
      next.clusters.set(name, cluster);
      for (const reference of cluster.references) {
        const named = last[reference.kind].get(reference.name);
        if (named !== undefined && !next[reference.kind].has(reference.name)) {
          next[reference.kind].set(reference.name, named);
        }
      }
    }
    for (const [name, until] of this.#until) if (until <= now) this.#until.delete(name);
  }

  /** When the first of them is to go; undefined when there is none. */
  get next(): number | undefined {
    return this.#until.size === 0 ? undefined : Math.min(...this.#until.values());
  }
}
