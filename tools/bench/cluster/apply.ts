import { join } from 'node:path';
import { reflect } from '../../../src/kube/reflector.ts';
import { untilSettled } from '../../../src/kube/store.ts';
import type { Store } from '../../../src/kube/store.ts';
import { systemClock } from '../../../src/ports/system/clock.ts';
import { systemLog } from '../../../src/ports/system/log.ts';
import { systemRandom } from '../../../src/ports/system/random.ts';
import { kubectl } from '../controller/kubectl.ts';
import type { BuiltCluster } from './built.ts';
import { routes, services, shop, slices } from './manifests.ts';
import type { Manifest } from './manifests.ts';

interface ApplyOptions {
  readonly root: string;
  readonly folder: string;
  readonly cluster: BuiltCluster;
  readonly signal: AbortSignal;
  readonly applied: number;
  readonly watchers: number;
}

/** How long watchers may take to see what kubectl has written. */
const patienceMs = 10_000;

/** Real kubectl applies everything, which must succeed, while watchers with connections of their own follow. */
export async function measureApply(
  options: ApplyOptions,
): Promise<{ readonly ms: number; readonly missed: number }> {
  const { root, folder, cluster, signal, applied } = options;
  const manifests = shop(applied);
  const type = kubectl({ root, kubeconfig: cluster.kubeconfig, cacheDir: join(folder, 'cache') });
  const { stores, stop } = await startWatchers(options);
  try {
    const begin = performance.now();
    await type(
      ['apply', '-f', '-'],
      manifests.map(({ object }) => object),
    );
    const ms = performance.now() - begin;
    const until = performance.now() + patienceMs;
    while (missedBy(stores, manifests) > 0 && performance.now() < until) await systemClock.sleep(50, signal);
    return { ms, missed: missedBy(stores, manifests) };
  } finally {
    await stop();
  }
}

async function startWatchers({ cluster, watchers }: ApplyOptions): Promise<{
  readonly stores: readonly Store[];
  readonly stop: () => Promise<void>;
}> {
  const over = new AbortController();
  const followed = [routes, services, slices];
  const following = Array.from({ length: watchers }, (_, number) => {
    const { client, http } = cluster.connect();
    const kind = followed[number % followed.length] ?? routes;
    const [clock, random, log] = [systemClock, systemRandom, systemLog('error', 'bench')];
    return { http, store: reflect({ client, kind, clock, random, log, signal: over.signal }) };
  });
  const stores = following.map(({ store }) => store);
  await untilSettled(stores, over.signal);
  return {
    stores,
    stop: async () => {
      over.abort(new Error('measured'));
      for (const { http } of following) await http.close();
    },
  };
}

function missedBy(stores: readonly Store[], manifests: readonly Manifest[]): number {
  return stores.reduce((sum, store) => {
    const ofKind = manifests.filter(({ kind }) => kind === store.kind);
    const missed = ofKind.filter(({ object }) => store.get('default', object.metadata.name) === undefined);
    return sum + missed.length;
  }, 0);
}
