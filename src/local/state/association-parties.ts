import { accessDenied, notFound } from '../contract/refusal.ts';
import type { Refused, ResourceType } from '../contract/refusal.ts';
import { notYours, parseIdentifier } from './identifiers.ts';
import type { Viewer } from './identifiers.ts';
import type { RegionState, Resource, Table } from './state.ts';

/** An association as far as its parties go. */
export interface Association extends Resource {
  readonly serviceNetworkId?: string;
  readonly serviceId?: string;
  readonly resourceConfigurationId?: string;
}

/**
 * An association that the caller made, or of whose network, service or resource it is the owner: each of them sees it
 * under an ARN of its own, with the same id, and may end it.
 */
function findAssociation<T extends Association>(
  state: RegionState,
  table: Table<T>,
  resourceType: ResourceType,
  { identifier, viewer }: { readonly identifier: string; readonly viewer: Viewer },
): T | Refused {
  const { id, account } = parseIdentifier(identifier);
  if (account !== undefined && account !== viewer.account) return notYours(identifier, viewer);
  const found = table.get(id);
  if (found === undefined || !isParty(state, found, viewer.account)) return notFound(resourceType, id);
  return account !== undefined && seenBy(found, viewer).arn !== identifier
    ? notFound(resourceType, id)
    : found;
}

/** See `findAssociation`. */
export function findServiceAssociation(state: RegionState, identifier: string, viewer: Viewer) {
  const type = 'SERVICE_NETWORK_SERVICE_ASSOCIATION';
  return findAssociation(state, state.serviceAssociations, type, { identifier, viewer });
}

/** See `findAssociation`. */
export function findVpcAssociation(state: RegionState, identifier: string, viewer: Viewer) {
  const type = 'SERVICE_NETWORK_VPC_ASSOCIATION';
  return findAssociation(state, state.vpcAssociations, type, { identifier, viewer });
}

/** See `findAssociation`. */
export function findResourceAssociation(state: RegionState, identifier: string, viewer: Viewer) {
  const type = 'SERVICE_NETWORK_RESOURCE_ASSOCIATION';
  return findAssociation(state, state.resourceAssociations, type, { identifier, viewer });
}

/** See `findAssociation`. */
export function findEndpointAssociation(state: RegionState, identifier: string, viewer: Viewer) {
  const type = 'RESOURCE_ENDPOINT_ASSOCIATION';
  return findAssociation(state, state.endpointAssociations, type, { identifier, viewer });
}

/** The refusal to associate two things that are both merely shared with the caller. */
export function unlessOwnsOne(
  { account }: Viewer,
  one: { readonly arn: string; readonly account: string },
  other: { readonly arn: string; readonly account: string },
): Refused | undefined {
  return one.account === account || other.account === account
    ? undefined
    : accessDenied(`Account ${account} owns neither ${one.arn} nor ${other.arn}.`);
}

/** The associations that an account has to do with, as it sees them. */
export function associationsSeenBy<T extends Association>(
  state: RegionState,
  table: Table<T>,
  viewer: Viewer,
): readonly T[] {
  return [...table.values()]
    .filter((each) => isParty(state, each, viewer.account))
    .map((each) => seenBy(each, viewer));
}

/** A resource with the ARN it has in the viewer's account. */
export function seenBy<T extends Resource>(resource: T, { account }: Viewer): T {
  if (account === resource.account) return resource;
  const parts = resource.arn.split(':');
  return { ...resource, arn: [...parts.slice(0, 4), account, ...parts.slice(5)].join(':') };
}

function isParty(state: RegionState, association: Association, account: string): boolean {
  const { serviceNetworkId = '', serviceId = '', resourceConfigurationId = '' } = association;
  return (
    association.account === account ||
    state.serviceNetworks.get(serviceNetworkId)?.account === account ||
    state.services.get(serviceId)?.account === account ||
    state.resourceConfigurations.get(resourceConfigurationId)?.account === account
  );
}
