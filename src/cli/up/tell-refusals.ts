import { createRecorder } from '../../cluster/controllers/recorder.ts';
import type { Recorder } from '../../cluster/controllers/recorder.ts';
import type { ApiObject } from '../../cluster/workloads/write.ts';
import { kinds } from '../../kinds/kinds.ts';
import { refKey } from '../../kinds/object.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { createKubeClient } from '../../kube/client.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isStatus } from '../../kube/errors.ts';
import { objectsNamedBy, tagOf } from '../../lattice/model/ownership.ts';
import type { RefusedConfiguration, RefusedResource } from '../../local/observed.ts';
import type { Clock } from '../../ports/clock.ts';
import { within } from '../../ports/deadline.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import { httpClient } from '../../ports/system/http-client.ts';
import type { World } from '../command.ts';
import type { AdminSite } from '../lattice-admin.ts';
import { refusalsAt, sentenceOf } from '../lattice-refusals.ts';
import { openCluster } from '../open-cluster.ts';

export interface Told {
  /** Of the VPC Lattice API. */
  readonly endpoint: string;
  readonly kubeconfig: string;
  /** One for each cluster, called as its controller calls the cluster. */
  readonly contexts: readonly string[];
}

/** Tells objects of clusters what Envoy refuses of them, until what it gives is called. */
export function startTelling(
  { endpoint, kubeconfig, contexts }: Told,
  { env, clock, random, log }: Pick<World, 'env' | 'clock' | 'random' | 'log'>,
): () => Promise<void> {
  const over = new AbortController();
  const lattice = httpClient({ origin: endpoint });
  const opened = contexts.map((name) => {
    const { connection, http } = openCluster({ env: { ...env, KUBECONFIG: kubeconfig }, clock }, name);
    return {
      name,
      http,
      client: createKubeClient({ ...connection, wire: http.wire, clock, userAgent: 'trellis-up' }),
    };
  });
  const telling = tellRefusals({
    lattice: { wire: lattice.wire, origin: endpoint },
    clusters: new Map(opened.map(({ name, client }) => [name, client])),
    clock,
    random,
    log: log('refusals'),
    signal: over.signal,
  });
  return async () => {
    over.abort();
    await telling;
    await Promise.all([lattice.close(), ...opened.map(async ({ http }) => http.close())]);
  };
}

interface TellRefusalsOptions {
  readonly lattice: AdminSite;
  /** By the name that their controllers write into tags. */
  readonly clusters: ReadonlyMap<string, KubeClient>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const everyMs = 1_000;
const answerWithinMs = 4_000;
/** An Envoy that starts again refuses nothing for a moment. */
const goneAfterMs = 5_000;

/**
 * Tells routes and gateways what Envoy refuses of what was made for them, as events: that is no word of AWS's, so no
 * controller asks for it. Another event says when it is over. Resolves when the signal is aborted.
 */
async function tellRefusals(options: TellRefusalsOptions): Promise<void> {
  const { lattice, clusters, clock, log, signal } = options;
  const recorders = new Map(
    [...clusters].map(([name, client]) => [
      name,
      createRecorder({ ...options, client, component: 'vpc-lattice-data-plane' }),
    ]),
  );
  const told = new Map<string, Said>();
  while (!signal.aborted) {
    try {
      const refused = await within(clock, answerWithinMs, signal, async (until) =>
        refusalsAt(lattice, until),
      );
      const now = clock.monotonic();
      for (const [key, each] of concernedBy(refused)) {
        if (!told.has(key)) await record(each, warning(each));
        told.set(key, { ...each, lastSeen: now });
      }
      for (const [key, each] of told) {
        if (now - each.lastSeen < goneAfterMs) continue;
        await record(each, allClear);
        told.delete(key);
      }
    } catch (error) {
      if (!signal.aborted) log.debug('objects are not told what envoy refuses', { error });
    }
    await clock.sleep(everyMs, signal).catch(() => undefined);
  }

  async function record(
    { cluster, ref }: Concerned,
    event: Parameters<Recorder['record']>[1],
  ): Promise<void> {
    const [client, recorder] = [clusters.get(cluster), recorders.get(cluster)];
    const object = client === undefined ? undefined : await objectAt(client, ref, signal);
    if (object !== undefined) recorder?.record(object, event);
  }
}

/** An object of a cluster, and what is refused of it. */
interface Concerned {
  readonly cluster: string;
  readonly ref: ObjectRef;
  readonly sentence: string;
}

interface Said extends Concerned {
  /** By the monotonic clock. */
  readonly lastSeen: number;
}

/** By object and sentence. */
function concernedBy(refused: readonly RefusedConfiguration[]): ReadonlyMap<string, Concerned> {
  const concerned = refused.flatMap((each) =>
    each.resources.flatMap((resource) =>
      objectsOf(resource).map((object) => ({ ...object, sentence: sentenceOf(each) })),
    ),
  );
  return new Map(concerned.map((each) => [[each.cluster, refKey(each.ref), each.sentence].join(' '), each]));
}

function objectsOf({ tags }: RefusedResource): readonly Omit<Concerned, 'sentence'>[] {
  const [, cluster = ''] = tagOf(tags, 'ManagedBy')?.split('/') ?? [];
  return objectsNamedBy(tags).map((ref) => ({ cluster, ref }));
}

async function objectAt(
  client: KubeClient,
  { group, kind, namespace, name }: ObjectRef,
  signal: AbortSignal,
): Promise<ApiObject | undefined> {
  const known = Object.values(kinds).find((each) => each.group === group && each.kind === kind);
  if (known === undefined) return undefined;
  try {
    return await client.get(known, { namespace, name }, signal);
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

function warning({ sentence }: Concerned): Parameters<Recorder['record']>[1] {
  return { type: 'Warning', reason: 'RefusedByEnvoy', message: sentence };
}

const allClear: Parameters<Recorder['record']>[1] = {
  type: 'Normal',
  reason: 'TakenByEnvoy',
  message: 'Envoy has what it did not take before, or nobody asks for it any longer.',
};
