import { backoff, between } from './backoff.ts';
import { isExpired, isStatus } from './errors.ts';
import type { StoreEvent } from './store.ts';
import type { WatchEvent } from './watch.ts';
import { again, close, failed } from './watcher-state.ts';
import type { Listed, Source, Step, Watching, WatcherState } from './watcher-state.ts';

/** How long a server may keep a watch. */
const watchSeconds = { shortest: 300, longest: 600 };
/** A watch that lasted this long had no trouble; one that ends sooner without a single object was one. */
const provenMs = 1_000;
/** After so many failures of a watch its resourceVersion is doubted: a restored server may have gone back in time. */
const doubtAfter = 8;

/** What happens after a resourceVersion; without one, all objects come first. */
export function streamOf(
  { client, kind, scope, random }: Source,
  from: { readonly resourceVersion?: string },
  signal: AbortSignal,
): Watching['stream'] {
  const timeoutSeconds = between(watchSeconds.shortest, watchSeconds.longest, random);
  return client.watch(kind, { ...scope, ...from, timeoutSeconds }, signal)[Symbol.asyncIterator]();
}

export function open(source: Source, state: Listed, signal: AbortSignal): Step {
  const stream = streamOf(source, { resourceVersion: state.resourceVersion }, signal);
  return {
    events: [],
    next: { ...state, at: 'watching', stream, openedAt: undefined, quiet: true },
    wait: 0,
  };
}

export async function follow(source: Source, state: Watching, signal: AbortSignal): Promise<Step> {
  try {
    const { done, value } = await state.stream.next();
    return done === true ? ended(source, state) : take(source, state, value);
  } catch (error) {
    signal.throwIfAborted();
    return lost(source, state, error);
  }
}

/** Takes what has come at once. */
export function take(source: Source, state: Watching, batch: readonly WatchEvent[]): Step {
  const events: StoreEvent[] = [];
  const openedAt = state.openedAt ?? source.clock.monotonic();
  let { resourceVersion, quiet, failures } = state;
  for (const event of batch) {
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED': {
        const { object } = event;
        resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
        quiet = false;
        failures = 0;
        events.push({ op: event.type === 'DELETED' ? 'delete' : 'apply', object });
        continue;
      }
      case 'BOOKMARK':
        ({ resourceVersion } = event);
        events.push({ op: 'progress', resourceVersion });
        continue;
      case 'ERROR': {
        close(state);
        const here = { ...state, resourceVersion, openedAt, quiet, failures };
        const step = lost(source, here, event.error);
        return { ...step, events: [...events, ...step.events] };
      }
    }
  }
  return { events, next: { ...state, resourceVersion, openedAt, quiet, failures }, wait: 0 };
}

/** The server ended the watch, as it does now and then. */
function ended(source: Source, state: Watching): Step {
  if (!state.quiet || isProven(source, state)) return { events: [], next: listed(state, 0), wait: 0 };
  const failures = state.failures + 1;
  return {
    events: [],
    next: listed(state, failures),
    wait: backoff(failures, undefined, source.random),
  };
}

/** The watch failed: on from where it was, unless that is too old or in doubt. */
function lost(source: Source, state: Watching, error: unknown): Step {
  const failures = isProven(source, state) ? 1 : state.failures + 1;
  const relist = isExpired(error) || isStatus(error, 404) || failures >= doubtAfter;
  const next: WatcherState = relist ? again(state, failures) : listed(state, failures);
  return failed(source, error, next);
}

function listed({ resourceVersion, streams, absences }: Watching, failures: number): Listed {
  return { at: 'listed', resourceVersion, streams, absences, failures };
}

function isProven({ clock }: Source, { openedAt }: Watching): boolean {
  return openedAt !== undefined && clock.monotonic() - openedAt >= provenMs;
}
