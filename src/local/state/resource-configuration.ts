import { conflict, invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { CreateResourceConfigurationRequest } from '../contract/types.gen.ts';
import type { Context, Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import { readCustomDomain } from './custom-domain.ts';
import {
  findResourceConfiguration,
  findResourceGateway,
  unlessActive,
  unlessNameFree,
  wrongStatus,
} from './identifiers.ts';
import { schedule } from './lifecycle.ts';
import { overQuota } from './quotas.ts';
import { revisedSetup } from './resource-revision.ts';
import { readSetup } from './resource-setup.ts';
import type { Surroundings } from './resource-setup.ts';
import type { RegionState } from './state.ts';
import { findValue, withEntry } from './table.ts';
import { readTags } from './tags.ts';
import type { ResourceConfiguration } from './vpc-resources.ts';

const type = 'RESOURCE_CONFIGURATION';

/** A resource, or a group of them, in creation. A child has gateway, protocol and domain verification of its group. */
export const createResourceConfiguration: Transition<'CreateResourceConfiguration'> = (
  state,
  input,
  context,
) => {
  const before = createdBefore(state.resourceConfigurations, type, input, context);
  if (before !== undefined) return 'refused' in before ? before : { state, result: before };
  const around = surroundings(state, input, context);
  if ('refused' in around) return around;
  const setup = readSetup(input, around);
  if ('refused' in setup) return setup;
  const domain = readCustomDomain(state, input, around.group, context);
  if ('refused' in domain) return domain;
  const refused =
    unlessNameFree(state.resourceConfigurations, type, input.name, context) ??
    unlessRoom(state, around.group, context);
  if (refused !== undefined) return refused;
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const id = `rcfg-${context.ids[0]}`;
  const path = `resourceconfiguration/${id}`;
  const result: ResourceConfiguration = {
    ...newResource(state, context, { id, path, tags: tags.tags, input }),
    name: input.name,
    status: 'CREATE_IN_PROGRESS',
    resourceGatewayId: around.gateway.id,
    protocol: input.protocol ?? around.group?.protocol ?? 'TCP',
    allowsShareableNetworks: input.allowAssociationToShareableServiceNetwork ?? true,
    ...setup,
    ...domain,
  };
  const created = { ...withConfiguration(state, result), nextSequence: state.nextSequence + 1 };
  const when = { now: context.now, delay: 'createResourceConfiguration' } as const;
  return { state: schedule(created, { kind: 'resourceConfiguration', id }, 'active', when), result };
};

/** Ports, the permission to be in shareable networks, and an address or ranges; never a name or an ARN. */
export const updateResourceConfiguration: Transition<'UpdateResourceConfiguration'> = (
  state,
  input,
  context,
) => {
  const found = findResourceConfiguration(state, input.resourceConfigurationIdentifier, context);
  if ('refused' in found) return found;
  const { id, status, allowsShareableNetworks } = found;
  if (status !== 'ACTIVE' && status !== 'UPDATE_FAILED') {
    return invalid(`Resource configuration ${id} cannot be changed: its status is ${status}.`);
  }
  const setup = revisedSetup(state, found, input);
  if ('refused' in setup) return setup;
  const result: ResourceConfiguration = {
    ...found,
    ...setup,
    allowsShareableNetworks: input.allowAssociationToShareableServiceNetwork ?? allowsShareableNetworks,
    status: 'UPDATE_IN_PROGRESS',
    lastUpdatedAt: context.now,
  };
  const when = { now: context.now, delay: 'updateResourceConfiguration' } as const;
  const updated = withConfiguration(state, result);
  return { state: schedule(updated, { kind: 'resourceConfiguration', id }, 'active', when), result };
};

/** Refused while it is associated, and while it has children; also with what is being removed. */
export const deleteResourceConfiguration: Transition<'DeleteResourceConfiguration'> = (
  state,
  input,
  context,
) => {
  const found = findResourceConfiguration(state, input.resourceConfigurationIdentifier, context);
  if ('refused' in found) return found;
  const { id, status } = found;
  if (status === 'DELETE_IN_PROGRESS') return { state, result: found };
  if (status === 'CREATE_IN_PROGRESS' || status === 'UPDATE_IN_PROGRESS') return wrongStatus(type, found);
  const isOf = ({ resourceConfigurationId }: { readonly resourceConfigurationId: string }) =>
    resourceConfigurationId === id;
  if (findValue(state.resourceAssociations, isOf) !== undefined) {
    return invalid(`Resource configuration ${id} has existing association with service networks.`);
  }
  if (findValue(state.endpointAssociations, isOf) !== undefined) {
    return invalid(`Resource configuration ${id} has existing association with VPC endpoints.`);
  }
  const child = childrenOf(state, id)[0];
  if (child !== undefined)
    return conflict(type, id, `Resource configuration ${id} has the child ${child.id}.`);
  const result: ResourceConfiguration = {
    ...found,
    status: 'DELETE_IN_PROGRESS',
    lastUpdatedAt: context.now,
  };
  const when = { now: context.now, delay: 'deleteResourceConfiguration' } as const;
  const going = withConfiguration(state, result);
  return { state: schedule(going, { kind: 'resourceConfiguration', id }, 'gone', when), result };
};

/** The members of a group, oldest first. */
export function childrenOf(state: RegionState, groupId: string): readonly ResourceConfiguration[] {
  return [...state.resourceConfigurations.values()].filter(
    ({ setup }) => setup.type === 'CHILD' && setup.groupId === groupId,
  );
}

function surroundings(
  state: RegionState,
  input: CreateResourceConfigurationRequest,
  context: Context,
): Surroundings | Refused {
  const { resourceConfigurationGroupIdentifier: groupIdentifier } = input;
  if (input.type === 'CHILD' && groupIdentifier !== undefined) {
    const group = findResourceConfiguration(state, groupIdentifier, context);
    if ('refused' in group) return group;
    if (group.setup.type !== 'GROUP') return invalid(`Resource configuration ${group.id} is no group.`);
    const inTransition = unlessActive(type, group);
    if (inTransition !== undefined) return inTransition;
    const gateway = findResourceGateway(state, group.resourceGatewayId, group);
    return 'refused' in gateway ? gateway : { gateway, group };
  }
  if (input.type === 'CHILD') return invalid('resourceConfigurationGroupIdentifier is required.');
  if (input.resourceGatewayIdentifier === undefined) return invalid('resourceGatewayIdentifier is required.');
  const gateway = findResourceGateway(state, input.resourceGatewayIdentifier, context);
  if ('refused' in gateway) return gateway;
  return gateway.status === 'DELETE_IN_PROGRESS' || gateway.status === 'CREATE_FAILED'
    ? wrongStatus('RESOURCE_GATEWAY', gateway)
    : { gateway, group: undefined };
}

function unlessRoom(
  state: RegionState,
  group: ResourceConfiguration | undefined,
  context: Context,
): Refused | undefined {
  const over = overQuota(state, {
    quota: 'resourceConfigurations',
    account: context.account,
    wanted: state.resourceConfigurations,
    resourceType: type,
  });
  if (over !== undefined || group === undefined) return over;
  return overQuota(state, {
    quota: 'childrenPerGroup',
    account: context.account,
    wanted: childrenOf(state, group.id).length + 1,
    resourceType: type,
    resourceId: group.id,
  });
}

function withConfiguration(state: RegionState, configuration: ResourceConfiguration): RegionState {
  const { id } = configuration;
  return { ...state, resourceConfigurations: withEntry(state.resourceConfigurations, id, configuration) };
}
