import type { Snapshot, Unfit } from '../../../envoy/resources/snapshot.ts';
import type { RegionState } from '../../state/state.ts';
import { loggedResources } from './access-log.ts';
import { askedBy, askedByAll, askingInputs } from './asked.ts';
import type { Asked, Circumstances } from './asked.ts';
import { isGuarded } from './authorization.ts';
import { clusterOf } from './cluster.ts';
import { endpointsOf } from './endpoints.ts';
import { hostsOf, scopeName, scopeOf } from './host-scope.ts';
import { listenPort } from './listen-port.ts';
import { listenerOf } from './listener.ts';
import type { Limits } from './limits.ts';
import { Collector, nothingRemembered } from './memory.ts';
import type { Maker, Making, Memory } from './memory.ts';
import { namespaceOf } from './namespace.ts';
import type { Bind, Namespaces } from './namespace.ts';
import { ownNameOf, reachOf, vpcArnOf } from './reach.ts';
import { translateResources } from './translate-resources.ts';
import type { Reach, Reachable } from './reach.ts';
import { groupsOf, routesOf } from './routes.ts';
import type { StandIns } from './stand-ins.ts';
import type { View } from './view.ts';

export interface Translation {
  readonly snapshot: Snapshot;
  /** For the next translation. */
  readonly memory: Memory;
  /** What could not be made, and is what it was, or not there. */
  readonly unfit: readonly Unfit[];
}

/**
 * What Envoy must have so that traffic meets the fate that the state says. One listener per VPC association and port;
 * one route configuration per network and listener of a service, found by listener and host; one cluster per target
 * group. A resource has an address of its own for each VPC, and a listener for each of its ports. So a change touches what it
 * is about, however many services there are, and a bug of ours keeps back what it is about and nothing else.
 */
export function translate(state: RegionState, view: View, memory: Memory = nothingRemembered): Translation {
  const collector = new Collector(memory, state.targetGroups);
  const logged = loggedResources(state);
  for (const reach of reachOf(state)) {
    const { way, network } = reach;
    const address = view.addresses.get(way.id);
    if (address === undefined) continue;
    const vpcArn = vpcArnOf(state, way);
    const { portOffset, standIns, namespaces, dualStack, limits } = view;
    const site: Site = { reach, address, vpcArn, portOffset, standIns, namespaces, dualStack, limits };
    const { certificates } = view;
    const circumstances = { network, ownNames: reach.ownNames, certificates, logged };
    const asked = new Map<number, Asked[]>();
    for (const reachable of reach.reachable) {
      const asks = collector.unit(answering(site, reachable, circumstances));
      if (asks === undefined) continue;
      const others = asked.get(reachable.listener.port);
      if (others === undefined) asked.set(reachable.listener.port, [asks]);
      else others.push(asks);
    }
    for (const [port, each] of asked) {
      const all = askedByAll(each);
      if (all.plain !== 'absent' || all.tls.length > 0) collector.unit(listening(site, port, all));
    }
  }
  translateResources(collector, state, view);
  return { snapshot: collector.snapshot(), memory: collector.memory(), unfit: collector.unfit() };
}

interface Site {
  readonly reach: Reach;
  readonly address: string;
  readonly vpcArn: string;
  readonly portOffset: number;
  readonly standIns: StandIns;
  readonly namespaces: Namespaces;
  readonly dualStack: View['dualStack'];
  readonly limits: Limits;
}

/** All that Envoy needs for one listener of a service, but the listener, which it shares with others. */
function answering(site: Site, reachable: Reachable, circumstances: Circumstances): Making {
  const { reach, address, vpcArn, portOffset, standIns, namespaces, limits } = site;
  const { way, network, ownNames } = reach;
  const { service, listener } = reachable;
  const routes = routesName(network.id, listener.id);
  return {
    key: `${way.id}/${listener.id}`,
    about: { kind: 'routes', name: routes },
    inputs: () => [
      service,
      listener,
      network.arn,
      network.authType,
      vpcArn,
      address,
      portOffset,
      standIns,
      namespaces,
      limits,
      ownNames.get(service.id),
      ...askingInputs(reachable, circumstances),
    ],
    fill: (maker) => {
      if (listener.protocol === 'HTTP') makeScopes(maker, site, reachable);
      if (listener.protocol !== 'TLS_PASSTHROUGH') makeRoutes(maker, site, reachable);
      makeClusters(maker, site, reachable);
      const connection = { associationId: way.id, port: listener.port, vpcArn, limits };
      return askedBy(reachable, circumstances, { site: connection, routes });
    },
  };
}

function listening(site: Site, port: number, asked: Asked): Making {
  const { reach, address, vpcArn, portOffset, namespaces, dualStack, limits } = site;
  const { way, network } = reach;
  const name = `${way.id}/${port}`;
  const bind: Bind = {
    address,
    port: listenPort(port, { portOffset }),
    namespace: namespaces.get(way.vpcId),
    families: dualStack.has(way.vpcId) ? 'DUALSTACK' : 'IPV4',
  };
  const tls = asked.tls.flatMap(({ inputs }) => inputs);
  const inputs = [port, network.arn, vpcArn, ...Object.values(bind), limits, asked.plain, ...tls];
  return {
    key: `${way.id}:${port}`,
    about: { kind: 'listeners', name },
    inputs: () => inputs,
    fill: (maker) => {
      const at = { associationId: way.id, port, bind, vpcArn, networkArn: network.arn, limits };
      maker.make('listeners', name, inputs, () => listenerOf(at, asked));
      return undefined;
    },
  };
}

function makeScopes(maker: Maker, { reach }: Site, { service, listener }: Reachable): void {
  const { way, network } = reach;
  const routes = routesName(network.id, listener.id);
  for (const host of [...hostsOf(service), ...ownNameOf(service, reach.ownNames)]) {
    const name = scopeName({ associationId: way.id, port: listener.port, host });
    maker.make('scopes', name, [routes], () => scopeOf(name, routes));
  }
}

function makeRoutes(maker: Maker, { reach, limits }: Site, { service, listener }: Reachable): void {
  const { network } = reach;
  const name = routesName(network.id, listener.id);
  const guarded = isGuarded(network, service);
  const inputs = [listener, service.arn, service.idleTimeoutSeconds, network.arn, guarded, limits];
  maker.make('routes', name, inputs, () =>
    routesOf({
      name,
      service,
      listener,
      networkArn: network.arn,
      guarded,
      limits,
      group: (id) => maker.group(id),
    }),
  );
}

/** Clients of all VPCs of a network are routed alike. */
function routesName(networkId: string, listenerId: string): string {
  return `${networkId}/${listenerId}`;
}

function makeClusters(
  maker: Maker,
  { standIns, namespaces, limits }: Site,
  { service, listener }: Reachable,
): void {
  const { idleTimeoutSeconds } = service;
  for (const id of groupsOf(listener)) {
    const group = maker.group(id);
    if (group === undefined) continue;
    const { config, targets } = group;
    const namespace = namespaceOf(config, namespaces);
    maker.make('clusters', id, [config, idleTimeoutSeconds, limits, namespace], () =>
      clusterOf(group, { idleTimeoutSeconds, limits, namespace }),
    );
    maker.make('endpoints', id, [config, targets, standIns], () => endpointsOf(group, standIns));
  }
}
