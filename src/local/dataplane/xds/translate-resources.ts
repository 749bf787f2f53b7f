import type { RegionState } from '../../state/state.ts';
import { loggedForResources } from './access-log.ts';
import { entrancesOf, hasIpv6 } from './entrance.ts';
import type { Entrance } from './entrance.ts';
import { listenPort } from './listen-port.ts';
import type { Collector, Making } from './memory.ts';
import type { Bind } from './namespace.ts';
import {
  clusterName,
  destinationsOf,
  resourceCluster,
  resourceEndpoints,
  resourceListener,
} from './resource.ts';
import { tunnelCluster, tunnelListener, tunnelPort } from './tunnel.ts';
import type { View } from './view.ts';

/** What Envoy must have for connections to resources. */
export function translateResources(collector: Collector, state: RegionState, view: View): void {
  const logged = loggedForResources(state);
  for (const entrance of entrancesOf(state)) {
    const address = view.resourceAddresses.get(entrance.key);
    if (address !== undefined) collector.unit(entering(entrance, { address, view, logged }));
  }
}

interface Site {
  readonly address: string;
  readonly view: View;
  /** See `loggedForResources`. */
  readonly logged: ReadonlySet<string>;
}

function entering(entrance: Entrance, { address, view, logged }: Site): Making {
  const { key, resource, gateway, vpcId } = entrance;
  const { portOffset, standIns, namespaces, dualStack, limits } = view;
  const families = dualStack.has(vpcId) && hasIpv6(entrance) ? 'DUALSTACK' : 'IPV4';
  const logging = isLogged(logged, entrance) ? 'logged' : 'unlogged';
  const bindAt = (port: number): Bind => ({ address, port, namespace: namespaces.get(vpcId), families });
  return {
    key,
    about: { kind: 'listeners', name: key },
    inputs: () => [resource, gateway, address, families, portOffset, standIns, namespaces, limits, logging],
    fill: (maker) => {
      const namespace = namespaces.get(gateway.vpcId);
      if (resource.setup.type === 'CIDR') {
        const ranges = resource.setup;
        const cluster = clusterName(resource, tunnelPort);
        const from = { namespace, families: dualStack.has(gateway.vpcId) ? 'DUALSTACK' : 'IPV4' } as const;
        maker.make('clusters', cluster, Object.values(from), () => tunnelCluster(cluster, from));
        const bind = bindAt(tunnelPort);
        maker.make(
          'listeners',
          `${key}/${tunnelPort}`,
          [...Object.values(bind), ranges, limits, logging],
          () => tunnelListener({ entranceKey: key, ranges, cluster, bind, logging, limits }),
        );
        return undefined;
      }
      for (const [port, destination] of destinationsOf(resource, { standIns, namespace })) {
        const name = clusterName(resource, port);
        const inputs = Object.values(destination);
        maker.make('clusters', name, inputs, () => resourceCluster(name, destination));
        if (destination.kind === 'address') {
          maker.make('endpoints', name, inputs, () => resourceEndpoints(name, destination));
        }
        const bind = bindAt(listenPort(port, { portOffset }));
        maker.make('listeners', `${key}/${port}`, [...Object.values(bind), limits, logging], () =>
          resourceListener({ entrance, port, bind, logging, limits }),
        );
      }
      return undefined;
    },
  };
}

/** Of a group's child also when the group is logged. */
function isLogged(logged: ReadonlySet<string>, { resource, through }: Entrance): boolean {
  const group = resource.setup.type === 'CHILD' ? resource.setup.groupId : '';
  return logged.has(resource.id) || logged.has(group) || logged.has(through?.network.id ?? '');
}
