import type { Snapshot } from '../../../envoy/resources/snapshot.ts';
import type { RegionState } from '../../state/state.ts';
import { clusterOf } from './cluster.ts';
import { endpointsOf } from './endpoints.ts';
import { hostsOf, scopeName, scopeOf } from './host-scope.ts';
import { listenerOf } from './listener.ts';
import { Collector, nothingRemembered } from './memory.ts';
import type { Maker, Memory } from './memory.ts';
import { reachOf } from './reach.ts';
import type { Reach, Reachable } from './reach.ts';
import { groupsOf, routesOf } from './routes.ts';

/** Where Lattice stands in this local world: what its state cannot know. */
export interface View {
  /** The Lattice address of each VPC association, by its id. One without an address is not served. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Added to ports below 1024 when this user may not listen on them; 0 when that is no matter. */
  readonly portOffset: number;
}

export interface Translation {
  readonly snapshot: Snapshot;
  /** For the next translation. */
  readonly memory: Memory;
}

/**
 * What Envoy must have so that traffic meets the fate that the state says. One listener per VPC association and port;
 * one route configuration per network and listener of a service, found by listener and host; one cluster per target
 * group. So a change touches what it is about, however many services there are.
 *
 * Listeners other than HTTP are not opened.
 */
export function translate(state: RegionState, view: View, memory: Memory = nothingRemembered): Translation {
  const { partition, region, targetGroups } = state;
  const collector = new Collector(memory, targetGroups);
  for (const reach of reachOf(state)) {
    const { association, network } = reach;
    const address = view.addresses.get(association.id);
    if (address === undefined) continue;
    const vpcArn = `arn:${partition}:ec2:${region}:${association.account}:vpc/${association.vpcId}`;
    const site: Site = { reach, address, vpcArn, portOffset: view.portOffset };
    for (const reachable of reach.reachable) {
      const { service, listener } = reachable;
      if (listener.protocol !== 'HTTP') continue;
      const inputs = [service, listener, network.arn, vpcArn, address, view.portOffset];
      collector.unit(`${association.id}/${listener.id}`, inputs, (maker) => {
        makeListener(maker, site, listener.port);
        makeScopes(maker, site, reachable);
        makeRoutes(maker, site, reachable);
        makeClusters(maker, reachable);
      });
    }
  }
  return { snapshot: collector.snapshot(), memory: collector.memory() };
}

/** Where Envoy listens for clients that ask for `port`. */
export function listenPort(port: number, { portOffset }: Pick<View, 'portOffset'>): number {
  return port < firstFreePort ? port + portOffset : port;
}

const firstFreePort = 1024;

interface Site {
  readonly reach: Reach;
  readonly address: string;
  readonly vpcArn: string;
  readonly portOffset: number;
}

function makeListener(maker: Maker, { reach, address, vpcArn, portOffset }: Site, port: number): void {
  const { association, network } = reach;
  const bind = { address, port: listenPort(port, { portOffset }) };
  const inputs = [port, network.arn, vpcArn, bind.address, bind.port];
  maker.make('listeners', `${association.id}/${port}`, inputs, () =>
    listenerOf({ associationId: association.id, port, bind, vpcArn, networkArn: network.arn }),
  );
}

function makeScopes(maker: Maker, { reach }: Site, { service, listener }: Reachable): void {
  const { association, network } = reach;
  const routes = routesName(network.id, listener.id);
  for (const host of hostsOf(service)) {
    const name = scopeName({ associationId: association.id, port: listener.port, host });
    maker.make('scopes', name, [routes], () => scopeOf(name, routes));
  }
}

function makeRoutes(maker: Maker, { reach }: Site, { service, listener }: Reachable): void {
  const { network } = reach;
  const name = routesName(network.id, listener.id);
  const inputs = [listener, service.arn, service.idleTimeoutSeconds, network.arn];
  maker.make('routes', name, inputs, () =>
    routesOf({ name, service, listener, networkArn: network.arn, group: (id) => maker.group(id) }),
  );
}

/** Clients of all VPCs of a network are routed alike. */
function routesName(networkId: string, listenerId: string): string {
  return `${networkId}/${listenerId}`;
}

function makeClusters(maker: Maker, { service, listener }: Reachable): void {
  const { idleTimeoutSeconds } = service;
  for (const id of groupsOf(listener)) {
    const group = maker.group(id);
    if (group === undefined) continue;
    const { config, targets } = group;
    maker.make('clusters', id, [config, idleTimeoutSeconds], () => clusterOf(group, idleTimeoutSeconds));
    maker.make('endpoints', id, [config, targets], () => endpointsOf(group));
  }
}
