import { isExpired, isStatus } from './errors.ts';
import type { StoreEvent } from './store.ts';
import { absent, again, failed } from './watcher-state.ts';
import type { Empty, Paging, Source, Step, WatcherState } from './watcher-state.ts';
import { askForAll, receive } from './watcher-receiving.ts';
import { follow, open } from './watcher-watching.ts';

const pageSize = 500;

/**
 * One step of list and watch: at most one call or one delivery of a stream. Rejects only with the reason of the signal;
 * everything else that goes wrong is an event, and a state to go on from.
 */
export async function step(source: Source, state: WatcherState, signal: AbortSignal): Promise<Step> {
  switch (state.at) {
    case 'absent':
      return step(source, again(state, 0), signal);
    case 'empty':
      return state.by === 'stream' ? askForAll(source, state, signal) : list(source, state, signal);
    case 'paging':
      return list(source, state, signal);
    case 'receiving':
      return receive(source, state, signal);
    case 'listed':
      return open(source, state, signal);
    case 'watching':
      return follow(source, state, signal);
  }
}

async function list(source: Source, state: Empty | Paging, signal: AbortSignal): Promise<Step> {
  try {
    const page = await source.client.list(source.kind, { ...source.scope, ...pageOf(state) }, signal);
    const first: readonly StoreEvent[] = state.at === 'empty' ? [{ op: 'init' }] : [];
    const events: readonly StoreEvent[] = [...first, { op: 'page', objects: page.items }];
    const { failures, streams } = state;
    const known = { failures, streams, absences: 0 };
    if (page.continue !== undefined)
      return { events, next: { at: 'paging', continue: page.continue, ...known }, wait: 0 };
    const { resourceVersion } = page;
    return {
      events: [...events, { op: 'initDone', resourceVersion }],
      next: { at: 'listed', resourceVersion, ...known },
      wait: 0,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (isStatus(error, 404)) return absent(source, state);
    const failures = state.failures + 1;
    // The server changed faster than we turned pages: all at once then, or it would happen again.
    const restart = state.at === 'paging' && isExpired(error);
    const next: Empty | Paging = restart
      ? { ...again(state, failures), by: 'whole' }
      : { ...state, failures };
    return failed(source, error, next);
  }
}

function pageOf(state: Empty | Paging): { readonly limit?: number; readonly continue?: string } {
  if (state.at === 'paging') return { limit: pageSize, continue: state.continue };
  return state.by === 'whole' ? {} : { limit: pageSize };
}
