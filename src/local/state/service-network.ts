import { conflict } from '../contract/refusal.ts';
import { withoutSubscriptions } from './cascade.ts';
import type { Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import { findServiceNetwork, unlessNameFree } from './identifiers.ts';
import { overQuota } from './quotas.ts';
import type { RegionState, ServiceNetwork } from './state.ts';
import { countValues, withEntry, withoutEntry } from './table.ts';
import { readTags } from './tags.ts';

const type = 'SERVICE_NETWORK';

/** A network is there at once. */
export const createServiceNetwork: Transition<'CreateServiceNetwork'> = (state, input, context) => {
  const before = createdBefore(state.serviceNetworks, type, input, context);
  if (before !== undefined) return 'refused' in before ? before : { state, result: before };
  const { name, authType = 'NONE', sharingConfig } = input;
  const taken = unlessNameFree(state.serviceNetworks, type, name, context);
  if (taken !== undefined) return taken;
  const over = overQuota(state, {
    quota: 'serviceNetworks',
    account: context.account,
    wanted: state.serviceNetworks,
    resourceType: type,
  });
  if (over !== undefined) return over;
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const id = `sn-${context.ids[0]}`;
  const result: ServiceNetwork = {
    ...newResource(state, context, { id, path: `servicenetwork/${id}`, tags: tags.tags, input }),
    name,
    authType,
    sharingEnabled: sharingConfig?.enabled ?? true,
  };
  const nextSequence = state.nextSequence + 1;
  return { state: { ...withNetwork(state, result), nextSequence }, result };
};

/** Changes who may call; nothing else of a network can change. */
export const updateServiceNetwork: Transition<'UpdateServiceNetwork'> = (state, input, context) => {
  const network = findServiceNetwork(state, input.serviceNetworkIdentifier, context);
  if ('refused' in network) return network;
  if (network.authType === input.authType) return { state, result: network };
  const result = { ...network, authType: input.authType, lastUpdatedAt: context.now };
  return { state: withNetwork(state, result), result };
};

/** Refused while anything is associated, also with what is being removed. */
export const deleteServiceNetwork: Transition<'DeleteServiceNetwork'> = (state, input, context) => {
  const network = findServiceNetwork(state, input.serviceNetworkIdentifier, context);
  if ('refused' in network) return network;
  const counts = associationsOf(state, network.id);
  const kind = kinds.find((each) => counts[each] > 0);
  if (kind !== undefined) {
    const message = `Service network ${network.id} has one or more associated ${wordsOf[kind]}.`;
    return conflict(type, network.id, message);
  }
  const serviceNetworks = withoutEntry(state.serviceNetworks, network.id);
  return { state: withoutSubscriptions({ ...state, serviceNetworks }, network.id), result: network };
};

/** How many associations of each kind a network has, whatever their status: they count until they are gone. */
export function associationsOf(state: RegionState, networkId: string): Readonly<Record<Kind, number>> {
  const isOf = ({ serviceNetworkId }: { readonly serviceNetworkId: string }) =>
    serviceNetworkId === networkId;
  return {
    services: countValues(state.serviceAssociations, isOf),
    vpcs: countValues(state.vpcAssociations, isOf),
    resources: countValues(state.resourceAssociations, isOf),
    endpoints: countValues(state.networkEndpoints, isOf),
  };
}

const kinds = ['services', 'vpcs', 'resources', 'endpoints'] as const;
type Kind = (typeof kinds)[number];

const wordsOf = {
  services: 'services',
  vpcs: 'VPCs',
  resources: 'resource configurations',
  endpoints: 'VPC endpoints',
} as const satisfies Record<Kind, string>;

function withNetwork(state: RegionState, network: ServiceNetwork): RegionState {
  return { ...state, serviceNetworks: withEntry(state.serviceNetworks, network.id, network) };
}
