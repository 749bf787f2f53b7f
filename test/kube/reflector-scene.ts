import { createKubeClient } from '../../src/kube/client.ts';
import { isRecord } from '../../src/kinds/record.ts';
import { reflect } from '../../src/kube/reflector.ts';
import type { Change, Store } from '../../src/kube/store.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { virtualTime } from '../simulation/virtual-clock.ts';
import type { VirtualClock, VirtualTime } from '../simulation/virtual-clock.ts';
import { fakeApiServer, thing } from './fake-api-server.ts';
import type { FakeApiServer, WatchLists } from './fake-api-server.ts';
import { recordingLog } from './recording-log.ts';

/** A reflector at work against the fake server, in virtual time. */
export interface Scene {
  readonly time: VirtualTime;
  readonly clock: VirtualClock;
  readonly server: FakeApiServer;
  readonly store: Store;
  readonly changes: readonly Change[];
  readonly logged: readonly string[];
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/** Where there is nothing special: one seed, and a server that refuses to send lists as events. */
export interface SceneOptions {
  readonly seed?: number;
  readonly watchLists?: WatchLists;
  readonly onChange?: (change: Change, store: Store) => void;
  readonly definitions?: Store;
}

export function scene({ seed = 1, watchLists = 'refuses', onChange, definitions }: SceneOptions = {}): Scene {
  const random = seededRandom(seed);
  const time = virtualTime(random);
  const clock = time.clock();
  const server = fakeApiServer(time, random, watchLists);
  const changes: Change[] = [];
  const stop = new AbortController();
  const { signal } = stop;
  const { log, lines } = recordingLog();
  const client = createKubeClient({ wire: server.wire, clock, userAgent: 'test' });
  const store = reflect({
    client,
    kind: thing,
    clock,
    random,
    log,
    signal,
    ...(definitions === undefined ? {} : { definitions }),
    onChange: (change) => changes.push(change),
  });
  if (onChange !== undefined) store.subscribe((change) => onChange(change, store));
  return {
    time,
    clock,
    server,
    store,
    changes,
    logged: lines,
    signal,
    stop: () => stop.abort(new Error('the test is over')),
  };
}

/** The store as `FakeApiServer.at` writes down the server. */
export function contentsOf(store: Store): readonly string[] {
  return store.list().map((object) => {
    const { metadata } = object;
    const text = isRecord(object['spec']) ? String(object['spec']['text']) : '';
    return `${metadata.name} ${metadata.uid} ${metadata.resourceVersion} ${text}`;
  });
}

export function opsOf(changes: readonly Change[]): readonly string[] {
  return changes.map((change) =>
    change.op === 'state' ? change.state : `${change.op} ${change.object.metadata.name}`,
  );
}
