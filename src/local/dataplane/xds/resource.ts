import type { ClusterJson } from '../../../envoy/proto/envoy/config/cluster/v3/cluster.gen.ts';
import type { ClusterLoadAssignmentJson } from '../../../envoy/proto/envoy/config/endpoint/v3/endpoint.gen.ts';
import type { ListenerJson } from '../../../envoy/proto/envoy/config/listener/v3/listener.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import { fromAds } from '../../../envoy/resources/config-source.ts';
import type { ResourceConfiguration } from '../../state/vpc-resources.ts';
import { resourceLog } from './access-log.ts';
import { unlimited } from './cluster.ts';
import type { Entrance } from './entrance.ts';
import type { Logging } from './http-connection.ts';
import { lasting } from './limits.ts';
import type { Limits } from './limits.ts';
import { callingFrom, listeningAt } from './namespace.ts';
import type { Bind } from './namespace.ts';
import type { LocalAddress, StandIns } from './stand-ins.ts';

/** What stands for things of AWS, and the namespace of the VPC in which the resource's gateway is, if it has one. */
export interface Surroundings {
  readonly standIns: Pick<StandIns, 'addresses'>;
  readonly namespace: string | undefined;
}

/** What a resource is at one of its ports: an address, or a name that Envoy is to look up. */
export type Destination =
  | {
      readonly kind: 'address';
      readonly address: string;
      readonly port: number;
      /** In which the address is; absent for what is on this machine itself. */
      readonly namespace?: string;
    }
  | {
      readonly kind: 'name';
      readonly name: string;
      readonly family: 'IPV4' | 'IPV6';
      readonly port: number;
    };

/** The ports on which clients reach a resource, each with what is there. None for a database that nothing stands for. */
export function destinationsOf(
  { setup }: ResourceConfiguration,
  { standIns: { addresses }, namespace }: Surroundings,
): ReadonlyMap<number, Destination> {
  switch (setup.type) {
    case 'SINGLE':
    case 'CHILD': {
      const { definition } = setup;
      const at = (port: number): Destination => {
        if (definition.kind === 'ip') {
          const inside = namespace === undefined ? {} : { namespace };
          return { kind: 'address', address: definition.ipAddress, port, ...inside };
        }
        const { domainName: name, ipAddressType: family } = definition;
        const local = addresses.get(name.toLowerCase());
        return local === undefined ? { kind: 'name', name, family, port } : placed(local, port);
      };
      return new Map(portsOf(setup.portRanges).map((port) => [port, at(port)]));
    }
    case 'ARN': {
      const local = addresses.get(setup.arn);
      const port = local?.port;
      return local === undefined || port === undefined ? new Map() : new Map([[port, placed(local, port)]]);
    }
    case 'GROUP':
    case 'CIDR':
      return new Map();
  }
}

function placed({ address, port }: LocalAddress, asked: number): Destination {
  return { kind: 'address', address, port: port ?? asked };
}

/** A socket listens for each port, so there is an end to them. */
const mostPorts = 100;

/** Where wide ranges lead to mostly. */
const usualPorts = [
  22, 80, 443, 1433, 1521, 3306, 5432, 5439, 6379, 8080, 8443, 9042, 9092, 11211, 27017,
] as const;

/** All ports of the ranges; if they are too many, those that are named alone and the usual ones. */
export function portsOf(portRanges: readonly string[]): readonly number[] {
  const ranges = portRanges.map((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return { first, last };
  });
  const count = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const ports = new Set<number>();
  for (const { first, last } of ranges) {
    if (count <= mostPorts) for (let port = first; port <= last; port += 1) ports.add(port);
    else if (first === last) ports.add(first);
    else for (const port of usualPorts) if (first <= port && port <= last) ports.add(port);
  }
  return [...ports].toSorted((a, b) => a - b).slice(0, mostPorts);
}

/** Of connections to resources, in seconds. */
export const resourceIdleTimeout = 350;

export interface ResourcePort {
  readonly entrance: Entrance;
  /** That clients ask for. */
  readonly port: number;
  readonly bind: Bind;
  readonly logging: Logging;
  readonly limits: Limits;
}

/** Carries connections, for as long as one side says something now and then. */
export function resourceListener({ entrance, port, bind, logging, limits }: ResourcePort): ListenerJson {
  const proxy = {
    statPrefix: 'lattice',
    weightedClusters: { clusters: [{ name: clusterName(entrance.resource, port), weight: 1 }] },
    idleTimeout: lasting(resourceIdleTimeout, limits),
    ...(logging === 'logged' ? { accessLog: [resourceLog(entrance.key)] } : {}),
  };
  return {
    name: `${entrance.key}/${port}`,
    ...listeningAt(bind),
    enableReusePort: false,
    filterChains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.tcp_proxy',
            typedConfig: anyOf('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', proxy),
          },
        ],
      },
    ],
  };
}

/** The same for all who may reach the resource. */
export function clusterName({ id }: ResourceConfiguration, port: number): string {
  return `${id}/${port}`;
}

export function resourceCluster(name: string, destination: Destination): ClusterJson {
  return {
    name,
    connectTimeout: '5s',
    circuitBreakers: {
      thresholds: [{ maxConnections: unlimited, maxPendingRequests: unlimited, maxRetries: 0 }],
    },
    ...(destination.kind === 'address'
      ? {
          type: 'EDS',
          edsClusterConfig: { edsConfig: fromAds },
          ...callingFrom(destination.namespace, destination.address.includes(':') ? 'IPV6' : 'IPV4'),
        }
      : {
          // No balancing beyond what DNS answers.
          type: 'LOGICAL_DNS',
          dnsLookupFamily: destination.family === 'IPV4' ? 'V4_ONLY' : 'V6_ONLY',
          respectDnsTtl: true,
          // A name that does not resolve keeps nobody waiting but its own clients.
          waitForWarmOnInit: false,
          loadAssignment: assignment(name, destination.name, destination.port),
        }),
  };
}

/** Only of a resource with an address. */
export function resourceEndpoints(
  name: string,
  { address, port }: Extract<Destination, { kind: 'address' }>,
): ClusterLoadAssignmentJson {
  return assignment(name, address, port);
}

function assignment(clusterName: string, address: string, portValue: number): ClusterLoadAssignmentJson {
  const endpoint = { address: { socketAddress: { address, portValue } } };
  return { clusterName, endpoints: [{ lbEndpoints: [{ endpoint }] }] };
}
