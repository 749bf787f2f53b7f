import { isEqual } from '../kinds/equal.ts';
import type { KubeObject } from '../kinds/object.ts';
import { refKey, refOf } from '../kinds/object.ts';
import { isRecord } from '../kinds/record.ts';
import { backoff } from '../kube/backoff.ts';
import { later } from '../ports/later.ts';
import type { Random } from '../ports/random.ts';
import type { Write } from '../status/write.ts';
import { carryOut } from './carry-out.ts';
import type { CarryOutPorts, WriteResult } from './carry-out.ts';

export interface PublisherOptions extends CarryOutPorts {
  readonly random: Random;
  /** Called when a pass may have something to write that could not be written before. */
  readonly wake: (reason: string) => void;
  /** Called with the end of each write. */
  readonly onWritten?: (write: Write, result: WriteResult) => void;
}

/** Carries out what passes have to tell the cluster, while they go on. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #failed = new Map<string, Failure>();
  /** What was written a moment ago, the oldest first. */
  readonly #recent = new Map<string, Recent>();
  readonly #waiting: (() => void)[] = [];
  #atOnce = 0;
  #settled = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** How many writes have ended. */
  get settled(): number {
    return this.#settled;
  }

  /**
   * Puts writes on their way and returns. Writes to one object follow one another; objects do not wait for each other. An
   * object of which something is still on its way, or failed a moment ago, gets nothing more; one that was written a moment
   * ago gets no other words for what it says already. What is missing then is computed by a pass that follows; so is what
   * has to be taken back of what was on its way when the pass looked at the cluster: `settled` writes had ended by then.
   */
  publish(writes: readonly Write[], settled: number): void {
    this.#forgetOld();
    const groups = byObject(writes);
    for (const [key, underWay] of this.#underWay) if (!groups.has(key)) underWay.isLate ||= underWay.isSeen;
    const unseen = this.#writtenSince(settled);
    // Of our own writes no watch tells. Where a pass would have written just the same, nothing is left to do.
    if ([...unseen].some(([key, written]) => !isEqual(written, groups.get(key)))) {
      this.#options.wake('a write settled');
    }
    for (const [key, group] of groups) {
      const underWay = this.#underWay.get(key);
      if (underWay !== undefined) underWay.isLate ||= !isEqual(underWay.group, group);
      else if (!unseen.has(key) && !this.#isResting(key, group) && !this.#isSoon(key, group)) {
        void this.#begin(key, group);
      }
    }
  }

  #writtenSince(settled: number): ReadonlyMap<string, readonly Write[]> {
    const recent = [...this.#recent].filter(([, { ordinal }]) => ordinal > settled);
    return new Map(recent.flatMap(([key, { written }]) => (written === undefined ? [] : [[key, written]])));
  }

  /** Whoever edits the object need not wait for the end of a pause. */
  #isResting(key: string, group: readonly Write[]): boolean {
    const failure = this.#failed.get(key);
    return (
      failure !== undefined &&
      this.#options.clock.monotonic() < failure.until &&
      failure.version === versionOf(group)
    );
  }

  /** While something is being made its conditions have new words with every call: they are told once a second. */
  #isSoon(key: string, group: readonly Write[]): boolean {
    const { clock, lifetime, wake } = this.#options;
    const recent = this.#recent.get(key);
    if (recent === undefined || !group.every(isOnlyWords)) return false;
    if (!recent.isWaitedFor) {
      recent.isWaitedFor = true;
      const left = Math.max(0, recent.at + wordsMs - clock.monotonic());
      void later(clock, left, lifetime, () => {
        // By this timer, not by the clock: one that fires a fraction too early would not be set again.
        if (this.#recent.get(key) === recent) this.#recent.delete(key);
        wake('what an object says is worth telling');
      });
    }
    return true;
  }

  #forgetOld(): void {
    const now = this.#options.clock.monotonic();
    for (const [key, { at }] of this.#recent) {
      if (now - at < wordsMs) return;
      this.#recent.delete(key);
    }
  }

  async #begin(key: string, group: readonly Write[]): Promise<void> {
    const { clock, lifetime, log, wake } = this.#options;
    const underWay = { group, isLate: false, isSeen: false };
    this.#underWay.set(key, underWay);
    try {
      const result = await this.#inTurn(async () => this.#inOrder(group, underWay));
      if (result === 'done' || result === 'gone') this.#failed.delete(key);
      else this.#restAfterFailure(key, group);
      this.#recent.delete(key);
      const ordinal = (this.#settled += 1);
      const written = result === 'done' ? { written: group } : {};
      this.#recent.set(key, { at: clock.monotonic(), ordinal, isWaitedFor: false, ...written });
      underWay.isLate ||= result === 'done' && group.some(isWaitedFor);
    } catch (error) {
      if (!lifetime.aborted) log.error('a write could not be made', { object: key, error });
    } finally {
      this.#underWay.delete(key);
    }
    if (underWay.isLate) wake('a write settled');
  }

  /** Not all at once: a thousand objects have something to be told when a controller first sees them. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#atOnce >= mostAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#atOnce += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#atOnce -= 1;
      else next();
    }
  }

  /** Until the first that does not succeed. */
  async #inOrder(group: readonly Write[], underWay: UnderWay): Promise<WriteResult> {
    let latest: KubeObject | undefined;
    for (const write of group) {
      underWay.isSeen = write.write !== 'event';
      const { result, object } = await carryOut(this.#options, write, latest);
      this.#options.onWritten?.(write, result);
      if (result !== 'done') return result;
      latest = object ?? latest;
    }
    return 'done';
  }

  #restAfterFailure(key: string, group: readonly Write[]): void {
    const { clock, random, lifetime, wake } = this.#options;
    const count = (this.#failed.get(key)?.count ?? 0) + 1;
    const pause = backoff(count, undefined, random);
    const failure = { count, until: clock.monotonic() + pause, version: versionOf(group) };
    this.#failed.set(key, failure);
    void later(clock, pause, lifetime, () => {
      if (this.#failed.get(key) === failure) this.#failed.set(key, { ...failure, until: 0 });
      wake('a write that failed is tried again');
    });
  }
}

interface UnderWay {
  readonly group: readonly Write[];
  /** A pass could not say, or could not see, what it should; not one that would say just this. */
  isLate: boolean;
  /** What is being written is of the object itself. */
  isSeen: boolean;
}

interface Recent {
  /** On the monotonic clock. */
  readonly at: number;
  isWaitedFor: boolean;
  /** The how manyth that ended. */
  readonly ordinal: number;
  /** Of a success. */
  readonly written?: readonly Write[];
}

interface Failure {
  /** In a row. */
  readonly count: number;
  /** On the monotonic clock. */
  readonly until: number;
  readonly version: string | undefined;
}

const wordsMs = 1_000;
const mostAtOnce = 20;

/** What a finalizer or a note has to be there for goes on at once, and of our own writes no watch tells. */
function isWaitedFor({ write }: Write): boolean {
  return write === 'finalizers' || write === 'annotations';
}

/** No condition becomes true or false, or for another reason. */
function isOnlyWords(write: Write): boolean {
  return (
    write.write === 'status' &&
    'status' in write.object &&
    isEqual(withoutWords(write.status), withoutWords(write.object.status))
  );
}

function withoutWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'message' && name !== 'lastTransitionTime')
      .map(([name, member]) => [name, withoutWords(member)]),
  );
}

function versionOf(group: readonly Write[]): string | undefined {
  return group
    .map((write) => (write.write === 'event' ? undefined : write.object.metadata.resourceVersion))
    .find((version) => version !== undefined);
}

function byObject(writes: readonly Write[]): ReadonlyMap<string, readonly Write[]> {
  return Map.groupBy(writes, (write) => refKey(write.write === 'event' ? write.about : refOf(write.object)));
}
