import { seenBy } from '../../state/association-parties.ts';
import { findResourceConfiguration, parseIdentifier } from '../../state/identifiers.ts';
import type { RegionState } from '../../state/state.ts';
import type { EndpointAssociation } from '../../state/vpc-resources.ts';
import { commanding, iso, listing } from '../handler.ts';
import type { Handler } from '../handler.ts';

/** For the owner of the resource, who sees the endpoints of every account. None for one that is not there. */
const listResource: Handler<'ListResourceEndpointAssociations'> = (input, call) => {
  const { vpcEndpointId, vpcEndpointOwner } = input;
  const { resourceEndpointAssociationIdentifier: association } = input;
  const associationId = association === undefined ? undefined : parseIdentifier(association).id;
  const state = call.state();
  const resource = findResourceConfiguration(state, input.resourceConfigurationIdentifier, call);
  const resourceId = 'refused' in resource ? undefined : resource.id;
  const wanted = [...state.endpointAssociations.values()].filter(
    (each) =>
      each.resourceConfigurationId === resourceId &&
      (associationId === undefined || each.id === associationId) &&
      (vpcEndpointId === undefined || each.vpcEndpointId === vpcEndpointId) &&
      (vpcEndpointOwner === undefined || each.account === vpcEndpointOwner),
  );
  return listing({
    all: wanted.map((each) => seenBy(each, call)),
    page: input,
    scope: [
      'ListResourceEndpointAssociations',
      call.account,
      resourceId,
      associationId,
      vpcEndpointId,
      vpcEndpointOwner,
    ],
    say: (each) => {
      const name = state.resourceConfigurations.get(each.resourceConfigurationId)?.name;
      return {
        ...described(each, state),
        ...(name === undefined ? {} : { resourceConfigurationName: name }),
        vpcEndpointOwner: each.account,
        createdBy: each.account,
        createdAt: iso(each.createdAt),
      };
    },
  });
};

/** A network that does not exist has no endpoints: the operation declares no other answer. */
const listNetwork: Handler<'ListServiceNetworkVpcEndpointAssociations'> = (input, { account, state }) => {
  const { id } = parseIdentifier(input.serviceNetworkIdentifier);
  const now = state();
  const network = now.serviceNetworks.get(id);
  const isOwner = network?.account === account;
  const wanted = [...now.networkEndpoints.values()].filter(
    (each) => each.serviceNetworkId === id && (isOwner || each.account === account),
  );
  return listing({
    all: wanted,
    page: input,
    scope: ['ListServiceNetworkVpcEndpointAssociations', account, id],
    say: (endpoint) => ({
      vpcEndpointId: endpoint.id,
      vpcId: endpoint.vpcId,
      vpcEndpointOwnerId: endpoint.account,
      state: 'ACTIVE',
      ...(network === undefined ? {} : { serviceNetworkArn: network.arn }),
      createdAt: iso(endpoint.createdAt),
    }),
  });
};

export const endpointAssociationOperations = {
  ListServiceNetworkVpcEndpointAssociations: listNetwork,
  ListResourceEndpointAssociations: listResource,
  DeleteResourceEndpointAssociation: commanding('DeleteResourceEndpointAssociation', described),
};

function described(
  { id, arn, resourceConfigurationId, vpcEndpointId }: EndpointAssociation,
  { resourceConfigurations }: RegionState,
) {
  const resourceArn = resourceConfigurations.get(resourceConfigurationId)?.arn;
  return {
    id,
    arn,
    resourceConfigurationId,
    ...(resourceArn === undefined ? {} : { resourceConfigurationArn: resourceArn }),
    vpcEndpointId,
  };
}
