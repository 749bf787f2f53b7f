import type { Listener, RegionState, Service, ServiceNetwork, VpcAssociation } from '../../state/state.ts';

/** A listener of a service on which clients of one VPC may call. */
export interface Reachable {
  readonly service: Service;
  readonly listener: Listener;
}

/** What clients of one VPC can reach, through the one network that it is associated with. */
export interface Reach {
  readonly association: VpcAssociation;
  readonly network: ServiceNetwork;
  /** What has a name there, whether or not it listens already. In order of association. */
  readonly services: readonly Service[];
  /** In order of association, then of creation. */
  readonly reachable: readonly Reachable[];
}

/** A VPC reaches the services of the network of its association, as soon and as long as all three are in force. */
export function reachOf(state: RegionState): readonly Reach[] {
  const byNetwork = new Map<string, Service[]>();
  for (const { status, serviceNetworkId, serviceId } of state.serviceAssociations.values()) {
    const service = state.services.get(serviceId);
    if (!inForce[status] || service === undefined || !inForce[service.status]) continue;
    const found = byNetwork.get(serviceNetworkId) ?? [];
    byNetwork.set(serviceNetworkId, found);
    found.push(service);
  }
  return [...state.vpcAssociations.values()].flatMap((association) => {
    const network = state.serviceNetworks.get(association.serviceNetworkId);
    if (!inForce[association.status] || network === undefined) return [];
    const services = byNetwork.get(network.id) ?? [];
    const reachable = services.flatMap((service) =>
      Array.from(service.listeners.values(), (listener) => ({ service, listener })),
    );
    return [{ association, network, services, reachable }];
  });
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
