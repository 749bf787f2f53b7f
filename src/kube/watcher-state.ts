import type { Kind } from '../kinds/object.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { backoff, between } from './backoff.ts';
import type { KubeClient } from './client.ts';
import type { Store, StoreEvent } from './store.ts';
import type { WatchEvent } from './watch.ts';

/** What a watcher follows, and with what. */
export interface Source {
  readonly client: KubeClient;
  readonly kind: Kind;
  readonly scope: Scope;
  readonly clock: Clock;
  readonly random: Random;
  /** Of all kinds. */
  readonly definitions?: Store;
}

/** A part of the objects of a kind, or of each object; all of them when empty. */
export interface Scope {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Of each object only the metadata. */
  readonly metadataOnly?: boolean;
}

/** Where a watcher is. `failures` counts those in a row. */
export type WatcherState = Empty | Paging | Receiving | Listed | Watching | Absent;

interface Remembered {
  readonly failures: number;
  /** How often in a row the server did not serve the kind. */
  readonly absences: number;
  /** The server may send a list as the first events of a watch (WatchList): it has not refused to. */
  readonly streams: boolean;
}

/** Nothing listed that a watch could go on from. */
export interface Empty extends Remembered {
  readonly at: 'empty';
  /** How to list: as events of a watch, in pages, or all at once after a list expired between two pages. */
  readonly by: 'stream' | 'pages' | 'whole';
}

/** Within a list. */
export interface Paging extends Remembered {
  readonly at: 'paging';
  readonly continue: string;
}

/** Within a list that comes as events. */
export interface Receiving extends Remembered {
  readonly at: 'receiving';
  readonly stream: Stream;
  /** Something of it has come. */
  readonly isBegun: boolean;
}

/** To be watched from here. */
export interface Listed extends Remembered {
  readonly at: 'listed';
  readonly resourceVersion: string;
}

export interface Watching extends Remembered {
  readonly at: 'watching';
  readonly resourceVersion: string;
  readonly stream: Stream;
  /** When the server accepted it, on the monotonic clock. */
  readonly openedAt: number | undefined;
  /** No object has come over this stream yet. */
  readonly quiet: boolean;
}

/** The server does not serve the kind; asked again now and then, ever less often. */
interface Absent extends Remembered {
  readonly at: 'absent';
}

type Stream = AsyncIterator<readonly WatchEvent[]>;

export interface Step {
  /** For the store, in order. */
  readonly events: readonly StoreEvent[];
  readonly next: WatcherState;
  /** Milliseconds to let pass before the next step. */
  readonly wait: number;
}

export const begin = {
  at: 'empty',
  by: 'stream',
  streams: true,
  failures: 0,
  absences: 0,
} as const satisfies WatcherState;

/** Where a stream that nobody will follow any more is closed. */
export function close(state: WatcherState): void {
  if (state.at !== 'watching' && state.at !== 'receiving') return;
  // Not awaited: a stream that hangs would hang us too.
  state.stream.return?.().catch(() => undefined);
}

/** A list from the beginning. */
export function again({ streams, absences }: WatcherState, failures: number): Empty {
  return { at: 'empty', by: streams ? 'stream' : 'pages', streams, failures, absences };
}

/**
 * Doubles with each time. Where definitions can be followed, the kind is asked for again as soon as it has one, and
 * otherwise hardly ever.
 */
const absentMs = { shortest: 5_000, longest: 60_000, longestWhereDefined: 600_000 };

/** The server does not serve the kind. */
export function absent({ random, definitions }: Source, { streams, absences }: WatcherState): Step {
  const most = definitions?.state === 'synced' ? absentMs.longestWhereDefined : absentMs.longest;
  const longest = Math.min(absentMs.shortest * 2 ** (absences + 1), most);
  return {
    events: [{ op: 'absent' }],
    next: { at: 'absent', streams, failures: 0, absences: absences + 1 },
    wait: between(longest / 2, longest, random),
  };
}

/** From a state with its failures counted: on, after a while. */
export function failed({ random }: Source, error: unknown, next: WatcherState): Step {
  const cause = error instanceof Error ? error : new Error(String(error), { cause: error });
  return { events: [{ op: 'failed', error: cause }], next, wait: backoff(next.failures, error, random) };
}
