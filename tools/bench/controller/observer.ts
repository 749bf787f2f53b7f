import { setTimeout as sleep } from 'node:timers/promises';
import { apply } from '../../../src/lattice/aws/apply.ts';
import { createLattice } from '../../../src/lattice/aws/lattice.ts';
import { Ledger } from '../../../src/lattice/aws/ledger.ts';
import { managedBy } from '../../../src/lattice/model/ownership.ts';
import { plan } from '../../../src/lattice/plan/plan.ts';
import type { Step } from '../../../src/lattice/plan/step.ts';
import { translate } from '../../../src/lattice/translate/translate.ts';
import { systemClock } from '../../../src/ports/system/clock.ts';
import { httpClient } from '../../../src/ports/system/http-client.ts';
import { systemLog } from '../../../src/ports/system/log.ts';
import { systemRandom } from '../../../src/ports/system/random.ts';
import { resolve } from '../../../src/routing/resolve.ts';
import { takeSnapshot } from '../../../src/snapshot/snapshot.ts';
import type { Stores } from '../../../src/snapshot/stores.ts';
import { identity } from './world.ts';
import type { World } from './world.ts';

/** Plans for what would be if the cluster were another. */
export interface Observer {
  readonly planFor: (change: (stores: Stores) => Stores) => readonly Step[];
  readonly close: () => Promise<void>;
}

/**
 * Reads all of Lattice that a plan asks for, with a ledger of its own, and never writes. What it plans afterwards is what
 * a controller that knows everything would do: the floor.
 */
export async function observe({ endpoint, stores }: World, signal: AbortSignal): Promise<Observer> {
  const http = httpClient({ origin: endpoint });
  const { accountId, clusterName, vpcId, region, network } = identity;
  const lattice = createLattice({
    wire: http.wire,
    endpoint,
    region,
    vpcId,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    clock: systemClock,
    log: systemLog('silent', 'observer'),
    lifetime: signal,
  });
  const cluster = { accountId, clusterName, vpcId };
  const ledger = new Ledger({ managedBy: managedBy(cluster), clock: systemClock, random: systemRandom });
  const kubeSystem = stores.namespaces.list().find(({ metadata }) => metadata.name === 'kube-system');
  const clusterUid = kubeSystem?.metadata.uid;
  const settings = {
    identity: { ...cluster, ...(clusterUid === undefined ? {} : { clusterUid }) },
    defaultServiceNetwork: network,
    serviceNetworkOverride: false,
    additionalTags: {},
  };
  const planFor: Observer['planFor'] = (change) => {
    const desired = translate(resolve(takeSnapshot(change(stores))), ledger.known(), settings);
    return plan(desired.model, ledger.known(), systemClock.now());
  };
  for (let pass = 0; pass < 50; pass += 1) {
    const reads = planFor(asItIs).filter(({ op }) => op === 'read');
    if (reads.length === 0) return { planFor, close: async () => http.close() };
    await apply(lattice, ledger, reads, signal);
    // What is asked for but not yet answered is asked for again.
    await sleep(20, undefined, { signal });
  }
  await http.close();
  throw new Error('Lattice cannot be read to the end: the plan keeps asking');
}

function asItIs(stores: Stores): Stores {
  return stores;
}
