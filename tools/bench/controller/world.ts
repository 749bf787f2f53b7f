import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../src/ports/system/temporary-folder.ts';
import { watchCluster } from '../../../src/controller/watch.ts';
import { kinds } from '../../../src/kinds/kinds.ts';
import { createKubeClient } from '../../../src/kube/client.ts';
import { loadKubeconfig } from '../../../src/kube/kubeconfig.ts';
import { reflect } from '../../../src/kube/reflector.ts';
import type { Change } from '../../../src/kube/store.ts';
import type { LatencyProfile } from '../../../src/local/state/state.ts';
import { systemClock } from '../../../src/ports/system/clock.ts';
import { httpClient } from '../../../src/ports/system/http-client.ts';
import { systemLog } from '../../../src/ports/system/log.ts';
import { systemProgram } from '../../../src/ports/system/program.ts';
import { systemRandom } from '../../../src/ports/system/random.ts';
import type { Stores } from '../../../src/snapshot/stores.ts';
import { freePort } from '../../kube/free-port.ts';
import { startMain, startTrellis } from '../../story/trellis.ts';
import type { Trellis } from '../../story/trellis.ts';
import { builtMain } from '../built.ts';
import { latticeAddress } from '../lattice-address.ts';
import { kubectl } from './kubectl.ts';
import type { Kubectl } from './kubectl.ts';
import { startSlowLattice } from './slow-lattice.ts';
import type { SlowLattice } from './slow-lattice.ts';

/** What the controller is told of itself; the observer, which computes the floor, is told the same. */
export const identity = {
  accountId: '123456789012',
  clusterName: 'bench',
  vpcId: 'vpc-0be2c00000000000b',
  region: 'us-west-2',
  network: 'bench',
} as const;

/** Nobody scrapes it. */
const closed = ['--metrics-bind-address', '0', '--health-probe-bind-address', '0'];

/** A controller of a cluster, against a Lattice, as an installed package runs it. */
export async function startController(
  root: string,
  { kubeconfig, endpoint }: { readonly kubeconfig: string; readonly endpoint: string },
): Promise<Trellis> {
  return await startMain([...builtMain(root), 'controller', ...closed], {
    KUBECONFIG: kubeconfig,
    AWS_ENDPOINT_URL_VPC_LATTICE: endpoint,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'local',
    CLUSTER_NAME: identity.clusterName,
    CLUSTER_VPC_ID: identity.vpcId,
    AWS_ACCOUNT_ID: identity.accountId,
    REGION: identity.region,
    DEFAULT_SERVICE_NETWORK: identity.network,
  });
}

/** A Lattice, a cluster and a controller, each a process as people run them, with the slow proxy in between. */
export interface World {
  /** The Lattice API itself: what is asked here is not slowed down. */
  readonly endpoint: string;
  readonly slow: SlowLattice;
  readonly kubectl: Kubectl;
  /** Ends the controller and starts another one; resolves when that one has read the cluster. */
  readonly restartController: () => Promise<void>;
  /** What the cluster says now, seen by a watch of our own. */
  readonly stores: Stores;
  /** Of pods that nobody has told to go. */
  readonly podNames: () => ReadonlySet<string>;
  /** Resolves with the moment at which our watch shows a change that fits, by `performance.now()`. */
  readonly seen: (fits: (change: Change) => boolean, withinMs: number) => Promise<number>;
  /** Where clients of the cluster's VPC reach the Gateway's port, once there is a route. */
  readonly address: () => Promise<string>;
  readonly port: number;
  readonly close: () => Promise<void>;
}

export interface WorldOptions {
  readonly root: string;
  /** Of what comes to be in Lattice. */
  readonly latency: LatencyProfile;
  readonly signal: AbortSignal;
}

/** Starts everything. What has been started is stopped when something fails. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const folder = temporaryFolder('bench');
  const closing: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    return await assemble({ ...options, folder, closing, close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Site extends WorldOptions {
  readonly folder: string;
  readonly closing: (() => Promise<void> | void)[];
  readonly close: () => Promise<void>;
}

async function assemble({ root, latency, folder, signal, closing, close }: Site): Promise<World> {
  const names = join(folder, 'names');
  mkdirSync(names);
  const kubeconfig = join(folder, 'kubeconfig');
  const port = await freePort();
  const lattice = await startTrellis(root, [
    'lattice',
    '--listen=127.0.0.1:0',
    `--latency=${latency}`,
    `--names-dir=${names}`,
    `--vpcs=${identity.vpcId}`,
    `--port-offset=${port - 80}`,
  ]);
  closing.push(lattice.close);
  const cluster = await startTrellis(root, [
    'cluster',
    '--listen=127.0.0.1:0',
    `--name=${identity.clusterName}`,
    `--kubeconfig=${kubeconfig}`,
    '--pod-cidr=127.160.0.0/16',
    '--service-cidr=127.161.0.0/16',
    `--names-dir=${join(names, identity.vpcId)}`,
  ]);
  closing.push(cluster.close);
  const endpoint = lattice.facts['url'] ?? '';
  const slow = await startSlowLattice(endpoint);
  closing.push(slow.close);
  const start = async (): Promise<Trellis> => startController(root, { kubeconfig, endpoint: slow.url });
  let controller = await start();
  closing.push(async () => controller.close());
  const restartController = async (): Promise<void> => {
    await controller.close();
    controller = await start();
  };
  const watched = await watch(kubeconfig, signal);
  closing.push(watched.close);
  const { stores, podNames, seen } = watched;
  const typed = kubectl({ kubeconfig, cacheDir: join(folder, 'cache'), root });
  const address = async (): Promise<string> => latticeAddress(names, identity.vpcId, signal);
  return {
    endpoint,
    slow,
    kubectl: typed,
    restartController,
    stores,
    podNames,
    seen,
    address,
    port,
    close,
  };
}

async function watch(
  kubeconfig: string,
  signal: AbortSignal,
): Promise<Pick<World, 'stores' | 'podNames' | 'seen' | 'close'>> {
  const connection = loadKubeconfig({
    env: { KUBECONFIG: kubeconfig },
    readFile: (path) => readFileSync(path, 'utf8'),
    run: systemProgram,
    clock: systemClock,
  });
  const http = httpClient({
    origin: connection.server,
    ...(connection.tls === undefined ? {} : { tls: connection.tls }),
  });
  const client = createKubeClient({
    ...connection,
    wire: http.wire,
    clock: systemClock,
    userAgent: 'trellis-bench',
  });
  const stop = new AbortController();
  const options = {
    client,
    clock: systemClock,
    random: systemRandom,
    log: systemLog('warn', 'bench'),
    signal: AbortSignal.any([signal, stop.signal]),
  };
  const waiting = new Set<(change: Change) => void>();
  const onChange = (change: Change): void => {
    for (const tell of waiting) tell(change);
  };
  const watched = watchCluster({ ...options, onChange: () => undefined });
  await watched.settled(options.signal);
  const pods = reflect({ ...options, kind: kinds.Pod, onChange });
  reflect({ ...options, kind: kinds.HTTPRoute, onChange });
  return {
    stores: watched.stores,
    podNames: () =>
      new Set(
        pods
          .list()
          .flatMap(({ metadata: { name, deletionTimestamp } }) =>
            deletionTimestamp === undefined ? [name] : [],
          ),
      ),
    seen: async (fits, withinMs) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(tell);
          reject(new Error(`the cluster did not show the change within ${withinMs} ms`));
        }, withinMs);
        const tell = (change: Change): void => {
          if (!fits(change)) return;
          clearTimeout(late);
          waiting.delete(tell);
          resolve(performance.now());
        };
        waiting.add(tell);
      }),
    close: async () => {
      stop.abort();
      await http.close();
    },
  };
}
