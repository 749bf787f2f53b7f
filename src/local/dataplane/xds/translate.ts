import type { Snapshot } from '../../../envoy/resources/snapshot.ts';
import type { RegionState, Service, ServiceNetwork } from '../../state/state.ts';
import { isLogged, loggedResources } from './access-log.ts';
import { isGuarded } from './authorization.ts';
import { clusterOf } from './cluster.ts';
import { endpointsOf } from './endpoints.ts';
import { isHostName } from './host-name.ts';
import { hostsOf, scopeName, scopeOf } from './host-scope.ts';
import { weighted } from './filter-chain.ts';
import type { TlsHost } from './filter-chain.ts';
import type { Logging } from './http-connection.ts';
import { listenPort } from './listen-port.ts';
import { listenerOf } from './listener.ts';
import type { Asked } from './listener.ts';
import type { Limits } from './limits.ts';
import { Collector, nothingRemembered } from './memory.ts';
import type { Maker, Memory } from './memory.ts';
import { namespaceOf } from './namespace.ts';
import type { Bind, Namespaces } from './namespace.ts';
import { ownNameOf, reachOf, vpcArnOf } from './reach.ts';
import { translateResources } from './translate-resources.ts';
import type { Reach, Reachable } from './reach.ts';
import { groupsOf, routesOf } from './routes.ts';
import type { StandIns } from './stand-ins.ts';
import { certifiedHosts } from './tls.ts';
import type { View } from './view.ts';

export interface Translation {
  readonly snapshot: Snapshot;
  /** For the next translation. */
  readonly memory: Memory;
}

/**
 * What Envoy must have so that traffic meets the fate that the state says. One listener per VPC association and port;
 * one route configuration per network and listener of a service, found by listener and host; one cluster per target
 * group. A resource has an address of its own for each VPC, and a listener for each of its ports. So a change touches what it is about, however many services there are.
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
    for (const [port, reachables] of byPort(reach)) {
      const asked = askedOn(reachables, { network, ownNames: reach.ownNames, view, logged });
      if (asked.plain === 'absent' && asked.tls.length === 0) continue;
      const inputs = [
        network.arn,
        vpcArn,
        address,
        portOffset,
        namespaces,
        dualStack,
        limits,
        asked.plain,
        ...asked.tls.flatMap(valuesOf),
      ];
      collector.unit(`${way.id}:${port}`, inputs, (maker) => makeListener(maker, { ...site, port }, asked));
    }
    for (const reachable of reach.reachable) {
      const { service, listener } = reachable;
      const inputs = [
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
        reach.ownNames.get(service.id),
      ];
      collector.unit(`${way.id}/${listener.id}`, inputs, (maker) => {
        if (listener.protocol === 'HTTP') makeScopes(maker, site, reachable);
        if (listener.protocol !== 'TLS_PASSTHROUGH') makeRoutes(maker, site, reachable);
        makeClusters(maker, site, reachable);
      });
    }
  }
  translateResources(collector, state, view);
  return { snapshot: collector.snapshot(), memory: collector.memory() };
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

function byPort({ reachable }: Reach): ReadonlyMap<number, readonly Reachable[]> {
  const ports = new Map<number, Reachable[]>();
  for (const each of reachable) {
    const others = ports.get(each.listener.port);
    if (others === undefined) ports.set(each.listener.port, [each]);
    else others.push(each);
  }
  return ports;
}

/** What decides how a listener answers, besides the services. */
interface Circumstances {
  readonly network: ServiceNetwork;
  readonly ownNames: Reach['ownNames'];
  readonly view: View;
  /** See `loggedResources`. */
  readonly logged: ReadonlySet<string>;
}

function askedOn(reachables: readonly Reachable[], circumstances: Circumstances): Asked {
  const tls = new Map<string, TlsHost>();
  for (const reachable of reachables) {
    // Of two services with one custom name Lattice has let one into the network; should there be two, the first stays.
    for (const host of tlsHostsOf(reachable, circumstances))
      if (!tls.has(host.host)) tls.set(host.host, host);
  }
  const plain = reachables.filter(({ listener }) => listener.protocol === 'HTTP');
  const logging = plain.map(({ service }) => loggingOf(service, circumstances));
  return {
    plain: plain.length === 0 ? 'absent' : logging.includes('logged') ? 'logged' : 'unlogged',
    tls: [...tls.values()],
  };
}

function loggingOf(service: Service, { network, logged }: Circumstances): Logging {
  return isLogged(logged, network, service) ? 'logged' : 'unlogged';
}

function tlsHostsOf({ service, listener }: Reachable, circumstances: Circumstances): readonly TlsHost[] {
  const { idleTimeoutSeconds, customDomainName } = service;
  const { network, ownNames, view } = circumstances;
  const logging = loggingOf(service, circumstances);
  switch (listener.protocol) {
    case 'HTTP':
      return [];
    case 'HTTPS': {
      const routes = routesName(network.id, listener.id);
      return [...certifiedHosts(service), ...ownNameOf(service, ownNames)].flatMap(
        (host): readonly TlsHost[] => {
          const certificate = view.certificates.get(host);
          return certificate === undefined
            ? []
            : [{ kind: 'terminate', host, certificate, idleTimeoutSeconds, routes, logging }];
        },
      );
    }
    case 'TLS_PASSTHROUGH': {
      const { action } = listener.defaultRule;
      return customDomainName === undefined || !isHostName(customDomainName) || weighted(action).length === 0
        ? []
        : [
            {
              kind: 'passThrough',
              host: customDomainName.toLowerCase(),
              idleTimeoutSeconds,
              guardedService: isGuarded(network, service) ? service.id : undefined,
              action,
              logging,
            },
          ];
    }
  }
}

function valuesOf(host: TlsHost): readonly unknown[] {
  return Object.values(host);
}

function makeListener(maker: Maker, site: Site & { readonly port: number }, asked: Asked): void {
  const { reach, address, vpcArn, portOffset, port, namespaces, dualStack, limits } = site;
  const { way, network } = reach;
  const bind: Bind = {
    address,
    port: listenPort(port, { portOffset }),
    namespace: namespaces.get(way.vpcId),
    families: dualStack.has(way.vpcId) ? 'DUALSTACK' : 'IPV4',
  };
  const inputs = [
    port,
    network.arn,
    vpcArn,
    ...Object.values(bind),
    limits,
    asked.plain,
    ...asked.tls.flatMap(valuesOf),
  ];
  maker.make('listeners', `${way.id}/${port}`, inputs, () =>
    listenerOf({ associationId: way.id, port, bind, vpcArn, networkArn: network.arn, limits }, asked),
  );
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
