import { accessDenied, conflict, invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { DnsOptions as DnsOptionsInput } from '../contract/types.gen.ts';
import type { Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import { findVpcAssociation, seenBy } from './association-parties.ts';
import { wrongStatus } from './identifiers.ts';
import { schedule } from './lifecycle.ts';
import { overQuota } from './quotas.ts';
import { associationsOf } from './service-network.ts';
import { sharedServiceNetwork } from './sharing.ts';
import type { DnsOptions, RegionState, VpcAssociation } from './state.ts';
import { findValue, withEntry } from './table.ts';
import { readTags } from './tags.ts';

const type = 'SERVICE_NETWORK_VPC_ASSOCIATION';

/** Lets the clients of a VPC into a network. A VPC is in one network only, whoever owns it. */
export const createVpcAssociation: Transition<'CreateServiceNetworkVpcAssociation'> = (
  state,
  input,
  context,
) => {
  const before = createdBefore(state.vpcAssociations, type, input, context);
  if (before !== undefined) return 'refused' in before ? before : { state, result: before };
  const operation = 'CreateServiceNetworkVpcAssociation';
  const sharer = { ...context, operation } as const;
  const network = sharedServiceNetwork(state, input.serviceNetworkIdentifier, sharer);
  if ('refused' in network) return network;
  const present = findValue(state.vpcAssociations, ({ vpcId }) => vpcId === input.vpcIdentifier);
  if (present !== undefined) {
    return conflict(type, present.id, 'VPC has already been associated to a service network.');
  }
  const over = overQuota(state, {
    quota: 'vpcsPerNetwork',
    account: network.account,
    wanted: associationsOf(state, network.id).vpcs + 1,
    resourceType: 'SERVICE_NETWORK',
    resourceId: network.id,
  });
  if (over !== undefined) return over;
  const { privateDnsEnabled = false, securityGroupIds = [] } = input;
  const dns = readDnsOptions(privateDnsEnabled, input.dnsOptions);
  if ('refused' in dns) return dns;
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const id = `snva-${context.ids[0]}`;
  const path = `servicenetworkvpcassociation/${id}`;
  const result: VpcAssociation = {
    ...newResource(state, context, { id, path, tags: tags.tags, input }),
    status: 'CREATE_IN_PROGRESS',
    serviceNetworkId: network.id,
    vpcId: input.vpcIdentifier,
    securityGroupIds,
    privateDnsEnabled,
    ...dns,
  };
  const created = { ...withAssociation(state, result), nextSequence: state.nextSequence + 1 };
  const when = { now: context.now, delay: 'createVpcAssociation' } as const;
  return { state: schedule(created, { kind: 'vpcAssociation', id }, 'active', when), result };
};

/** Groups may be exchanged but never all taken away again: the model wants at least one. */
export const updateVpcAssociation: Transition<'UpdateServiceNetworkVpcAssociation'> = (
  state,
  input,
  context,
) => {
  const identifier = input.serviceNetworkVpcAssociationIdentifier;
  const association = findVpcAssociation(state, identifier, context);
  if ('refused' in association) return association;
  const { id, status } = association;
  if (association.account !== context.account) {
    return accessDenied(`Only account ${association.account}, the owner of the VPC, may change ${id}.`);
  }
  if (status !== 'ACTIVE' && status !== 'UPDATE_FAILED') return wrongStatus(type, association);
  const { dnsOptions: present, ...rest } = association;
  const {
    privateDnsEnabled = association.privateDnsEnabled,
    securityGroupIds = association.securityGroupIds,
  } = input;
  const dns = readDnsOptions(
    privateDnsEnabled,
    input.dnsOptions ?? (privateDnsEnabled ? present : undefined),
  );
  if ('refused' in dns) return dns;
  const result: VpcAssociation = {
    ...rest,
    ...dns,
    privateDnsEnabled,
    securityGroupIds,
    status: 'UPDATE_IN_PROGRESS',
    lastUpdatedAt: context.now,
  };
  const when = { now: context.now, delay: 'updateVpcAssociation' } as const;
  const updated = withAssociation(state, result);
  return { state: schedule(updated, { kind: 'vpcAssociation', id }, 'active', when), result };
};

/** Refused while a create or an update is in progress. */
export const deleteVpcAssociation: Transition<'DeleteServiceNetworkVpcAssociation'> = (
  state,
  input,
  context,
) => {
  const identifier = input.serviceNetworkVpcAssociationIdentifier;
  const association = findVpcAssociation(state, identifier, context);
  if ('refused' in association) return association;
  const { id, status } = association;
  if (status === 'DELETE_IN_PROGRESS') return { state, result: seenBy(association, context) };
  if (status === 'CREATE_IN_PROGRESS') return conflict(type, id, 'Creation is in progress.');
  if (status === 'UPDATE_IN_PROGRESS') return wrongStatus(type, association);
  const result: VpcAssociation = { ...association, status: 'DELETE_IN_PROGRESS', lastUpdatedAt: context.now };
  const when = { now: context.now, delay: 'deleteVpcAssociation' } as const;
  const going = withAssociation(state, result);
  return {
    state: schedule(going, { kind: 'vpcAssociation', id }, 'gone', when),
    result: seenBy(result, context),
  };
};

/** Options say which domains get private names; with private DNS off there is nothing they could say. */
function readDnsOptions(
  privateDnsEnabled: boolean,
  given: DnsOptionsInput | undefined,
): { readonly dnsOptions?: DnsOptions } | Refused {
  if (!privateDnsEnabled) {
    return given === undefined ? {} : invalid('dnsOptions can be given only when privateDnsEnabled is true.');
  }
  const privateDnsPreference = given?.privateDnsPreference ?? 'VERIFIED_DOMAINS_ONLY';
  const domains = given?.privateDnsSpecifiedDomains;
  const wantsDomains =
    privateDnsPreference.endsWith('SPECIFIED_DOMAINS') || privateDnsPreference.startsWith('SPECIFIED');
  if (wantsDomains !== (domains !== undefined)) {
    const word = wantsDomains ? 'required' : 'not allowed';
    return invalid(`privateDnsSpecifiedDomains is ${word} with the preference ${privateDnsPreference}.`);
  }
  return {
    dnsOptions: {
      privateDnsPreference,
      ...(domains === undefined ? {} : { privateDnsSpecifiedDomains: domains }),
    },
  };
}

function withAssociation(state: RegionState, association: VpcAssociation): RegionState {
  return { ...state, vpcAssociations: withEntry(state.vpcAssociations, association.id, association) };
}
