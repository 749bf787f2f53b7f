import type { Snapshot } from '../../../envoy/resources/snapshot.ts';
import type { RegionState, Table, TargetGroup } from '../../state/state.ts';
import { clusterOf } from './cluster.ts';
import { endpointsOf } from './endpoints.ts';
import { hostsOf, scopeName, scopeOf } from './host-scope.ts';
import { listenerOf } from './listener.ts';
import { Collector, nothingRemembered } from './memory.ts';
import type { Memory } from './memory.ts';
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
  const collector = new Collector(memory);
  for (const reach of reachOf(state)) {
    const address = view.addresses.get(reach.association.id);
    if (address === undefined) continue;
    addListeners(collector, state, { reach, address, port: (port) => listenPort(port, view) });
    for (const reachable of reach.reachable) addService(collector, state.targetGroups, reach, reachable);
  }
  return { snapshot: collector.snapshot(), memory: collector.memory() };
}

/** Where Envoy listens for clients that ask for `port`. */
export function listenPort(port: number, { portOffset }: Pick<View, 'portOffset'>): number {
  return port < firstFreePort ? port + portOffset : port;
}

const firstFreePort = 1024;

interface Standing {
  readonly reach: Reach;
  readonly address: string;
  readonly port: (port: number) => number;
}

function addListeners(
  collector: Collector,
  { partition, region }: RegionState,
  { reach, address, port: listensOn }: Standing,
): void {
  const { association, network, reachable } = reach;
  const { account, vpcId } = association;
  const vpcArn = `arn:${partition}:ec2:${region}:${account}:vpc/${vpcId}`;
  for (const { listener } of reachable.filter(isHttp)) {
    const { port } = listener;
    const bind = { address, port: listensOn(port) };
    const inputs = [network.arn, vpcArn, bind.address, bind.port];
    collector.add('listeners', `${association.id}/${port}`, inputs, () =>
      listenerOf({ associationId: association.id, port, bind, vpcArn, networkArn: network.arn }),
    );
  }
}

function addService(
  collector: Collector,
  groups: Table<TargetGroup>,
  { association, network }: Reach,
  reachable: Reachable,
): void {
  if (!isHttp(reachable)) return;
  const { service, listener } = reachable;
  const routes = `${network.id}/${listener.id}`;
  for (const host of hostsOf(service)) {
    const name = scopeName({ associationId: association.id, port: listener.port, host });
    collector.add('scopes', name, [routes], () => scopeOf(name, routes));
  }
  const { arn, idleTimeoutSeconds } = service;
  collector.add('routes', routes, [listener, arn, idleTimeoutSeconds, network.arn], () =>
    routesOf({ name: routes, service, listener, networkArn: network.arn, groups }),
  );
  for (const id of groupsOf(listener)) {
    const group = groups.get(id);
    if (group === undefined) continue;
    const { config, targets } = group;
    collector.add('clusters', id, [config, idleTimeoutSeconds], () => clusterOf(group, idleTimeoutSeconds));
    collector.add('endpoints', id, [config, targets], () => endpointsOf(group));
  }
}

function isHttp({ listener }: Reachable): boolean {
  return listener.protocol === 'HTTP';
}
