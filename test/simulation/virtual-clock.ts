import { setImmediate as macrotask } from 'node:timers/promises';
import type { Clock } from '../../src/ports/clock.ts';
import type { Random } from '../../src/ports/random.ts';
import { EventQueue } from './event-queue.ts';

/**
 * Time that passes only when nothing else can happen. Whatever takes time, a timer or an answer on its way, is an event
 * in one queue, ordered by virtual time and, within one instant, by chance; the program under test runs between two
 * events until it waits for the next one. So a seed decides every order there is, and a run can be repeated.
 *
 * What runs on it must not wait for anything else: no file, socket, worker or timer of Node's.
 */
export interface VirtualTime {
  /** Virtual milliseconds since the beginning. */
  readonly elapsed: number;
  /** When the next thing happens, as far as is known. Nothing is any different until then. */
  readonly nextAt: number | undefined;
  /** A clock for one process; give each its own. */
  clock(options?: { readonly skewMs?: number }): VirtualClock;
  /** Lets something happen after `ms`. Events of one instant come in any order: chain those that must not. */
  schedule(ms: number, run: () => void): Cancel;
  /**
   * Lets time pass until `work` is settled, and settles like it. Rejects when nothing is left that could happen, or
   * after `limitMs` more virtual milliseconds (a day unless told).
   */
  run<T>(work: Promise<T>, limitMs?: number): Promise<T>;
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>;
}

export interface VirtualClock extends Clock {
  /** The wall clock jumps; the monotonic one does not. */
  step(ms: number): void;
  /** The process it belongs to crashed: nothing that sleeps on this clock ever wakes. */
  kill(): void;
}

export type Cancel = () => void;

/** The work cannot end: nothing is queued that could bring it on, or it took too long. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

const aDay = 24 * 3_600_000;

/** `epoch` is what clocks show at the beginning; 2026-01-01 unless told. */
export function virtualTime(random: Random, epoch = Date.UTC(2026, 0, 1)): VirtualTime {
  const queue = new EventQueue();
  let elapsed = 0;
  let sequence = 0;
  let driven = false;

  const schedule = (ms: number, run: () => void): Cancel => {
    let isQueued = true;
    const event = {
      at: elapsed + Math.max(0, ms),
      tie: random.next(),
      sequence: sequence++,
      run: () => {
        isQueued = false;
        run();
      },
    };
    queue.push(event);
    return () => {
      if (isQueued) queue.cancel(event);
      isQueued = false;
    };
  };

  /** Until nobody has anything left to do at this instant without an event: a whole turn passed and nothing was queued. */
  const settle = async (): Promise<void> => {
    for (let before = -1; before !== sequence;) {
      before = sequence;
      await macrotask();
    }
  };

  /** One event at a time, each followed by all that it causes. */
  const drive = async (isOver: () => boolean, until: number): Promise<void> => {
    if (driven) throw new Error('virtual time is being driven already');
    driven = true;
    try {
      for (await settle(); !isOver(); await settle()) {
        const at = queue.nextAt();
        if (at === undefined || at > until) return;
        elapsed = at;
        queue.pop()?.run();
      }
    } finally {
      driven = false;
    }
  };

  return {
    get elapsed() {
      return elapsed;
    },
    get nextAt() {
      return queue.nextAt();
    },
    clock: ({ skewMs = 0 } = {}) => createClock({ schedule, elapsed: () => elapsed, epoch: epoch + skewMs }),
    schedule,
    run: async (work, limitMs = aDay) => {
      let isSettled = false;
      const settled = (): void => {
        isSettled = true;
      };
      work.then(settled, settled);
      const until = elapsed + limitMs;
      await drive(() => isSettled, until);
      if (isSettled) return work;
      const why =
        queue.size === 0 ? 'nothing is left that could happen' : `it takes longer than ${limitMs} ms`;
      throw new Stalled(`not settled at ${elapsed} ms: ${why}`);
    },
    pass: async (ms) => {
      const until = elapsed + ms;
      await drive(() => false, until);
      elapsed = until;
    },
  };
}

interface ClockParts {
  readonly schedule: VirtualTime['schedule'];
  readonly elapsed: () => number;
  readonly epoch: number;
}

function createClock({ schedule, elapsed, epoch }: ClockParts): VirtualClock {
  const sleeping = new Set<Cancel>();
  let stepped = 0;
  let isDead = false;
  return {
    now: () => epoch + elapsed() + stepped,
    monotonic: elapsed,
    step: (ms) => {
      stepped += ms;
    },
    kill: () => {
      isDead = true;
      for (const cancel of sleeping) cancel();
      sleeping.clear();
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (isDead) return promise;
      const cancel = schedule(ms, () => {
        sleeping.delete(cancel);
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = (): void => {
        sleeping.delete(cancel);
        cancel();
        if (!isDead) reject(signal?.reason);
      };
      sleeping.add(cancel);
      signal?.addEventListener('abort', onAbort, { once: true });
      return promise;
    },
  };
}
