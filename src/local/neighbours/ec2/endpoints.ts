import type { RegionState } from '../../state/state.ts';
import { findVpc } from '../../state/vpc.ts';
import { textIn, textsIn } from '../input.ts';
import { declined } from '../neighbour.ts';
import type { Operation } from '../neighbour.ts';
import { declinedBy } from '../refusals.ts';
import { described, tagSet, tagsFor } from './filters.ts';

/** Of type ServiceNetwork, Resource or Tunnel only: the other types lead to what is not here. */
export const createVpcEndpoint: Operation = (input, { dispatch, region, account }) => {
  const vpcId = textIn(input, 'VpcId') ?? '';
  const type = textIn(input, 'VpcEndpointType') ?? 'Gateway';
  const network = textIn(input, 'ServiceNetworkArn');
  const resource = textIn(input, 'ResourceConfigurationArn');
  const tags = tagsFor(input, 'vpc-endpoint');
  if (!/^vpc-[0-9a-f]{8}(?:[0-9a-f]{9})?$/.test(vpcId))
    return declinedBy(unknownVpc(region.state(), vpcId, account));
  if (type === 'ServiceNetwork' && network !== undefined) {
    const answer = dispatch({
      op: 'CreateVpcEndpoint',
      input: { vpcId, serviceNetworkIdentifier: network, tags },
    });
    if ('refused' in answer) return declinedBy(answer.refused, namesOfErrors);
    return said(answer.state, answer.result.vpcEndpointId);
  }
  if ((type === 'Resource' || type === 'Tunnel') && resource !== undefined) {
    const input = { vpcId, resourceConfigurationIdentifier: resource, endpointType: type } as const;
    const answer = dispatch({ op: 'CreateVpcEndpoint', input });
    if ('refused' in answer) return declinedBy(answer.refused, namesOfErrors);
    return said(answer.state, answer.result.vpcEndpointId);
  }
  return declined(
    'InvalidParameter',
    'Endpoints here are of type ServiceNetwork with a ServiceNetworkArn, or Resource or Tunnel with a ResourceConfigurationArn.',
  );
};

export const describeVpcEndpoints: Operation = (input, { region, account }) =>
  described(endpointsOf(region.state(), account), input, {
    name: 'vpcEndpointSet',
    say: wordsOf,
    facts: ({ id, vpcId, type }) => ({
      'vpc-endpoint-id': [id],
      'vpc-id': [vpcId],
      'vpc-endpoint-type': [type],
      'vpc-endpoint-state': ['available'],
    }),
    ids: { member: 'VpcEndpointId', of: ({ id }) => id, missing: 'InvalidVpcEndpointId.NotFound' },
  });

/** Each on its own: what fails is told beside what does not. */
export const deleteVpcEndpoints: Operation = (input, { dispatch }) => ({
  unsuccessful: textsIn(input, 'VpcEndpointId').flatMap((vpcEndpointId) => {
    const answer = dispatch({ op: 'DeleteVpcEndpoint', input: { vpcEndpointId } });
    if (!('refused' in answer)) return [];
    const message = `The Vpc Endpoint Id '${vpcEndpointId}' does not exist`;
    return [{ resourceId: vpcEndpointId, error: { code: 'InvalidVpcEndpoint.NotFound', message } }];
  }),
});

const namesOfErrors: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'InvalidParameter',
  AccessDeniedException: 'UnauthorizedOperation',
  ValidationException: 'InvalidParameter',
  ConflictException: 'InvalidState',
  ServiceQuotaExceededException: 'VpcEndpointLimitExceeded',
};

interface Endpoint {
  readonly id: string;
  readonly account: string;
  readonly vpcId: string;
  readonly createdAt: number;
  readonly type: 'ServiceNetwork' | 'Resource' | 'Tunnel';
  readonly serviceNetworkArn?: string;
  readonly resourceConfigurationArn?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Of both types, of an account. */
export function endpointsOf(state: RegionState, account: string): readonly Endpoint[] {
  const { networkEndpoints, endpointAssociations, serviceNetworks, resourceConfigurations } = state;
  const networks = [...networkEndpoints.values()].map(
    ({ id, account: owner, vpcId, createdAt, serviceNetworkId, endpointTags: tags = {} }): Endpoint => {
      const arn = serviceNetworks.get(serviceNetworkId)?.arn;
      const place = { id, account: owner, vpcId, createdAt, type: 'ServiceNetwork', tags } as const;
      return { ...place, ...(arn === undefined ? {} : { serviceNetworkArn: arn }) };
    },
  );
  const resources = [...endpointAssociations.values()].map((each): Endpoint => {
    const { vpcEndpointId, account: owner, vpcId, createdAt, resourceConfigurationId } = each;
    const { endpointTags: tags = {} } = each;
    const resource = resourceConfigurations.get(resourceConfigurationId);
    const arn = resource?.arn;
    const type = resource?.setup.type === 'CIDR' ? 'Tunnel' : 'Resource';
    const place = { id: vpcEndpointId, account: owner, vpcId, createdAt, type, tags } as const;
    return { ...place, ...(arn === undefined ? {} : { resourceConfigurationArn: arn }) };
  });
  return [...networks, ...resources].filter((each) => each.account === account);
}

function said(state: RegionState, id: string): object {
  const everybody = [...state.networkEndpoints.values(), ...state.endpointAssociations.values()];
  const owners = new Set(everybody.map(({ account }) => account));
  const made = [...owners].flatMap((owner) => endpointsOf(state, owner)).find((each) => each.id === id);
  return made === undefined ? {} : { vpcEndpoint: wordsOf(made) };
}

function wordsOf(endpoint: Endpoint): object {
  const { id, account, vpcId, createdAt, type, serviceNetworkArn, resourceConfigurationArn, tags } = endpoint;
  return {
    vpcEndpointId: id,
    vpcEndpointType: type,
    vpcId,
    state: 'available',
    ownerId: account,
    creationTimestamp: new Date(createdAt).toISOString(),
    serviceNetworkArn,
    resourceConfigurationArn,
    tagSet: tagSet(tags),
  };
}

function unknownVpc(state: RegionState, vpcId: string, account: string) {
  const found = findVpc(state, vpcId, { account });
  if ('refused' in found) return found.refused;
  return {
    code: 'unmodelled',
    type: 'InvalidVpcID.NotFound',
    status: 400,
    message: `The ID '${vpcId}' does not exist`,
  } as const;
}
