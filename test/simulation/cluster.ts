import { createApiServer } from '../../src/cluster/api-server.ts';
import type { ApiServer } from '../../src/cluster/api-server.ts';
import { kinds } from '../../src/kinds/kinds.ts';
import { createKubeClient } from '../../src/kube/client.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { isRecord } from '../../src/kinds/record.ts';
import { parseObject } from '../../src/kube/object.ts';
import type { Random } from '../../src/ports/random.ts';
import type { WireRequest, WireResponse } from '../../src/ports/wire.ts';
import { definitions } from './manifests.ts';
import { intentAfter, nothingWanted } from './intent.ts';
import type { Change, Intent } from './intent.ts';
import { connect } from './network.ts';
import type { Server } from './network.ts';
import { jsonOf } from './trace.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-clock.ts';

/** One embedded cluster with the history of what its people wanted. */
export interface Cluster {
  readonly name: string;
  readonly vpcId: string;
  /** Of its controller: what `ManagedBy` says. */
  readonly managedBy: string;
  /** The network its controller makes, if any. */
  readonly defaultNetwork?: string;
  readonly serve: Server;
  readonly revision: () => number;
  /** Every wish that was ever in force, the present one last. */
  readonly intents: () => readonly Intent[];
  /** Of those, and of the clusters of before in its place. */
  readonly everWanted: () => readonly Intent[];
  /** Wishes since this one are what anything may be judged by; set when all is known to be as wished. */
  epoch: number;
  /** It was rebuilt, and its people are writing down again what they want: until all of that is seen, in any order, no instant counts. */
  isReturning: boolean;
  /** Somebody with kubectl, who never meets a fault. */
  readonly user: KubeClient;
  /** A new cluster with nothing in it stands in the place of this one. */
  rebuild(): void;
}

export interface ClusterOptions {
  readonly name: string;
  readonly vpcId: string;
  readonly accountId: string;
  readonly defaultNetwork?: string;
  /** Of kinds besides those of every cluster. */
  readonly definitions?: readonly unknown[];
  readonly time: VirtualTime;
  readonly random: Random;
  readonly trace: Trace;
}

export function createCluster(options: ClusterOptions): Cluster {
  const { name, vpcId, accountId, defaultNetwork, time, random, trace, definitions: more = [] } = options;
  const clock = time.clock();
  const build = (): ApiServer => {
    const server = createApiServer({ clock, random, log: trace.log(`cluster ${name}`) });
    server.load([...definitions, ...more], { isVetted: true });
    return server;
  };
  let server = build();
  let intents: readonly Intent[] = [nothingWanted];
  let former: readonly Intent[] = [];

  /** What people write is their wish from the moment it takes effect. */
  const serveUser: Server = async (request, signal) => {
    const response = await server.wire(request, signal);
    trace.call(`user of ${name}`, request, response);
    if (request.method === 'GET' || response.status >= 300) return response;
    const change = await changeIn(request, response, time.elapsed);
    if (change !== undefined) intents = [...intents, intentAfter(intents.at(-1) ?? nothingWanted, change)];
    return response;
  };
  const { wire } = connect({
    time,
    server: serveUser,
    fate: () => ({ requestMs: 1 + 9 * random.next(), responseMs: 1 + 9 * random.next() }),
  });
  const cluster: Cluster = {
    name,
    vpcId,
    managedBy: `${accountId}/${name}/${vpcId}`,
    ...(defaultNetwork === undefined ? {} : { defaultNetwork }),
    serve: async (request, signal) => await server.wire(request, signal),
    revision: () => server.revision(),
    intents: () => intents,
    everWanted: () => [...former, ...intents],
    epoch: 0,
    isReturning: false,
    user: createKubeClient({ wire, clock, userAgent: 'kubectl' }),
    rebuild: () => {
      trace.note(`cluster ${name} is rebuilt`);
      server = build();
      former = cluster.everWanted();
      intents = [nothingWanted];
      cluster.epoch = 0;
      cluster.isReturning = true;
    },
  };
  return cluster;
}

/** Nothing when it is of a kind that nobody judges by. */
async function changeIn(
  { method, target }: WireRequest,
  response: WireResponse,
  at: number,
): Promise<Change | undefined> {
  const [path = ''] = target.split('?');
  if (method === 'DELETE') return { op: 'unwanted', path, at };
  const body = await jsonOf(response);
  const kind = Object.values(kinds).find((one) => isRecord(body) && body['kind'] === one.kind);
  const object = kind === undefined ? undefined : parseObject(body, kind);
  return object === undefined ? undefined : { op: 'wanted', object, at };
}
