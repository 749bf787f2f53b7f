import type { Kind } from '../kinds/object.ts';
import type { Clock } from '../ports/clock.ts';
import { DeadlineExceeded } from '../ports/deadline.ts';
import type { WireResponse } from '../ports/wire.ts';
import type { Caller } from './call.ts';
import { EndlessList, MalformedResponse, statusErrorOfEvent } from './errors.ts';
import type { StatusError } from './errors.ts';
import { linesOf } from './lines.ts';
import { isRecord } from '../kinds/record.ts';
import { metadataOnly, parseObject } from './object.ts';
import type { Unstructured } from './object.ts';
import { collectionPath, queryOf } from './paths.ts';

export interface WatchOptions {
  /** Events after this one. Absent, the objects there are come first, and then a bookmark that ends their list (WatchList). */
  readonly resourceVersion?: string;
  /** After which the server ends the watch. */
  readonly timeoutSeconds: number;
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects come without anything but their metadata. */
  readonly metadataOnly?: boolean;
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Unstructured }
  /**
   * Nothing else happened up to here: a watch may go on from this version. The first event of a stream is one of ours,
   * with the version asked for, if one was: the server has accepted the watch.
   */
  | {
      readonly type: 'BOOKMARK';
      readonly resourceVersion: string;
      /** All objects that there were have come. */
      readonly endsList: boolean;
    }
  /** The last event of a stream. */
  | { readonly type: 'ERROR'; readonly error: StatusError };

/** How long after its time-out a server may still be silent before the connection counts as dead. */
const graceMs = 30_000;
/** How long a server that was asked for a list may be silent within it. One that does not know how ends it never. */
const patienceMs = 10_000;

/** See `KubeClient.watch`. */
export async function* watchEvents(
  { open, clock }: { readonly open: Caller['open']; readonly clock: Clock },
  { kind, options }: { readonly kind: Kind; readonly options: WatchOptions },
  signal: AbortSignal,
): AsyncGenerator<readonly WatchEvent[]> {
  const { namespace = '', timeoutSeconds, resourceVersion, labelSelector, fieldSelector } = options;
  const query = {
    watch: true,
    allowWatchBookmarks: true,
    ...(resourceVersion === undefined
      ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
      : { resourceVersion }),
    timeoutSeconds,
    labelSelector,
    fieldSelector,
  };
  const overdue = new AbortController();
  const bounded = AbortSignal.any([signal, overdue.signal]);
  let isListed = resourceVersion !== undefined;
  let timer = new AbortController();
  const expect = (): void => {
    const ms = isListed ? timeoutSeconds * 1000 + graceMs : patienceMs;
    const error = isListed ? new DeadlineExceeded(ms) : new EndlessList('the list of the watch did not end');
    timer.abort(inTime);
    timer = new AbortController();
    clock.sleep(ms, timer.signal).then(
      () => overdue.abort(error),
      () => undefined,
    );
  };
  try {
    const accept = options.metadataOnly === true ? { accept: metadataOnly.object } : {};
    const target = collectionPath(kind, namespace) + queryOf(query);
    const body = await open({ method: 'GET', target, ...accept }, bounded);
    expect();
    if (resourceVersion !== undefined) yield [{ type: 'BOOKMARK', resourceVersion, endsList: false }];
    for await (const lines of linesOf(untilAborted(chunksOf(body), bounded))) {
      const { events, error } = parseEvents(kind, lines);
      if (!isListed) {
        isListed = events.some((event) => event.type === 'BOOKMARK' && event.endsList);
        expect();
      }
      if (events.length > 0) yield events;
      if (error !== undefined) throw error;
    }
  } finally {
    timer.abort(inTime);
    // What follows this signal is let go with it.
    overdue.abort(inTime);
  }
}

/** One for all: nobody sees it, and to make an error takes longer than most else here. */
const inTime = new Error('the watch need not be waited for any more');

/** What was right until something was not. */
function parseEvents(
  kind: Kind,
  lines: readonly string[],
): { readonly events: readonly WatchEvent[]; readonly error?: unknown } {
  const events: WatchEvent[] = [];
  for (const line of lines) {
    try {
      events.push(parseEvent(kind, line));
    } catch (error) {
      return { events, error };
    }
  }
  return { events };
}

function parseEvent(kind: Kind, line: string): WatchEvent {
  const event = parseLine(line);
  const type = event['type'];
  if (type === 'ERROR') return { type, error: statusErrorOfEvent(event['object']) };
  if (type === 'BOOKMARK') return { type, ...bookmarkOf(event['object']) };
  const object = parseObject(event['object'], kind);
  if (object?.metadata.resourceVersion === undefined || !isChange(type)) throw notAnEvent(line);
  return { type, object };
}

function isChange(type: unknown): type is 'ADDED' | 'MODIFIED' | 'DELETED' {
  return type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED';
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const event: unknown = JSON.parse(line);
    if (isRecord(event)) return event;
  } catch {
    // Said below, like every other thing that is no event.
  }
  throw notAnEvent(line);
}

function bookmarkOf(object: unknown): { readonly resourceVersion: string; readonly endsList: boolean } {
  const metadata = isRecord(object) ? object['metadata'] : undefined;
  const version = isRecord(metadata) ? metadata['resourceVersion'] : undefined;
  if (typeof version !== 'string' || version === '') throw notAnEvent('a bookmark without resourceVersion');
  const annotations = isRecord(metadata) ? metadata['annotations'] : undefined;
  const endsList = isRecord(annotations) && annotations['k8s.io/initial-events-end'] === 'true';
  return { resourceVersion: version, endsList };
}

function notAnEvent(line: string): MalformedResponse {
  return new MalformedResponse(`what came over the watch is no event: ${line.slice(0, 100)}`);
}

async function* chunksOf(body: WireResponse['body']): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield body;
  else yield* body;
}

/** The same stream, but it rejects with the signal's reason at once, even when its source does not heed the signal. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let fail: ((reason: unknown) => void) | undefined;
  const onAbort = (): void => fail?.(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      // Not Promise.race: it would keep a reaction per chunk alive for as long as the watch lasts.
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        fail = reject;
        iterator.next().then(resolve, reject);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a source that hangs would hang us too.
    iterator.return?.().catch(() => undefined);
  }
}
