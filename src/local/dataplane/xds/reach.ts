import type { Listener } from '../../state/listener-resources.ts';
import type { RegionState, Service, ServiceNetwork, VpcAssociation } from '../../state/state.ts';

/** A listener of a service on which clients of one VPC may call. */
export interface Reachable {
  readonly service: Service;
  readonly listener: Listener;
}

/** How clients of one VPC come into a network: by its association, or by an endpoint that it has there. */
export type Way = Pick<VpcAssociation, 'id' | 'account' | 'vpcId' | 'serviceNetworkId'>;

/** What clients of one VPC can reach in one way. */
export interface Reach {
  readonly way: Way;
  readonly network: ServiceNetwork;
  /** What has a name there, whether or not it listens already. In order of association. */
  readonly services: readonly Service[];
  /** In order of association, then of creation. */
  readonly reachable: readonly Reachable[];
  /** The names that services have behind an endpoint, by their ids. */
  readonly ownNames: ReadonlyMap<string, string>;
}

/** All ways there are, whatever their state. */
export function waysOf({ vpcAssociations, networkEndpoints }: RegionState): readonly Way[] {
  return [...vpcAssociations.values(), ...networkEndpoints.values()];
}

/** A VPC reaches the services of a network into which it has a way, as soon and as long as all three are in force. */
export function reachOf(state: RegionState): readonly Reach[] {
  const byNetwork = new Map<string, Service[]>();
  const associations = new Map<string, Map<string, string>>();
  for (const { id, status, serviceNetworkId, serviceId } of state.serviceAssociations.values()) {
    const service = state.services.get(serviceId);
    if (!inForce[status] || service === undefined || !inForce[service.status]) continue;
    const found = byNetwork.get(serviceNetworkId) ?? [];
    byNetwork.set(serviceNetworkId, found);
    found.push(service);
    const joined = associations.get(serviceNetworkId) ?? new Map<string, string>();
    associations.set(serviceNetworkId, joined.set(serviceId, id));
  }
  const ways = waysOf(state).filter(({ id }) => {
    const association = state.vpcAssociations.get(id);
    return association === undefined || inForce[association.status];
  });
  return ways.flatMap((way): readonly Reach[] => {
    const network = state.serviceNetworks.get(way.serviceNetworkId);
    if (network === undefined) return [];
    const services = byNetwork.get(network.id) ?? [];
    const reachable = services.flatMap((service) =>
      Array.from(service.listeners.values(), (listener) => ({ service, listener })),
    );
    const isEndpoint = state.networkEndpoints.has(way.id);
    const named = isEndpoint ? [...(associations.get(network.id) ?? [])] : [];
    const ownNames = new Map(
      named.map(([serviceId, id]) => [serviceId, endpointName(state, `${way.id}-${id}`)] as const),
    );
    return [{ way, network, services, reachable, ownNames }];
  });
}

/** The token is that of all generated names. */
function endpointName({ region }: RegionState, label: string): string {
  return `${label}.7d67968.vpc-lattice-svcs.${region}.on.aws`;
}

/** The name of a service behind an endpoint, if it is behind one. */
export function ownNameOf({ id }: Service, ownNames: Reach['ownNames']): readonly string[] {
  const name = ownNames.get(id);
  return name === undefined ? [] : [name];
}

/** The VPC is that of whoever associated it, or made an endpoint in it. */
export function vpcArnOf(
  { partition, region }: RegionState,
  { account, vpcId }: Pick<VpcAssociation, 'account' | 'vpcId'>,
): string {
  return `arn:${partition}:ec2:${region}:${account}:vpc/${vpcId}`;
}

/** By status, whether something is there for traffic: what failed to change, or to go, is as it was. */
export const inForce = {
  CREATE_IN_PROGRESS: false,
  CREATE_FAILED: false,
  ACTIVE: true,
  UPDATE_IN_PROGRESS: true,
  UPDATE_FAILED: true,
  DELETE_IN_PROGRESS: false,
  DELETE_FAILED: true,
} as const satisfies Record<VpcAssociation['status'], boolean>;
