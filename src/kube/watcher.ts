import type { Kind } from '../kinds/object.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { backoff, between } from './backoff.ts';
import type { KubeClient } from './client.ts';
import { isExpired, isStatus } from './errors.ts';
import type { StoreEvent } from './store.ts';
import type { WatchEvent } from './watch.ts';

/** What a watcher follows, and with what. */
export interface Source {
  readonly client: KubeClient;
  readonly kind: Kind;
  readonly scope: Scope;
  readonly clock: Clock;
  readonly random: Random;
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
export type WatcherState = Listing | Listed | Watching | Absent;

type Listing =
  /** Nothing listed that a watch could go on from. `paged` is false after a list expired between two pages. */
  | { readonly at: 'empty'; readonly paged: boolean; readonly failures: number }
  /** Within a list. */
  | { readonly at: 'paging'; readonly continue: string; readonly failures: number };

/** To be watched from here. */
interface Listed {
  readonly at: 'listed';
  readonly resourceVersion: string;
  readonly failures: number;
}

interface Watching {
  readonly at: 'watching';
  readonly resourceVersion: string;
  readonly failures: number;
  readonly stream: AsyncIterator<WatchEvent>;
  /** When the server accepted it, on the monotonic clock. */
  readonly openedAt: number | undefined;
  /** No object has come over this stream yet. */
  readonly quiet: boolean;
}

/** The server does not serve the kind; asked again now and then, ever less often. */
interface Absent {
  readonly at: 'absent';
  /** In a row. */
  readonly times: number;
}

export interface Step {
  /** For the store, in order. */
  readonly events: readonly StoreEvent[];
  readonly next: WatcherState;
  /** Milliseconds to let pass before the next step. */
  readonly wait: number;
}

export const begin = { at: 'empty', paged: true, failures: 0 } as const satisfies WatcherState;

const pageSize = 500;
const watchSeconds = { shortest: 300, longest: 600 };
/** Doubles with each time. Where definitions can be followed, the kind is asked for again as soon as it has one. */
const absentMs = { shortest: 5_000, longest: 60_000 };
/** A watch that lasted this long had no trouble; one that ends sooner without a single object was one. */
const provenMs = 1_000;
/** After so many failures of a watch its resourceVersion is doubted: a restored server may have gone back in time. */
const doubtAfter = 8;

/**
 * One step of list and watch: at most one call or one event of a stream. Rejects only with the reason of the signal;
 * everything else that goes wrong is an event, and a state to go on from.
 */
export async function step(source: Source, state: WatcherState, signal: AbortSignal): Promise<Step> {
  switch (state.at) {
    case 'absent':
      return list(source, begin, signal, state.times);
    case 'empty':
    case 'paging':
      return list(source, state, signal);
    case 'listed':
      return open(source, state, signal);
    case 'watching':
      return follow(source, state, signal);
  }
}

/** Where a stream that nobody will follow any more is closed. */
export function close(state: WatcherState): void {
  if (state.at !== 'watching') return;
  // Not awaited: a stream that hangs would hang us too.
  state.stream.return?.().catch(() => undefined);
}

async function list(source: Source, state: Listing, signal: AbortSignal, absent = 0): Promise<Step> {
  try {
    const page = await source.client.list(source.kind, { ...source.scope, ...pageOf(state) }, signal);
    const first: readonly StoreEvent[] = state.at === 'empty' ? [{ op: 'init' }] : [];
    const events: readonly StoreEvent[] = [...first, { op: 'page', objects: page.items }];
    const { failures } = state;
    if (page.continue !== undefined)
      return { events, next: { at: 'paging', continue: page.continue, failures }, wait: 0 };
    const { resourceVersion } = page;
    return {
      events: [...events, { op: 'initDone', resourceVersion }],
      next: { at: 'listed', resourceVersion, failures },
      wait: 0,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (isStatus(error, 404)) {
      const longest = Math.min(absentMs.shortest * 2 ** (absent + 1), absentMs.longest);
      const wait = between(longest / 2, longest, source.random);
      return { events: [{ op: 'absent' }], next: { at: 'absent', times: absent + 1 }, wait };
    }
    const failures = state.failures + 1;
    // The server changed faster than we turned pages: all at once then, or it would happen again.
    const restart = state.at === 'paging' && isExpired(error);
    return failed(source, error, restart ? { at: 'empty', paged: false, failures } : { ...state, failures });
  }
}

function pageOf(state: Listing): { readonly limit?: number; readonly continue?: string } {
  if (state.at === 'paging') return { limit: pageSize, continue: state.continue };
  return state.paged ? { limit: pageSize } : {};
}

function open({ client, kind, scope, random }: Source, state: Listed, signal: AbortSignal): Step {
  const timeoutSeconds = between(watchSeconds.shortest, watchSeconds.longest, random);
  const events = client.watch(
    kind,
    { ...scope, resourceVersion: state.resourceVersion, timeoutSeconds },
    signal,
  );
  const stream = events[Symbol.asyncIterator]();
  return {
    events: [],
    next: { ...state, at: 'watching', stream, openedAt: undefined, quiet: true },
    wait: 0,
  };
}

async function follow(source: Source, state: Watching, signal: AbortSignal): Promise<Step> {
  try {
    const { done, value: event } = await state.stream.next();
    if (done === true) return ended(source, state);
    const openedAt = state.openedAt ?? source.clock.monotonic();
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED': {
        const { object } = event;
        const resourceVersion = object.metadata.resourceVersion ?? state.resourceVersion;
        return {
          events: [{ op: event.type === 'DELETED' ? 'delete' : 'apply', object }],
          next: { ...state, resourceVersion, openedAt, quiet: false, failures: 0 },
          wait: 0,
        };
      }
      case 'BOOKMARK': {
        const { resourceVersion } = event;
        return {
          events: [{ op: 'progress', resourceVersion }],
          next: { ...state, resourceVersion, openedAt },
          wait: 0,
        };
      }
      case 'ERROR':
        close(state);
        return lost(source, state, event.error);
    }
  } catch (error) {
    signal.throwIfAborted();
    return lost(source, state, error);
  }
}

/** The server ended the watch, as it does now and then. */
function ended(source: Source, state: Watching): Step {
  const { resourceVersion } = state;
  if (!state.quiet || isProven(source, state)) {
    return { events: [], next: { at: 'listed', resourceVersion, failures: 0 }, wait: 0 };
  }
  const failures = state.failures + 1;
  return {
    events: [],
    next: { at: 'listed', resourceVersion, failures },
    wait: backoff(failures, undefined, source.random),
  };
}

/** The watch failed: on from where it was, unless that is too old or in doubt. */
function lost(source: Source, state: Watching, error: unknown): Step {
  const failures = isProven(source, state) ? 1 : state.failures + 1;
  const { resourceVersion } = state;
  const relist = isExpired(error) || isStatus(error, 404) || failures >= doubtAfter;
  const next: Listing | Listed = relist
    ? { at: 'empty', paged: true, failures }
    : { at: 'listed', resourceVersion, failures };
  return failed(source, error, next);
}

function isProven({ clock }: Source, { openedAt }: Watching): boolean {
  return openedAt !== undefined && clock.monotonic() - openedAt >= provenMs;
}

function failed({ random }: Source, error: unknown, next: Listing | Listed): Step {
  const cause = error instanceof Error ? error : new Error(String(error), { cause: error });
  return { events: [{ op: 'failed', error: cause }], next, wait: backoff(next.failures, error, random) };
}
