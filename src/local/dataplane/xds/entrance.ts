import type { RegionState, ServiceNetwork } from '../../state/state.ts';
import { childrenOf } from '../../state/resource-configuration.ts';
import { resourceDnsEntry } from '../../state/resource-association.ts';
import type {
  ResourceAssociation,
  ResourceConfiguration,
  ResourceGateway,
} from '../../state/vpc-resources.ts';
import { privateNameOf } from './private-name.ts';
import { inForce } from './reach.ts';

/** Where clients of one VPC find one resource: it has an address of its own there, and names. */
export interface Entrance {
  /** Stays the same as long as the entrance is there. No part of it has a slash. */
  readonly key: string;
  readonly vpcId: string;
  /** The owner of the VPC. */
  readonly account: string;
  readonly resource: ResourceConfiguration;
  readonly gateway: ResourceGateway;
  /** In lower case. */
  readonly names: readonly string[];
  /** Absent when an endpoint leads straight to the resource. */
  readonly through?: {
    readonly network: ServiceNetwork;
    readonly association: ResourceAssociation;
  };
  /** Absent when the VPC is associated with the network. */
  readonly vpcEndpointId?: string;
}

/** Of a gateway for IPv4 alone no client of IPv6 gets an address. */
export function hasIpv6({ gateway }: Entrance): boolean {
  return gateway.ipAddressType !== 'IPV4';
}

/**
 * Which resources clients of which VPC reach: those of the network that their VPC is associated with or has an endpoint in,
 * and those that it has an endpoint to. A group stands for its children.
 */
export function entrancesOf(state: RegionState): readonly Entrance[] {
  if (state.resourceConfigurations.size === 0) return [];
  return [...throughAssociations(state), ...throughNetworkEndpoints(state), ...throughEndpoints(state)];
}

function throughAssociations(state: RegionState): readonly Entrance[] {
  return [...state.vpcAssociations.values()].flatMap((vpc) => {
    if (!inForce[vpc.status]) return [];
    return sharedIn(state, vpc.serviceNetworkId).map(({ association, network, offer }): Entrance => {
      const { resource, gateway } = offer;
      const { domainName } = resourceDnsEntry(state, association.id, resource.id);
      const own = privateNameOf(state, { resource, gateway, association, vpc });
      return {
        key: `${vpc.id}.${association.id}.${resource.id}`,
        vpcId: vpc.vpcId,
        account: vpc.account,
        ...offer,
        names: [domainName, ...(own === undefined ? [] : [own])],
        through: { network, association },
      };
    });
  });
}

function throughNetworkEndpoints(state: RegionState): readonly Entrance[] {
  return [...state.networkEndpoints.values()].flatMap(({ id, vpcId, account, serviceNetworkId }) =>
    sharedIn(state, serviceNetworkId).map(({ association, network, offer }): Entrance => {
      const { domainName } = resourceDnsEntry(state, `${id}-${association.id}`, offer.resource.id);
      return {
        key: `${id}.${association.id}.${offer.resource.id}`,
        vpcId,
        account,
        ...offer,
        names: [domainName],
        through: { network, association },
        vpcEndpointId: id,
      };
    }),
  );
}

function throughEndpoints(state: RegionState): readonly Entrance[] {
  return [...state.endpointAssociations.values()].flatMap((endpoint) => {
    const { vpcEndpointId, vpcId, account, resourceConfigurationId } = endpoint;
    return offersOf(state, resourceConfigurationId).map((offer): Entrance => ({
      key: `${vpcEndpointId}.${offer.resource.id}`,
      vpcId,
      account,
      ...offer,
      names: [resourceDnsEntry(state, vpcEndpointId, offer.resource.id).domainName],
      vpcEndpointId,
    }));
  });
}

interface Shared {
  readonly association: ResourceAssociation;
  readonly network: ServiceNetwork;
  readonly offer: Offer;
}

function sharedIn(state: RegionState, serviceNetworkId: string): readonly Shared[] {
  const network = state.serviceNetworks.get(serviceNetworkId);
  if (network === undefined) return [];
  return [...state.resourceAssociations.values()].flatMap((association): readonly Shared[] => {
    if (association.serviceNetworkId !== network.id || !inForce[association.status]) return [];
    return offersOf(state, association.resourceConfigurationId).map((offer) => ({
      association,
      network,
      offer,
    }));
  });
}

/** What there is to connect to, behind a gateway that works. */
interface Offer {
  readonly resource: ResourceConfiguration;
  readonly gateway: ResourceGateway;
}

function offersOf(state: RegionState, resourceConfigurationId: string): readonly Offer[] {
  const named = state.resourceConfigurations.get(resourceConfigurationId);
  if (named === undefined || !inForce[named.status]) return [];
  const resources = named.setup.type === 'GROUP' ? childrenOf(state, named.id) : [named];
  return resources.flatMap((resource): readonly Offer[] => {
    const gateway = state.resourceGateways.get(resource.resourceGatewayId);
    return gateway !== undefined && inForce[gateway.status] && inForce[resource.status]
      ? [{ resource, gateway }]
      : [];
  });
}
