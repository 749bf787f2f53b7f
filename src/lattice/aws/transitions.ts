import type { Lifecycle } from '../model/known.ts';
import type { ResourceKey, ResourceType } from '../model/resource.ts';

/**
 * When things in transition are worth a look: first after as long as such a transition usually takes, then at intervals
 * that grow by half up to ten seconds, and after two minutes every thirty. How long it usually takes is learned.
 */
export class Transitions {
  readonly #under = new Map<ResourceKey, Watch>();
  readonly #learned = new Map<string, number[]>();

  /** Says when to look next, for something that is seen to be in this state now; nothing when it is at rest. */
  next(
    key: ResourceKey,
    type: ResourceType,
    lifecycle: Lifecycle | undefined,
    now: number,
  ): number | undefined {
    const watch = this.#under.get(key);
    if (lifecycle?.phase !== 'inProgress') {
      if (watch !== undefined) this.#learn(watch, now);
      this.#under.delete(key);
      return undefined;
    }
    const kind = `${type} ${lifecycle.of}`;
    if (watch?.kind !== kind) {
      const interval = Math.ceil(Math.max(this.usual(kind), shortest));
      this.#under.set(key, { kind, since: now, interval, at: now + interval });
      return now + interval;
    }
    if (now < watch.at) return watch.at;
    const grown = Math.ceil(Math.min(watch.interval * growth, longest));
    const interval = now - watch.since > patienceEnds ? rare : grown;
    this.#under.set(key, { ...watch, interval, at: now + interval });
    return now + interval;
  }

  forget(key: ResourceKey, now: number): void {
    const watch = this.#under.get(key);
    if (watch !== undefined) this.#learn(watch, now);
    this.#under.delete(key);
  }

  /** The median of what was seen, in milliseconds. */
  usual(kind: string): number {
    const seen = this.#learned.get(kind);
    if (seen === undefined) return unlearned;
    return seen.toSorted((a, b) => a - b)[Math.floor(seen.length / 2)] ?? unlearned;
  }

  /** What a look found finished was finished before: a little is taken off, so that the first look does not stay late. */
  #learn({ kind, since }: Watch, now: number): void {
    const seen = this.#learned.get(kind) ?? [];
    this.#learned.set(kind, [...seen, (now - since) * 0.8].slice(-remembered));
  }
}

interface Watch {
  readonly kind: string;
  readonly since: number;
  readonly interval: number;
  readonly at: number;
}

const shortest = 10;
const unlearned = 25;
const growth = 1.5;
const longest = 10_000;
const rare = 30_000;
const patienceEnds = 120_000;
const remembered = 9;
