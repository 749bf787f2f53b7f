import type { RegionState } from '../../state/state.ts';
import { loggedForResources } from './access-log.ts';
import { entrancesOf } from './entrance.ts';
import type { Entrance } from './entrance.ts';
import { listenPort } from './listen-port.ts';
import type { Collector } from './memory.ts';
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
    const { key, resource, gateway, vpcId } = entrance;
    const address = view.resourceAddresses.get(key);
    if (address === undefined) continue;
    const logging = isLogged(logged, entrance) ? 'logged' : 'unlogged';
    const { portOffset, standIns, namespaces, limits } = view;
    const inputs = [resource, gateway, address, portOffset, standIns, namespaces, limits, logging];
    collector.unit(key, inputs, (maker) => {
      const namespace = namespaces.get(gateway.vpcId);
      if (resource.setup.type === 'CIDR') {
        const ranges = resource.setup;
        const cluster = clusterName(resource, tunnelPort);
        maker.make('clusters', cluster, [namespace], () => tunnelCluster(cluster, namespace));
        const bind = { address, port: tunnelPort, namespace: namespaces.get(vpcId) };
        maker.make(
          'listeners',
          `${key}/${tunnelPort}`,
          [...Object.values(bind), ranges, limits, logging],
          () => tunnelListener({ entranceKey: key, ranges, cluster, bind, logging, limits }),
        );
        return;
      }
      for (const [port, destination] of destinationsOf(resource, { standIns, namespace })) {
        const name = clusterName(resource, port);
        const inputs = Object.values(destination);
        maker.make('clusters', name, inputs, () => resourceCluster(name, destination));
        if (destination.kind === 'address') {
          maker.make('endpoints', name, inputs, () => resourceEndpoints(name, destination));
        }
        const bind = {
          address,
          port: listenPort(port, { portOffset }),
          namespace: namespaces.get(vpcId),
        };
        maker.make('listeners', `${key}/${port}`, [...Object.values(bind), limits, logging], () =>
          resourceListener({ entrance, port, bind, logging, limits }),
        );
      }
    });
  }
}

/** Of a group's child also when the group is logged. */
function isLogged(logged: ReadonlySet<string>, { resource, through }: Entrance): boolean {
  const group = resource.setup.type === 'CHILD' ? resource.setup.groupId : '';
  return logged.has(resource.id) || logged.has(group) || logged.has(through?.network.id ?? '');
}
