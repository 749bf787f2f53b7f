import { isStatus } from '../../kube/errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import { eventKind } from '../workloads/kinds.ts';
import { timestamp } from '../workloads/time.ts';
import { defined, uidOf } from '../workloads/write.ts';
import type { ApiObject, EventText } from '../workloads/write.ts';

/** Writes what happens to objects as core/v1 Events, where `kubectl describe` finds it. */
export interface Recorder {
  /** Returns at once; an event that cannot be written is lost, and nothing else is. */
  record(object: ApiObject, event: EventText): void;
  /** Resolves when all that was recorded is written. */
  flush(): Promise<void>;
}

export interface RecorderOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Who says so: `kubelet`, `deployment-controller`. */
  readonly component: string;
  readonly signal: AbortSignal;
}

/** How many different events are remembered, so that saying one again counts it instead of writing another. */
const remembered = 500;

export function createRecorder(options: RecorderOptions): Recorder {
  const { clock, log, signal } = options;
  const known = new Map<string, Said>();
  let queue: Promise<void> = Promise.resolve();

  async function write(object: ApiObject, event: EventText, now: number): Promise<void> {
    const key = [uidOf(object), event.type, event.reason, event.message].join('\n');
    const before = known.get(key);
    known.delete(key);
    const said =
      (before === undefined ? undefined : await again(options, before, now)) ??
      (await first(options, { object, event, now }));
    known.set(key, said);
    for (const oldest of known.keys()) {
      if (known.size <= remembered) break;
      known.delete(oldest);
    }
  }

  async function after(before: Promise<void>, work: () => Promise<void>): Promise<void> {
    await before;
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) log.debug('an event was not written', { error });
    }
  }

  return {
    record: (object, event) => {
      const now = clock.now();
      queue = after(queue, async () => {
        if (!signal.aborted) await write(object, event, now);
      });
    },
    flush: async () => queue,
  };
}

/** An event that was written, and how often it happened. */
interface Said {
  readonly namespace: string;
  readonly name: string;
  readonly count: number;
}

async function first(
  { client, random, component, signal }: RecorderOptions,
  { object, event, now }: { readonly object: ApiObject; readonly event: EventText; readonly now: number },
): Promise<Said> {
  const { name: about, namespace = 'default', uid, resourceVersion } = object.metadata;
  const name = `${about}.${random.uuid().replaceAll('-', '').slice(0, 16)}`;
  const time = timestamp(now);
  const written: ApiObject = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: defined({
      apiVersion: object.apiVersion,
      kind: object.kind,
      namespace: object.metadata.namespace,
      name: about,
      uid,
      resourceVersion,
    }),
    ...event,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
  await client.create(eventKind, written, signal);
  return { namespace, name, count: 1 };
}

/** Counts the event once more; nothing when it is there no longer. */
async function again(
  { client, signal }: RecorderOptions,
  { namespace, name, count }: Said,
  now: number,
): Promise<Said | undefined> {
  try {
    const body = { count: count + 1, lastTimestamp: timestamp(now) };
    await client.patch(eventKind, { namespace, name }, { type: 'merge', body }, signal);
    return { namespace, name, count: count + 1 };
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}
