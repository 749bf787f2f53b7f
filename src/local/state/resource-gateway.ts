import { conflict, invalid } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import { findResourceGateway, unlessNameFree, wrongStatus } from './identifiers.ts';
import { schedule } from './lifecycle.ts';
import { overQuota } from './quotas.ts';
import type { RegionState } from './state.ts';
import { countValues, findValue, withEntry } from './table.ts';
import { readTags } from './tags.ts';
import type { ResourceGateway } from './vpc-resources.ts';

const type = 'RESOURCE_GATEWAY';
const defaultAddressesPerEni = 16;

/** A gateway in creation. AWS makes some without a VPC for services of its own; a caller has to name one. */
export const createResourceGateway: Transition<'CreateResourceGateway'> = (state, input, context) => {
  const before = createdBefore(state.resourceGateways, type, input, context);
  if (before !== undefined) return 'refused' in before ? before : { state, result: before };
  const { name, vpcIdentifier, subnetIds = [], securityGroupIds = [], ipAddressType = 'IPV4' } = input;
  if (vpcIdentifier === undefined) return invalid('vpcIdentifier is required.');
  if (subnetIds.length === 0) return invalid('subnetIds is required: at least one subnet of the VPC.');
  if (ipAddressType === 'IPV6' && input.ipv4AddressesPerEni !== undefined) {
    return invalid('ipv4AddressesPerEni does not go with the ipAddressType IPV6.');
  }
  const taken = unlessNameFree(state.resourceGateways, type, name, context);
  if (taken !== undefined) return taken;
  const over = overQuota(state, {
    quota: 'resourceGatewaysPerVpc',
    account: context.account,
    wanted: countValues(state.resourceGateways, ({ vpcId }) => vpcId === vpcIdentifier) + 1,
    resourceType: 'VPC',
    resourceId: vpcIdentifier,
  });
  if (over !== undefined) return over;
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const id = `rgw-${context.ids[0]}`;
  const { ipv4AddressesPerEni = defaultAddressesPerEni } = input;
  const result: ResourceGateway = {
    ...newResource(state, context, { id, path: `resourcegateway/${id}`, tags: tags.tags, input }),
    name,
    status: 'CREATE_IN_PROGRESS',
    vpcId: vpcIdentifier,
    subnetIds,
    securityGroupIds,
    ipAddressType,
    ...(ipAddressType === 'IPV6' ? {} : { ipv4AddressesPerEni }),
    dnsResolution: input.resourceConfigDnsResolution ?? 'PUBLIC',
  };
  const created = { ...withGateway(state, result), nextSequence: state.nextSequence + 1 };
  const when = { now: context.now, delay: 'createResourceGateway' } as const;
  return { state: schedule(created, { kind: 'resourceGateway', id }, 'active', when), result };
};

/** Security groups are all that can change; unlike those of a VPC association they may all be taken away. */
export const updateResourceGateway: Transition<'UpdateResourceGateway'> = (state, input, context) => {
  const gateway = findResourceGateway(state, input.resourceGatewayIdentifier, context);
  if ('refused' in gateway) return gateway;
  const { id, status } = gateway;
  if (status !== 'ACTIVE' && status !== 'UPDATE_FAILED') return wrongStatus(type, gateway);
  const { securityGroupIds = gateway.securityGroupIds } = input;
  const result: ResourceGateway = {
    ...gateway,
    securityGroupIds,
    status: 'UPDATE_IN_PROGRESS',
    lastUpdatedAt: context.now,
  };
  const when = { now: context.now, delay: 'updateResourceGateway' } as const;
  const updated = withGateway(state, result);
  return { state: schedule(updated, { kind: 'resourceGateway', id }, 'active', when), result };
};

/** Refused while a resource configuration goes through it, also one that is being deleted. */
export const deleteResourceGateway: Transition<'DeleteResourceGateway'> = (state, input, context) => {
  const gateway = findResourceGateway(state, input.resourceGatewayIdentifier, context);
  if ('refused' in gateway) return gateway;
  const { id, status } = gateway;
  if (status === 'DELETE_IN_PROGRESS') return { state, result: gateway };
  if (status === 'CREATE_IN_PROGRESS' || status === 'UPDATE_IN_PROGRESS') return wrongStatus(type, gateway);
  const user = findValue(state.resourceConfigurations, (each) => each.resourceGatewayId === id);
  if (user !== undefined) {
    return conflict(type, id, `Resource gateway ${id} is in use by resource configuration ${user.id}.`);
  }
  const result: ResourceGateway = { ...gateway, status: 'DELETE_IN_PROGRESS', lastUpdatedAt: context.now };
  const when = { now: context.now, delay: 'deleteResourceGateway' } as const;
  const going = withGateway(state, result);
  return { state: schedule(going, { kind: 'resourceGateway', id }, 'gone', when), result };
};

function withGateway(state: RegionState, gateway: ResourceGateway): RegionState {
  return { ...state, resourceGateways: withEntry(state.resourceGateways, gateway.id, gateway) };
}
