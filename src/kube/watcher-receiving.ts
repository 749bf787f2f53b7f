import { EndlessList, isStatus, MalformedResponse } from './errors.ts';
import type { Unstructured } from './object.ts';
import type { StoreEvent } from './store.ts';
import type { WatchEvent } from './watch.ts';
import { absent, again, close, failed } from './watcher-state.ts';
import type { Empty, Receiving, Source, Step, Watching } from './watcher-state.ts';
import { streamOf, take } from './watcher-watching.ts';

/** Asks for all objects as the first events of a watch, which saves a call, and the server a copy of the list. */
export function askForAll(source: Source, state: Empty, signal: AbortSignal): Step {
  const { failures, streams, absences } = state;
  const stream = streamOf(source, {}, signal);
  return {
    events: [],
    next: { at: 'receiving', stream, isBegun: false, failures, streams, absences },
    wait: 0,
  };
}

/** Takes what has come of the list; when it is complete, the stream goes on as a watch. */
export async function receive(source: Source, state: Receiving, signal: AbortSignal): Promise<Step> {
  try {
    const { done, value } = await state.stream.next();
    if (done === true) throw new MalformedResponse('the watch ended before it had sent the list');
    return sorted(source, state, value);
  } catch (error) {
    signal.throwIfAborted();
    return broken(source, state, error);
  }
}

function sorted(source: Source, state: Receiving, batch: readonly WatchEvent[]): Step {
  const events: StoreEvent[] = state.isBegun ? [] : [{ op: 'init' }];
  let page: Unstructured[] = [];
  const turn = (): void => {
    if (page.length > 0) events.push({ op: 'page', objects: page });
    page = [];
  };
  for (const [index, event] of batch.entries()) {
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
        page.push(event.object);
        continue;
      case 'DELETED':
        turn();
        events.push({ op: 'unlist', object: event.object });
        continue;
      case 'BOOKMARK': {
        if (!event.endsList) continue;
        turn();
        const { resourceVersion } = event;
        events.push({ op: 'initDone', resourceVersion });
        const step = take(source, watching(source, state, resourceVersion), batch.slice(index + 1));
        return { ...step, events: [...events, ...step.events] };
      }
      case 'ERROR':
        close(state);
        return broken(source, state, event.error);
    }
  }
  turn();
  return { events, next: { ...state, isBegun: true }, wait: 0 };
}

function watching({ clock }: Source, { stream, streams }: Receiving, resourceVersion: string): Watching {
  const known = { failures: 0, absences: 0, streams };
  return { at: 'watching', resourceVersion, stream, openedAt: clock.monotonic(), quiet: true, ...known };
}

/** What went wrong: the server does not send lists so, or something else, and then pages are surer next time. */
function broken(source: Source, state: Receiving, error: unknown): Step {
  if (isStatus(error, 404)) return absent(source, state);
  const pages: Empty = { ...again(state, state.failures), by: 'pages' };
  // Servers that do not offer it refuse the question (400, 422), or never say that the list is over.
  if (isStatus(error, 400) || isStatus(error, 422))
    return { events: [], next: { ...pages, streams: false }, wait: 0 };
  const streams = !(error instanceof EndlessList);
  return failed(source, error, { ...pages, streams, failures: state.failures + 1 });
}
