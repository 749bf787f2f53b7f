import type { Kind } from '../../src/kinds/object.ts';
import type { Random } from '../../src/ports/random.ts';
import { WireError } from '../../src/ports/wire.ts';
import type { Wire, WireRequest, WireResponse } from '../../src/ports/wire.ts';
import type { VirtualTime } from '../simulation/virtual-clock.ts';
import { eventStream } from './event-stream.ts';
import type { EventStream } from './event-stream.ts';

export const thing: Kind = {
  group: 'example.org',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  namespaced: true,
};

/** What may go wrong with a call before it begins to answer. */
export const callFaults = [
  '500',
  '429',
  '410',
  '403',
  '502',
  'reset',
  'garbage',
  'truncated',
  'slow',
  'silence',
] as const;
export type CallFault = (typeof callFaults)[number];

/** What may go wrong with the streams that are open. */
export const streamFaults = [
  'close',
  'reset',
  'truncated',
  'garbage',
  'stall',
  'slow',
  'error 410',
  'error 500',
  'bookmark',
] as const;
export type StreamFault = (typeof streamFaults)[number];

/** What the server does when it is asked for a list as the first events of a watch. */
export const watchLists = ['sends', 'refuses', 'ignores'] as const;
export type WatchLists = (typeof watchLists)[number];

/** One kind in one namespace, as an API server keeps it: versions, history, pages, watches. And its bad days. */
export interface FakeApiServer {
  readonly wire: Wire;
  /** Creates or changes. */
  put(name: string): void;
  remove(name: string): void;
  /** Something happens to another kind: the version grows. */
  tick(): void;
  /** Forgets the past: watches and pages that begin there are too old. */
  compact(): void;
  /** The kind and all its objects go, as with their CRD. */
  dropKind(): void;
  restoreKind(): void;
  /** The next calls fail so. */
  failCalls(fault: CallFault, times: number): void;
  /** Whatever is being streamed fails so. */
  failStreams(fault: StreamFault): void;
  /** From now on nothing fails. */
  heal(): void;
  /** `name uid resourceVersion` of each object, as of a version. */
  at(resourceVersion: string): readonly string[];
  readonly resourceVersion: string;
  /** Targets in the order of the calls. */
  readonly calls: readonly string[];
}

interface Thing {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly managedFields: readonly unknown[];
  };
  readonly spec: { readonly text: string };
}

type World = ReadonlyMap<string, Thing>;

/** Within the patience of our calls, and without for a stream that begins with a list. */
const slowMs = 20_000;

/** Few, so that short lists have pages. */
const pageSize = 3;

export function fakeApiServer(time: VirtualTime, random: Random, watchLists: WatchLists): FakeApiServer {
  const history = new Map<number, World>([[1, new Map()]]);
  const log: { readonly version: number; readonly type: string; readonly object: Thing }[] = [];
  const streams = new Set<EventStream>();
  const faults: CallFault[] = [];
  const calls: string[] = [];
  let version = 1;
  let compacted = 0;
  let isServed = true;

  const world = (): World => history.get(version) ?? new Map<string, Thing>();
  const latency = (): number => 1 + random.next() * 40;

  const commit = (type: string, object: Thing): void => {
    const next = new Map(world());
    if (type === 'DELETED') next.delete(object.metadata.name);
    else next.set(object.metadata.name, object);
    version += 1;
    history.set(version, new Map([...next].toSorted(([a], [b]) => (a < b ? -1 : 1))));
    log.push({ version, type, object });
    for (const stream of streams) stream.send({ type, object });
  };

  const put = (name: string): void => {
    const before = world().get(name);
    commit(before === undefined ? 'ADDED' : 'MODIFIED', {
      apiVersion: 'example.org/v1',
      kind: 'Thing',
      metadata: {
        name,
        namespace: 'default',
        uid: before?.metadata.uid ?? random.uuid(),
        resourceVersion: String(version + 1),
        managedFields: [{ manager: 'somebody' }],
      },
      spec: { text: `größer → ${version}` },
    });
  };

  const remove = (name: string): void => {
    const object = world().get(name);
    if (object === undefined) return;
    commit('DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: String(version + 1) } });
  };

  const list = (query: URLSearchParams): WireResponse => {
    const [token, start] = (query.get('continue') ?? `${version}:0`).split(':').map(Number);
    if (token === undefined || start === undefined) throw new Error('a continue token that we never gave');
    if (query.has('continue') && token < compacted) return status(410, 'Expired');
    const all = [...(history.get(token) ?? world()).values()];
    const end = query.has('limit') ? Math.min(all.length, start + pageSize) : all.length;
    const metadata = {
      resourceVersion: String(token),
      ...(end < all.length ? { continue: `${token}:${end}` } : {}),
    };
    return json(200, {
      kind: 'ThingList',
      apiVersion: 'example.org/v1',
      metadata,
      items: all.slice(start, end),
    });
  };

  const watch = (query: URLSearchParams, signal: AbortSignal): WireResponse => {
    const isList = query.has('sendInitialEvents');
    if (isList && watchLists === 'refuses') return status(422, 'Invalid');
    const from = isList ? version : Number(query.get('resourceVersion'));
    const isTooOld = from < compacted;
    // Both forms occur: the one from the watch cache, the other from etcd.
    if (isTooOld && random.next() < 0.5) return status(410, 'Expired');
    const timeout = time.schedule(Number(query.get('timeoutSeconds')) * 1000, () => stream.end());
    const onClose = (): void => {
      timeout();
      streams.delete(stream);
    };
    const stream = eventStream({ time, random, latency, signal, onClose });
    if (isTooOld) {
      stream.send({ type: 'ERROR', object: statusObject(410, 'Expired') });
      stream.end();
      return { status: 200, headers: {}, body: stream.body };
    }
    streams.add(stream);
    if (isList) {
      for (const object of world().values()) stream.send({ type: 'ADDED', object });
      if (watchLists === 'sends') stream.send(bookmark(version, { 'k8s.io/initial-events-end': 'true' }));
    }
    for (const { version, type, object } of log) if (version > from) stream.send({ type, object });
    return { status: 200, headers: {}, body: stream.body };
  };

  const answer = (target: string, signal: AbortSignal): WireResponse | 'silence' => {
    const url = new URL(target, 'http://fake');
    const fault = faults.shift();
    if (fault === 'silence') return 'silence';
    if (fault !== undefined && fault !== 'slow') return broken(fault);
    if (!isServed) return { status: 404, headers: {}, body: Buffer.from('404 page not found\n') };
    return url.searchParams.has('watch') ? watch(url.searchParams, signal) : list(url.searchParams);
  };

  return {
    wire: async ({ target }: WireRequest, signal) => {
      calls.push(target);
      const { promise, resolve, reject } = Promise.withResolvers<WireResponse>();
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      time.schedule(latency(), () => {
        if (signal.aborted) return;
        const isSlow = faults[0] === 'slow';
        try {
          const response = answer(target, signal);
          if (response !== 'silence') time.schedule(isSlow ? slowMs : latency(), () => resolve(response));
        } catch (error) {
          time.schedule(latency(), () => reject(error));
        }
      });
      return promise;
    },
    put,
    remove,
    tick: () => {
      version += 1;
      history.set(version, history.get(version - 1) ?? new Map<string, Thing>());
    },
    compact: () => {
      compacted = version;
    },
    dropKind: () => {
      for (const name of world().keys()) remove(name);
      isServed = false;
      for (const stream of streams) stream.end();
    },
    restoreKind: () => {
      isServed = true;
    },
    failCalls: (fault, times) => {
      for (let i = 0; i < times; i++) faults.push(fault);
    },
    failStreams: (fault) => {
      for (const stream of streams) disturb(stream, fault, version);
    },
    heal: () => {
      faults.length = 0;
      isServed = true;
    },
    at: (resourceVersion) => linesOf(history.get(Number(resourceVersion))),
    get resourceVersion() {
      return String(version);
    },
    calls,
  };
}

/** How the tests write down what a world or a store holds. */
function linesOf(world: World | undefined): readonly string[] {
  if (world === undefined) return ['there was no such version'];
  return [...world.values()].map(
    ({ metadata, spec }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion} ${spec.text}`,
  );
}

function disturb(stream: EventStream, fault: StreamFault, version: number): void {
  switch (fault) {
    case 'close':
      return stream.end();
    case 'reset':
      return stream.fail(new WireError('the connection was closed by the other side'));
    case 'truncated':
      stream.raw('{"type":"MODIFIED","object":{"metadata":{"na');
      return stream.end();
    case 'garbage':
      return stream.raw('<html>\n');
    case 'stall':
      return stream.stall();
    case 'slow':
      return stream.delay(slowMs);
    case 'error 410':
      stream.send({ type: 'ERROR', object: statusObject(410, 'Expired') });
      return stream.end();
    case 'error 500':
      stream.send({ type: 'ERROR', object: statusObject(500, 'InternalError') });
      return stream.end();
    case 'bookmark':
      return stream.send(bookmark(version));
  }
}

function bookmark(version: number, annotations: Readonly<Record<string, string>> = {}): unknown {
  return { type: 'BOOKMARK', object: { metadata: { resourceVersion: String(version), annotations } } };
}

function broken(fault: Exclude<CallFault, 'silence' | 'slow'>): WireResponse {
  switch (fault) {
    case '500':
      return status(500, 'InternalError');
    case '429':
      return { ...status(429, 'TooManyRequests'), headers: { 'retry-after': '7' } };
    case '410':
      return status(410, 'Expired');
    case '403':
      return status(403, 'Forbidden');
    case '502':
      return { status: 502, headers: {}, body: Buffer.from('<html>Bad Gateway</html>') };
    case 'reset':
      throw new WireError('the connection was closed by the other side');
    case 'garbage':
      return { status: 200, headers: {}, body: Buffer.from('<html>Welcome</html>') };
    case 'truncated':
      return { status: 200, headers: {}, body: Buffer.from('{"kind":"ThingList","items":[{"meta') };
  }
}

function statusObject(code: number, reason: string): unknown {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `it is ${reason}` };
}

function status(code: number, reason: string): WireResponse {
  return json(code, statusObject(code, reason));
}

function json(code: number, body: unknown): WireResponse {
  return {
    status: code,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  };
}
