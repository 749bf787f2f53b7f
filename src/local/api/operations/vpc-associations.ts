import { invalid } from '../../contract/refusal.ts';
import { associationsSeenBy, findVpcAssociation, seenBy } from '../../state/association-parties.ts';
import { parseIdentifier } from '../../state/identifiers.ts';
import type { RegionState, VpcAssociation } from '../../state/state.ts';
import { commanding, failureOf, listing, timesOf } from '../handler.ts';
import type { Handler } from '../handler.ts';
import { networkWords } from './service-associations.ts';

const get: Handler<'GetServiceNetworkVpcAssociation'> = (input, call) => {
  const state = call.state();
  const association = findVpcAssociation(state, input.serviceNetworkVpcAssociationIdentifier, call);
  if ('refused' in association) return association;
  const { securityGroupIds } = association;
  return { ...summary(state, seenBy(association, call)), securityGroupIds, ...failureOf(association, call) };
};

const list: Handler<'ListServiceNetworkVpcAssociations'> = (input, { account, state }) => {
  const { serviceNetworkIdentifier: network, vpcIdentifier } = input;
  if (network === undefined && vpcIdentifier === undefined) {
    return invalid('One of serviceNetworkIdentifier and vpcIdentifier is required.');
  }
  const networkId = network === undefined ? undefined : parseIdentifier(network).id;
  const now = state();
  const wanted = associationsSeenBy(now, now.vpcAssociations, { account }).filter(
    (each) =>
      (networkId === undefined || each.serviceNetworkId === networkId) &&
      (vpcIdentifier === undefined || each.vpcId === vpcIdentifier),
  );
  return listing({
    all: wanted,
    page: input,
    scope: ['ListServiceNetworkVpcAssociations', account, networkId, vpcIdentifier],
    say: (association) => summary(now, association),
  });
};

export const vpcAssociationOperations = {
  CreateServiceNetworkVpcAssociation: commanding('CreateServiceNetworkVpcAssociation', changed),
  GetServiceNetworkVpcAssociation: get,
  ListServiceNetworkVpcAssociations: list,
  UpdateServiceNetworkVpcAssociation: commanding('UpdateServiceNetworkVpcAssociation', changed),
  DeleteServiceNetworkVpcAssociation: commanding(
    'DeleteServiceNetworkVpcAssociation',
    ({ id, arn, status }) => ({ id, arn, status }),
  ),
};

function changed(association: VpcAssociation) {
  return { ...described(association), securityGroupIds: association.securityGroupIds };
}

function summary(state: RegionState, association: VpcAssociation) {
  const { vpcId } = association;
  return { ...described(association), vpcId, ...networkWords(state, association), ...timesOf(association) };
}

function described({ id, arn, status, account, privateDnsEnabled, dnsOptions }: VpcAssociation) {
  return {
    id,
    arn,
    status,
    createdBy: account,
    privateDnsEnabled,
    ...(dnsOptions === undefined ? {} : { dnsOptions }),
  };
}
