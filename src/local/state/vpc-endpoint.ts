import { conflict, invalid, notFound } from '../contract/refusal.ts';
import type { Context, Transition, VpcEndpointResult } from './command.ts';
import { newResource } from './creation.ts';
import { findEndpointAssociation, seenBy } from './association-parties.ts';
import { unlessActive } from './identifiers.ts';
import { overQuota } from './quotas.ts';
import { associationsOf } from './service-network.ts';
import { sharedResourceConfiguration, sharedServiceNetwork } from './sharing.ts';
import type { RegionState, Tags } from './state.ts';
import { readTags } from './tags.ts';
import { findValue, withEntry, withoutEntry } from './table.ts';
import type { EndpointAssociation, NetworkEndpoint } from './vpc-resources.ts';

const type = 'VPC_ENDPOINT';

/** An endpoint of type ServiceNetwork, Resource or Tunnel, as EC2 makes one; it is there at once. */
export const createVpcEndpoint: Transition<'CreateVpcEndpoint'> = (state, input, context) => {
  const { vpcId, vpcEndpointId = `vpce-${context.ids[0]}` } = input;
  if (isTaken(state, vpcEndpointId)) {
    return conflict(type, vpcEndpointId, `VPC endpoint ${vpcEndpointId} exists already.`);
  }
  const read = readTags(input.tags);
  if ('refused' in read) return read;
  const place = { vpcEndpointId, vpcId, endpointTags: read.tags };
  if ('serviceNetworkIdentifier' in input) {
    const network = sharedServiceNetwork(state, input.serviceNetworkIdentifier, {
      ...context,
      operation: 'CreateServiceNetworkVpcEndpointAssociation',
    });
    if ('refused' in network) return network;
    const over = overQuota(state, {
      quota: 'endpointsPerNetwork',
      account: network.account,
      wanted: associationsOf(state, network.id).endpoints + 1,
      resourceType: 'SERVICE_NETWORK',
      resourceId: network.id,
    });
    if (over !== undefined) return over;
    return endpointInto(state, { ...place, serviceNetworkId: network.id }, context);
  }
  const resource = sharedResourceConfiguration(state, input.resourceConfigurationIdentifier, {
    ...context,
    operation: 'CreateVpcEndpoint',
  });
  if ('refused' in resource) return resource;
  const { endpointType = 'Resource' } = input;
  const needed = resource.setup.type === 'CIDR' ? 'Tunnel' : 'Resource';
  if (endpointType !== needed) {
    return invalid(
      `Resource configuration ${resource.id} of type ${resource.setup.type} needs an endpoint of type ${needed}.`,
    );
  }
  const inTransition = unlessActive('RESOURCE_CONFIGURATION', resource);
  if (inTransition !== undefined) return inTransition;
  return endpointTo(state, { ...place, resourceConfigurationId: resource.id }, context);
};

/** An endpoint goes at once, and what it was associated with is free. */
export const deleteVpcEndpoint: Transition<'DeleteVpcEndpoint'> = (state, { vpcEndpointId }, context) => {
  const endpoint = state.networkEndpoints.get(vpcEndpointId);
  if (endpoint !== undefined && endpoint.account === context.account) {
    const networkEndpoints = withoutEntry(state.networkEndpoints, vpcEndpointId);
    return { state: { ...state, networkEndpoints }, result: { vpcEndpointId } };
  }
  const association = findValue(
    state.endpointAssociations,
    (each) => each.vpcEndpointId === vpcEndpointId && each.account === context.account,
  );
  return association === undefined
    ? notFound(type, vpcEndpointId)
    : { state: withoutAssociation(state, association), result: { vpcEndpointId } };
};

/** Takes the resource away from the endpoint, which stays with EC2 and leads nowhere. */
export const deleteEndpointAssociation: Transition<'DeleteResourceEndpointAssociation'> = (
  state,
  { resourceEndpointAssociationIdentifier },
  context,
) => {
  const association = findEndpointAssociation(state, resourceEndpointAssociationIdentifier, context);
  if ('refused' in association) return association;
  return { state: withoutAssociation(state, association), result: seenBy(association, context) };
};

function isTaken({ networkEndpoints, endpointAssociations }: RegionState, id: string): boolean {
  return (
    networkEndpoints.has(id) ||
    findValue(endpointAssociations, ({ vpcEndpointId }) => vpcEndpointId === id) !== undefined
  );
}

interface Endpoint {
  readonly vpcEndpointId: string;
  readonly vpcId: string;
  readonly endpointTags: Tags;
}

function endpointInto(
  state: RegionState,
  { vpcEndpointId, ...endpointOf }: Endpoint & { readonly serviceNetworkId: string },
  { now: createdAt, account }: Context,
): { readonly state: RegionState; readonly result: VpcEndpointResult } {
  const { nextSequence: sequence } = state;
  const endpoint: NetworkEndpoint = {
    id: vpcEndpointId,
    account,
    sequence,
    createdAt,
    ...endpointOf,
  };
  const networkEndpoints = withEntry(state.networkEndpoints, vpcEndpointId, endpoint);
  return { state: { ...state, networkEndpoints, nextSequence: sequence + 1 }, result: { vpcEndpointId } };
}

function endpointTo(
  state: RegionState,
  endpoint: Endpoint & { readonly resourceConfigurationId: string },
  context: Context,
): { readonly state: RegionState; readonly result: VpcEndpointResult } {
  const id = `rea-${context.ids[1]}`;
  const path = `resourceendpointassociation/${id}`;
  const association: EndpointAssociation = {
    ...newResource(state, context, { id, path, tags: {}, input: {} }),
    ...endpoint,
  };
  const endpointAssociations = withEntry(state.endpointAssociations, id, association);
  const { vpcEndpointId } = endpoint;
  return {
    state: { ...state, endpointAssociations, nextSequence: state.nextSequence + 1 },
    result: { vpcEndpointId },
  };
}

function withoutAssociation(state: RegionState, { id }: EndpointAssociation): RegionState {
  return { ...state, endpointAssociations: withoutEntry(state.endpointAssociations, id) };
}
