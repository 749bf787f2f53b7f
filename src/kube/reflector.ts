import type { Kind } from '../kinds/object.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { KubeClient } from './client.ts';
import { isStatus } from './errors.ts';
import { createStore } from './store.ts';
import type { Change, Store, StoreEvent, WritableStore } from './store.ts';
import { step } from './watcher.ts';
import { begin, close } from './watcher-state.ts';
import type { Scope, Source, WatcherState } from './watcher-state.ts';

export interface ReflectOptions {
  readonly client: KubeClient;
  readonly kind: Kind;
  /** Reflects only these objects. */
  readonly scope?: Scope;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Of all kinds: where one changes whose kind was not served, the server is asked again at once. */
  readonly definitions?: Store;
  /** As the first subscriber of the store: misses nothing. */
  readonly onChange?: (change: Change) => void;
  /** Ends it; the store then stays as it is. */
  readonly signal: AbortSignal;
}

/**
 * Keeps a store equal to the server, whatever happens on the way, until the signal is aborted. Returns at once, with a
 * store that knows nothing yet (`untilSettled`).
 */
export function reflect(options: ReflectOptions): Store {
  const { kind, onChange } = options;
  const log = options.log.with({ kind: kind.kind, group: kind.group, version: kind.version });
  const store = createStore(kind, log);
  if (onChange !== undefined) store.subscribe(onChange);
  void keep(store, { ...options, log });
  return store;
}

/** Drives the watcher. Never rejects: not even a bug of ours may end it while the rest of the program goes on. */
async function keep(
  store: WritableStore,
  { scope = {}, log, signal, ...rest }: ReflectOptions,
): Promise<void> {
  const source = { ...rest, scope };
  let state: WatcherState = begin;
  while (!signal.aborted) {
    try {
      const { events, next, wait } = await step(source, state, signal);
      state = next;
      for (const event of events) {
        report(log, store, event);
        store.write(event);
      }
      if (wait === 0) continue;
      if (next.at === 'absent' && source.definitions !== undefined) {
        if (await isDefined(source.definitions, source, wait, signal)) state = { ...next, absences: 0 };
      } else await source.clock.sleep(wait, signal);
    } catch (error) {
      if (signal.aborted) break;
      log.error('the reflector failed and starts again', { error });
      close(state);
      state = begin;
      await source.clock.sleep(bugPauseMs, signal).catch(() => undefined);
    }
  }
  close(state);
}

const bugPauseMs = 30_000;

/** What whoever follows a kind must be allowed to do, for people. */
function rightsFor({ plural, group }: Kind): string {
  return `list and watch on ${group === '' ? plural : `${plural}.${group}`}`;
}

/** Waits for the definition of the kind to change, `ms` at most. */
async function isDefined(
  definitions: Store,
  { kind: { plural, group }, clock }: Source,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  const changed = new AbortController();
  const unsubscribe = definitions.subscribe((change) => {
    if (change.op !== 'state' && change.object.metadata.name === `${plural}.${group}`) changed.abort();
  });
  try {
    await clock.sleep(ms, AbortSignal.any([signal, changed.signal]));
  } catch (error) {
    if (!changed.signal.aborted || signal.aborted) throw error;
  } finally {
    unsubscribe();
  }
  return changed.signal.aborted;
}

/** Once per trouble, and once when it is over; not once per attempt. */
function report(log: Log, { kind, trouble, state, synced }: Store, event: StoreEvent): void {
  if (event.op === 'failed') {
    const error = event.error.message;
    if (trouble !== undefined) log.debug('the server still cannot be followed', { error });
    else if (!isStatus(event.error, 403)) log.warn('the server cannot be followed', { error });
    else log.warn('this kind may not be followed', { error, allow: rightsFor(kind) });
  } else if (event.op === 'absent') {
    if (synced) log.warn('the server no longer serves this kind');
    else if (state === 'pending') log.info('the server does not serve this kind');
  } else if (trouble !== undefined) {
    log.info('the server can be followed again');
  }
}
