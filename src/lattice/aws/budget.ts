import type { Clock } from '../../ports/clock.ts';
import { lanes } from '../plan/step.ts';
import type { Lane } from '../plan/step.ts';

export type CallKind = 'read' | 'write';

/** Leave to make one call. Say how it ended, exactly once. */
export interface Permit {
  readonly kind: CallKind;
  done(end: 'answered' | 'throttled', retryAfterMs?: number): void;
}

export interface BudgetOptions {
  readonly clock: Clock;
  /** Calls under way at once, of each kind. */
  readonly concurrency?: number;
  /** Calls per second to begin with; throttling lowers it, quiet raises it again. */
  readonly rate?: Readonly<Record<CallKind, number>>;
  /** Changes in any sixty seconds; as many as the rate allows unless told. */
  readonly writesPerMinute?: number;
}

/**
 * How fast we may call: a token bucket each for reads and for writes, shared out by lane, so that targets never wait long
 * and an audit never takes what somebody waits for. It adapts: throttled calls lower the rate to what just got through.
 */
export class CallBudget {
  readonly #buckets: Readonly<Record<CallKind, Bucket>>;

  constructor({
    clock,
    concurrency = 64,
    rate = { read: 100, write: 100 },
    writesPerMinute = Number.POSITIVE_INFINITY,
  }: BudgetOptions) {
    this.#buckets = {
      read: new Bucket(clock, {
        concurrency,
        rate: rate.read,
        // After a start, what there is has to be read before anything can be told.
        burst: 3 * rate.read,
        kind: 'read',
        perMinute: Number.POSITIVE_INFINITY,
      }),
      write: new Bucket(clock, {
        concurrency,
        rate: rate.write,
        burst: rate.write,
        kind: 'write',
        perMinute: writesPerMinute,
      }),
    };
  }

  /** Resolves when it is this call's turn; rejects with the signal's reason when that comes first. */
  async admit(lane: Lane, kind: CallKind, signal: AbortSignal): Promise<Permit> {
    return await this.#buckets[kind].admit(lane, signal);
  }

  /** Calls per second now. */
  rate(kind: CallKind): number {
    return this.#buckets[kind].rate;
  }
}

/** A lane gets calls in this proportion when all want some. */
const shares: Readonly<Record<Lane, number>> = {
  targets: 8,
  demand: 4,
  waiting: 2,
  verification: 1,
  audit: 1,
};

/**
 * What part of all calls at once a lane may have while somebody waits for an answer. One answer leads to the next question:
 * in between, what nobody waits for does not take all there is of the connections, of the other side and of us. Targets
 * are read one after the other, all of them after a start.
 */
const mostAtOnce: Readonly<Record<CallKind, Readonly<Record<Lane, number>>>> = {
  read: { targets: 1 / 16, demand: 1, waiting: 1, verification: 1 / 16, audit: 1 / 16 },
  write: { targets: 1, demand: 1, waiting: 1, verification: 1, audit: 1 },
};

/** Of each lane. */
const none: Readonly<Record<Lane, number>> = {
  targets: 0,
  demand: 0,
  waiting: 0,
  verification: 0,
  audit: 0,
};

/** What of all calls a lane gets when every lane wants some. */
export function leastShare(lane: Lane): number {
  return shares[lane] / lanes.reduce((sum, each) => sum + shares[each], 0);
}

interface Waiter {
  readonly resolve: (permit: Permit) => void;
}

class Bucket {
  readonly #clock: Clock;
  readonly #kind: CallKind;
  readonly #concurrency: number;
  readonly #highest: number;
  readonly #burst: number;
  readonly #perMinute: number;
  /** When calls of the last minute began, where their number counts. */
  #begun: number[] = [];
  readonly #queues: Readonly<Record<Lane, Set<Waiter>>> = {
    targets: new Set(),
    demand: new Set(),
    waiting: new Set(),
    verification: new Set(),
    audit: new Set(),
  };
  /** How much each lane has had, in units of its share: who has had least is next. */
  readonly #served = { ...none };
  /** How much the lane that was served last had had by then. */
  #servedLast = 0;
  /** When calls were answered, in the last second. */
  #answered: readonly number[] = [];
  readonly #underway = { ...none };
  /** When a call that somebody waits for had its turn, or its end. */
  #awaitedAt = Number.NEGATIVE_INFINITY;
  #tokens: number;
  #filledAt: number;
  #closedUntil = 0;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #timed = false;
  rate: number;

  constructor(
    clock: Clock,
    {
      concurrency,
      rate,
      burst,
      kind,
      perMinute,
    }: { concurrency: number; rate: number; burst: number; kind: CallKind; perMinute: number },
  ) {
    this.#clock = clock;
    this.#kind = kind;
    this.#concurrency = concurrency;
    this.#highest = rate;
    this.#burst = burst;
    this.#perMinute = perMinute;
    this.rate = rate;
    this.#tokens = burst;
    this.#filledAt = clock.monotonic();
  }

  async admit(lane: Lane, signal: AbortSignal): Promise<Permit> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Permit>();
    const waiter: Waiter = { resolve };
    const queue = this.#queues[lane];
    if (queue.size === 0) this.#join(lane);
    queue.add(waiter);
    const leave = (): void => {
      if (queue.delete(waiter)) reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#serve();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /**
   * A lane that was idle has no claim on the past. One whose calls are asked for anew keeps its claim: every pass that is
   * cut short takes all of them back, and the next one asks for them again.
   */
  #join(lane: Lane): void {
    this.#served[lane] = Math.max(this.#served[lane], this.#servedLast);
  }

  #serve(): void {
    this.#fill();
    for (;;) {
      const lane = this.#next();
      if (lane === undefined || this.#underwayInAll() >= this.#concurrency) return;
      const now = this.#clock.monotonic();
      if (this.#tokens < 1 || now < this.#closedUntil) {
        this.#later(Math.max(this.#closedUntil - now, ((1 - this.#tokens) * 1_000) / this.rate));
        return;
      }
      const oldest = this.#firstOfFullMinute(now);
      if (oldest !== undefined) {
        this.#later(oldest + minute - now);
        return;
      }
      const [waiter] = this.#queues[lane];
      if (waiter === undefined) return;
      if (Number.isFinite(this.#perMinute)) this.#begun.push(now);
      this.#queues[lane].delete(waiter);
      this.#servedLast = this.#served[lane];
      this.#served[lane] += 1 / shares[lane];
      this.#tokens -= 1;
      waiter.resolve(this.#permit(lane));
    }
  }

  /** When the first of a minute's calls began, where there may be no more in that minute. */
  #firstOfFullMinute(now: number): number | undefined {
    this.#begun = this.#begun.filter((began) => began > now - minute);
    return this.#begun.length >= this.#perMinute ? this.#begun[0] : undefined;
  }

  #next(): Lane | undefined {
    return lanes
      .filter((lane) => this.#queues[lane].size > 0 && this.#underway[lane] < this.#mostAtOnce(lane))
      .toSorted((a, b) => this.#served[a] - this.#served[b])[0];
  }

  #underwayInAll(): number {
    return lanes.reduce((sum, lane) => sum + this.#underway[lane], 0);
  }

  #mostAtOnce(lane: Lane): number {
    const isAwaited = this.#clock.monotonic() - this.#awaitedAt < second;
    return isAwaited ? this.#concurrency * mostAtOnce[this.#kind][lane] : this.#concurrency;
  }

  #permit(lane: Lane): Permit {
    const admittedAt = this.#clock.monotonic();
    const isAwaited = lane === 'demand' || lane === 'waiting';
    this.#underway[lane] += 1;
    if (isAwaited) this.#awaitedAt = admittedAt;
    return {
      kind: this.#kind,
      done: (end, retryAfterMs = 0) => {
        this.#underway[lane] -= 1;
        if (isAwaited) this.#awaitedAt = this.#clock.monotonic();
        if (end === 'throttled') this.#slowDown(admittedAt, retryAfterMs);
        else this.#answered = [...this.#recent(), this.#clock.monotonic()];
        this.#serve();
      },
    };
  }

  #recent(): readonly number[] {
    const since = this.#clock.monotonic() - second;
    return this.#answered.filter((at) => at > since);
  }

  /** Down to what just got through, but not by more than half at once; calls that were under way by then say nothing new. */
  #slowDown(admittedAt: number, retryAfterMs: number): void {
    const now = this.#clock.monotonic();
    this.#closedUntil = Math.max(this.#closedUntil, now + retryAfterMs);
    this.#tokens = Math.min(this.#tokens, 0);
    if (admittedAt < this.#slowedAt) return;
    this.#slowedAt = now;
    this.rate = Math.max(lowest, Math.min(this.rate, Math.max(this.#recent().length * 0.95, this.rate / 2)));
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    const elapsed = now - this.#filledAt;
    this.#filledAt = now;
    if (now >= this.#closedUntil) {
      this.rate = Math.min(this.#highest, this.rate * (1 + (recovery * elapsed) / second));
      // A burst at full speed; of less after throttling, when the other side has none to give.
      const burst = this.rate < this.#highest ? Math.max(1, this.rate / 5) : this.#burst;
      this.#tokens = Math.min(burst, this.#tokens + (elapsed * this.rate) / second);
    }
  }

  #later(ms: number): void {
    if (this.#timed) return;
    this.#timed = true;
    void this.#serveAfter(Math.max(1, Math.ceil(ms)));
  }

  async #serveAfter(ms: number): Promise<void> {
    await this.#clock.sleep(ms);
    this.#timed = false;
    this.#serve();
  }
}

const second = 1_000;
const minute = 60_000;
const lowest = 1;
const recovery = 0.05;
