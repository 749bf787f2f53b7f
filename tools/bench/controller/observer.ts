import { setTimeout as sleep } from 'node:timers/promises';
import { apply } from '../../../src/lattice/aws/apply.ts';
import { createLattice } from '../../../src/lattice/aws/lattice.ts';
import { Ledger } from '../../../src/lattice/aws/ledger.ts';
import { managedBy } from '../../../src/lattice/model/ownership.ts';
import { plan } from '../../../src/lattice/plan/plan.ts';
import type { Step } from '../../../src/lattice/plan/step.ts';
import { defaultQuotas } from '../../../src/lattice/translate/quotas.ts';
import { translate } from '../../../src/lattice/translate/translate.ts';
import { systemClock } from '../../../src/ports/system/clock.ts';
import { httpClient } from '../../../src/ports/system/http-client.ts';
import { systemLog } from '../../../src/ports/system/log.ts';
import { systemRandom } from '../../../src/ports/system/random.ts';
import { resolve } from '../../../src/routing/resolve.ts';
import { takeSnapshot } from '../../../src/snapshot/snapshot.ts';
import type { Stores } from '../../../src/snapshot/stores.ts';
import { isWrite } from './floor.ts';
import { identity } from './world.ts';
import type { World } from './world.ts';

/**
 * What a controller that knows everything would do if the cluster were another: the floor comes from this. Reads all of
 * Lattice that a plan asks for, with a ledger of its own, and never writes.
 */
export async function planFor(
  { endpoint, stores }: World,
  change: (stores: Stores) => Stores,
  signal: AbortSignal,
): Promise<readonly Step[]> {
  const http = httpClient({ origin: endpoint });
  const { accountId, clusterName, vpcId, region, network } = identity;
  const lattice = createLattice({
    wire: http.wire,
    endpoint,
    region,
    vpcId,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'local' },
    clock: systemClock,
    log: systemLog('silent', 'observer'),
    lifetime: signal,
    // Nobody else reads meanwhile.
    rate: { read: 10_000, write: 1 },
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
    quotas: defaultQuotas,
  };
  const planOf = (seen: Stores): readonly Step[] => {
    const desired = translate(resolve(takeSnapshot(seen)), ledger.known(), settings);
    return plan(desired.model, ledger.known(), systemClock.now());
  };
  try {
    for (let pass = 0; pass < 100; pass += 1) {
      const steps = planOf(change(stores));
      // What is held back or waited for, or a change that changes nothing, says that not all is known yet.
      if (steps.some(isWrite) && steps.every((step) => step.op === 'keep' || isWrite(step))) return steps;
      await apply(
        lattice,
        ledger,
        steps.filter(({ op }) => op === 'read'),
        { until: signal },
      );
      await sleep(20, undefined, { signal });
    }
  } finally {
    await http.close();
  }
  throw new Error('Lattice cannot be read to the end: the plan for the change stays incomplete');
}
