import type { Kind } from '../../kinds/object.ts';
import type { KubeClient } from '../../kube/client.ts';
import { reflect } from '../../kube/reflector.ts';
import type { Store } from '../../kube/store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import {
  deploymentKind,
  endpointSliceKind,
  jobKind,
  podKind,
  replicaSetKind,
  serviceKind,
} from '../workloads/kinds.ts';
import { carryOut } from './carry-out.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startLoop } from './loop.ts';
import type { Pass } from './loop.ts';
import { createRecorder } from './recorder.ts';
import { workloadVerdict } from './workloads.ts';
import { createWritten } from './written.ts';

export interface ControllersOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Ends them. */
  readonly signal: AbortSignal;
}

/**
 * Starts the controllers that the embedded cluster has in place of kube-controller-manager: Deployments, ReplicaSets, Jobs,
 * EndpointSlices, and clean-up by owner references. Returns at once.
 */
export function startControllers(options: ControllersOptions): void {
  const { client, clock, random, log, signal } = options;
  const written = createWritten();
  const recorder = createRecorder({ ...options, component: 'controllers' });
  const loop = startLoop('workloads', pass, options);
  const reflected = (kind: Kind): Store => reflect({ ...options, kind, onChange: () => loop.wake() });
  const stores = {
    deployments: reflected(deploymentKind),
    replicaSets: reflected(replicaSetKind),
    jobs: reflected(jobKind),
    pods: reflected(podKind),
    services: reflected(serviceKind),
    endpointSlices: reflected(endpointSliceKind),
  };

  async function pass(): Promise<Pass> {
    if (!Object.values(stores).every(({ synced }) => synced)) return { failed: false };
    const { writes, again } = workloadVerdict(stores, written, {
      now: clock.now(),
      chance: () => random.next(),
    });
    const { changed, failed } = await carryOut(writes, { client, written, recorder, log, signal });
    // What we wrote is laid over the view at once, so the next step need not wait for the watch.
    if (changed) loop.wake();
    return { failed, ...(again === undefined ? {} : { again }) };
  }

  startGarbageCollector(options);
}
