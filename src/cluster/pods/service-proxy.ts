import type { KubeClient } from '../../kube/client.ts';
import { reflect } from '../../kube/reflector.ts';
import type { Store } from '../../kube/store.ts';
import type { Kind } from '../../kinds/object.ts';
import { applyRules, rulesObstacle } from '../../networks/nft.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import { startLoop } from '../controllers/loop.ts';
import { endpointSliceKind, serviceKind } from '../workloads/kinds.ts';
import { serviceNames } from '../workloads/service-names.ts';
import { servicePorts } from '../workloads/service-ports.ts';
import { serviceRules } from '../workloads/service-rules.ts';

export interface ServiceProxyOptions {
  readonly client: KubeClient;
  /** The namespace of the VPC, by name. */
  readonly vpc: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called when `names` may be others than before. */
  readonly renamed: () => void;
}

export interface ServiceProxy {
  /** Why ClusterIPs answer nobody, if they do not. */
  readonly obstacle: string | undefined;
  /** The names of Services for pods of one namespace of the cluster, as lines of a hosts file. */
  names(namespace: string): string;
}

/** Has the ClusterIPs of a cluster answer in the namespace of its VPC, and follows each change. */
export async function startServiceProxy(options: ServiceProxyOptions): Promise<ServiceProxy> {
  const { vpc, log, renamed } = options;
  const obstacle = await rulesObstacle(vpc);
  let told = '';
  const loop = startLoop(
    'service proxy',
    async () => {
      renamed();
      if (obstacle !== undefined || !services.synced || !slices.synced) return { failed: false };
      const rules = serviceRules(servicePorts(services.list(), slices.list()));
      if (rules !== told) {
        await applyRules(vpc, rules);
        told = rules;
      }
      return { failed: false };
    },
    options,
  );
  const reflected = (kind: Kind): Store => reflect({ ...options, kind, onChange: () => loop.wake() });
  const services = reflected(serviceKind);
  const slices = reflected(endpointSliceKind);
  if (obstacle !== undefined) log.warn('ClusterIPs do not answer', { obstacle });
  return {
    obstacle,
    names: (namespace) => serviceNames(namespace, services.list(), slices.list()),
  };
}
