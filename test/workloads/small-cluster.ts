import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster } from '../../src/cluster/cluster.ts';
import type { Cluster, ClusterOptions } from '../../src/cluster/cluster.ts';
import { RangeTaken } from '../../src/cluster/pods/range-claim.ts';
import { createKubeClient } from '../../src/kube/client.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { isStatus } from '../../src/kube/errors.ts';
import type { Unstructured } from '../../src/kube/object.ts';
import type { Kind } from '../../src/kinds/object.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { httpClient } from '../../src/ports/system/http-client.ts';
import { systemLog } from '../../src/ports/system/log.ts';
import { systemProgram } from '../../src/ports/system/program.ts';
import { systemRandom } from '../../src/ports/system/random.ts';

/** A cluster of a test, with a client of its own. */
export interface SmallCluster {
  readonly cluster: Cluster;
  readonly client: KubeClient;
  readonly signal: AbortSignal;
  get(kind: Kind, name: string): Promise<Unstructured | undefined>;
  list(kind: Kind): Promise<readonly Unstructured[]>;
  close(): Promise<void>;
}

/** Starts one, with a range for its pods that nobody on this machine has: other runs of the tests may go on beside. */
export async function smallCluster(
  options: Partial<Pick<ClusterOptions, 'manifests' | 'podNames' | 'podCidr' | 'vpcNamespace'>> = {},
): Promise<SmallCluster> {
  for (let third = 0; third < 255; third += 1) {
    try {
      return await inRange(`127.94.${third}.0/24`, options);
    } catch (error) {
      if (!(error instanceof RangeTaken)) throw error;
    }
  }
  return assert.fail('every range is taken');
}

async function inRange(
  podCidr: string,
  options: Partial<Pick<ClusterOptions, 'manifests' | 'podNames' | 'podCidr' | 'vpcNamespace'>>,
): Promise<SmallCluster> {
  const { signal } = new AbortController();
  const cluster = await startCluster({
    name: 'test',
    listen: { host: '127.0.0.1', port: 0 },
    podCidr,
    serviceCidr: '10.96.0.0/16',
    token: 'test-token',
    manifests: [],
    ...options,
    clock: systemClock,
    random: systemRandom,
    log: systemLog('error', 'test'),
    signal,
  });
  const { server, tls, token } = loadKubeconfig({
    env: { KUBECONFIG: '/kubeconfig' },
    readFile: () => cluster.kubeconfig(),
    run: systemProgram,
    clock: systemClock,
  });
  const http = httpClient({ origin: server, ...(tls === undefined ? {} : { tls }) });
  const client = createKubeClient({
    wire: http.wire,
    clock: systemClock,
    userAgent: 'test',
    ...(token === undefined ? {} : { token }),
  });
  return {
    cluster,
    client,
    signal,
    get: async (kind, name) => {
      try {
        return await client.get(kind, { namespace: 'default', name }, signal);
      } catch (error) {
        if (isStatus(error, 404)) return undefined;
        throw error;
      }
    },
    list: async (kind) => (await client.list(kind, { namespace: 'default' }, signal)).items,
    close: async () => {
      await http.close();
      await cluster.close();
    },
  };
}

/** Looks until there is something to see, and gives it; fails after ten seconds with what was waited for. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    assert.ok(Date.now() < end, `not within 10 s: ${what}`);
    await delay(10);
  }
}
