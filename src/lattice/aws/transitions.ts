import type { Lifecycle } from '../model/known.ts';
import type { ResourceKey, ResourceType } from '../model/resource.ts';

/**
 * When things in transition are worth a look: first after as long as such a transition usually takes, then at intervals
 * that grow by half up to ten seconds, and after two minutes every thirty. How long it usually takes is learned.
 */
export class Transitions {
  readonly #under = new Map<ResourceKey, Watch>();
  readonly #learned = new Map<string, readonly number[]>();
  /** How many in a row had ended at the first look. */
  readonly #ended = new Map<string, number>();
  /** When those of the last second began. */
  #begun: number[] = [];

  /** Says when to look next, for something that is seen to be in this state now; nothing when it is at rest. */
  next(
    key: ResourceKey,
    type: ResourceType,
    lifecycle: Lifecycle | undefined,
    { now, askedAt }: Look,
  ): number | undefined {
    const watch = this.#under.get(key);
    if (lifecycle?.phase !== 'inProgress') {
      this.forget(key, askedAt);
      return undefined;
    }
    const kind = `${type} ${lifecycle.of}`;
    if (watch?.kind !== kind) {
      const usual = this.usual(kind);
      const first = Math.max(Math.ceil(usual ?? unlearned), shortest);
      const share = usual === undefined ? 0.5 : 0.05;
      this.#begun.push(now);
      const at = this.#together(now + first, now);
      this.#under.set(key, {
        kind,
        since: now,
        seenAt: now,
        at,
        interval: Math.max(first * share, shortest),
      });
      return at;
    }
    if (now < watch.at) return watch.at;
    const interval = now - watch.since > patienceEnds ? rare : Math.min(watch.interval, longest);
    const at = this.#together(now + Math.ceil(interval), now);
    this.#under.set(key, { ...watch, seenAt: askedAt, at, interval: interval * growth });
    return at;
  }

  /**
   * One listing shows many at once: the more are under way or have begun in the last second, the fewer are the
   * moments at which they are looked at.
   */
  #together(at: number, now: number): number {
    this.#begun = this.#begun.filter((began) => began > now - 1_000);
    const crowd = Math.max(this.#under.size, this.#begun.length);
    const moment = moments.findLast(({ from }) => crowd >= from)?.everyMs ?? 1;
    return Math.ceil(at / moment) * moment;
  }

  /** It is at rest, or gone. */
  forget(key: ResourceKey, now: number): void {
    const watch = this.#under.get(key);
    if (watch === undefined) return;
    this.#under.delete(key);
    const { kind, since, seenAt, at } = watch;
    const isFirstLook = seenAt === since;
    const ended = isFirstLook ? (this.#ended.get(kind) ?? 0) + 1 : 0;
    this.#ended.set(kind, ended);
    // It ended between two looks. Where the first one found it ended, an earlier one will be tried, and the earlier the more
    // often: earlier than was planned, for that a look came late says nothing of the transition.
    const took = isFirstLook
      ? (Math.min(at, now) - since) * Math.max(1 - earlier * 2 ** (ended - 1), 0.5)
      : (seenAt + now) / 2 - since;
    this.#learned.set(kind, [...(this.#learned.get(kind) ?? []), took].slice(-remembered));
  }

  rename(from: ResourceKey, to: ResourceKey): void {
    const watch = this.#under.get(from);
    this.#under.delete(from);
    if (watch !== undefined) this.#under.set(to, watch);
  }

  /** The median of what was seen, in milliseconds. */
  usual(kind: string): number | undefined {
    const seen = this.#learned.get(kind)?.toSorted((a, b) => a - b);
    return seen?.[Math.floor(seen.length / 2)];
  }
}

/** A look takes time: what it shows was so somewhere between. */
export interface Look {
  readonly now: number;
  readonly askedAt: number;
}

interface Watch {
  readonly kind: string;
  readonly since: number;
  /** When it was last seen to be still under way. */
  readonly seenAt: number;
  readonly at: number;
  /** From that look to the one after it. */
  readonly interval: number;
}

const shortest = 10;
const unlearned = 10;
const growth = 1.5;
/** Each a multiple of the one before: what was to be looked at earlier is looked at with others too. */
const moments = [
  { from: 8, everyMs: 125 },
  { from: 16, everyMs: 250 },
  { from: 32, everyMs: 500 },
  { from: 64, everyMs: 1_000 },
] as const;
const earlier = 0.05;
const longest = 10_000;
const rare = 30_000;
const patienceEnds = 120_000;
const remembered = 5;
