import { conflict, invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import { findResourceAssociation, seenBy, unlessOwnsOne } from './association-parties.ts';
import { unlessActive, wrongStatus } from './identifiers.ts';
import { schedule } from './lifecycle.ts';
import { overQuota } from './quotas.ts';
import { associationsOf } from './service-network.ts';
import { sharedResourceConfiguration, sharedServiceNetwork } from './sharing.ts';
import type { DnsEntry, RegionState, ServiceNetwork } from './state.ts';
import { findValue, withEntry } from './table.ts';
import { readTags } from './tags.ts';
import type { ResourceAssociation, ResourceConfiguration } from './vpc-resources.ts';

const type = 'SERVICE_NETWORK_RESOURCE_ASSOCIATION';

/** Puts an ACTIVE resource, or a group with all its children now and later, into a network. */
export const createResourceAssociation: Transition<'CreateServiceNetworkResourceAssociation'> = (
  state,
  input,
  context,
) => {
  const before = createdBefore(state.resourceAssociations, type, input, context);
  if (before !== undefined) return 'refused' in before ? before : { state, result: before };
  const operation = 'CreateServiceNetworkResourceAssociation';
  const sharer = { ...context, operation } as const;
  const resource = sharedResourceConfiguration(state, input.resourceConfigurationIdentifier, sharer);
  if ('refused' in resource) return resource;
  const network = sharedServiceNetwork(state, input.serviceNetworkIdentifier, sharer);
  if ('refused' in network) return network;
  const { setup } = resource;
  const refused =
    unlessOwnsOne(context, resource, network) ??
    unlessAdmissible(resource, network) ??
    unlessActive('RESOURCE_CONFIGURATION', resource) ??
    unlessAlone(state, resource, network);
  if (refused !== undefined) return refused;
  const over = overQuota(state, {
    quota: 'resourceConfigurationsPerNetwork',
    account: network.account,
    wanted: associationsOf(state, network.id).resources + 1,
    resourceType: 'SERVICE_NETWORK',
    resourceId: network.id,
  });
  if (over !== undefined) return over;
  const { privateDnsEnabled = setup.type === 'ARN' } = input;
  if (setup.type === 'ARN' && !privateDnsEnabled) {
    return invalid('privateDnsEnabled cannot be false for a resource configuration of type ARN.');
  }
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const id = `snra-${context.ids[0]}`;
  const path = `servicenetworkresourceassociation/${id}`;
  const result: ResourceAssociation = {
    ...newResource(state, context, { id, path, tags: tags.tags, input }),
    status: 'CREATE_IN_PROGRESS',
    serviceNetworkId: network.id,
    resourceConfigurationId: resource.id,
    privateDnsEnabled,
    dnsEntry: resourceDnsEntry(state, id, resource.id),
  };
  const created = { ...withAssociation(state, result), nextSequence: state.nextSequence + 1 };
  const when = { now: context.now, delay: 'createResourceAssociation' } as const;
  return { state: schedule(created, { kind: 'resourceAssociation', id }, 'active', when), result };
};

/** Takes a resource out of a network; refused while it is only being put in. */
export const deleteResourceAssociation: Transition<'DeleteServiceNetworkResourceAssociation'> = (
  state,
  input,
  context,
) => {
  const identifier = input.serviceNetworkResourceAssociationIdentifier;
  const association = findResourceAssociation(state, identifier, context);
  if ('refused' in association) return association;
  const { id, status } = association;
  if (status === 'DELETE_IN_PROGRESS') return { state, result: seenBy(association, context) };
  if (status === 'CREATE_IN_PROGRESS') return conflict(type, id, 'Creation is in progress.');
  const result: ResourceAssociation = {
    ...association,
    status: 'DELETE_IN_PROGRESS',
    lastUpdatedAt: context.now,
  };
  const when = { now: context.now, delay: 'deleteResourceAssociation' } as const;
  const going = withAssociation(state, result);
  return {
    state: schedule(going, { kind: 'resourceAssociation', id }, 'gone', when),
    result: seenBy(result, context),
  };
};

/** A name of a resource in a network; the token is made up, clients must not read anything into it. */
export function resourceDnsEntry(
  { region }: Pick<RegionState, 'region'>,
  id: string,
  resourceId: string,
): DnsEntry {
  return {
    domainName: `${id}.${resourceId}.4232ccc.vpc-lattice-rsc.${region}.on.aws`,
    hostedZoneId: 'Z09127221KTH2CFUOHIZH',
  };
}

/** A child comes with its group, ranges are for tunnel endpoints only, and what may be shared takes what allows it. */
function unlessAdmissible(
  { id, setup, allowsShareableNetworks }: ResourceConfiguration,
  network: ServiceNetwork,
): Refused | undefined {
  if (setup.type === 'CHILD') {
    return invalid(`Resource configuration ${id} is a child; associate its group ${setup.groupId}.`);
  }
  if (setup.type === 'CIDR') {
    return invalid(`Resource configuration ${id} of type CIDR cannot be in a service network.`);
  }
  return network.sharingEnabled && !allowsShareableNetworks
    ? invalid(
        `Resource configuration ${id} may not be in service network ${network.id}, which can be shared.`,
      )
    : undefined;
}

/** A pair is associated once, and a custom domain stands for one resource in a network. */
function unlessAlone(
  state: RegionState,
  { id, customDomainName }: ResourceConfiguration,
  network: ServiceNetwork,
): Refused | undefined {
  const inNetwork = (each: ResourceAssociation) => each.serviceNetworkId === network.id;
  const same = findValue(
    state.resourceAssociations,
    (each) => inNetwork(each) && each.resourceConfigurationId === id,
  );
  if (same !== undefined) {
    return same.status === 'DELETE_IN_PROGRESS'
      ? wrongStatus(type, same)
      : conflict(type, same.id, 'Association already exists.');
  }
  if (customDomainName === undefined) return undefined;
  const rival = findValue(
    state.resourceAssociations,
    (each) =>
      inNetwork(each) &&
      state.resourceConfigurations.get(each.resourceConfigurationId)?.customDomainName === customDomainName,
  )?.resourceConfigurationId;
  if (rival === undefined) return undefined;
  const message = `Resource configuration ${rival} with custom domain name ${customDomainName} is already associated with service network ${network.id}.`;
  return conflict('RESOURCE_CONFIGURATION', rival, message);
}

function withAssociation(state: RegionState, association: ResourceAssociation): RegionState {
  const resourceAssociations = withEntry(state.resourceAssociations, association.id, association);
  return { ...state, resourceAssociations };
}
