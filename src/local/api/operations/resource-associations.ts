import { invalid } from '../../contract/refusal.ts';
import { associationsSeenBy, findResourceAssociation, seenBy } from '../../state/association-parties.ts';
import { parseIdentifier } from '../../state/identifiers.ts';
import { resourceDnsEntry } from '../../state/resource-association.ts';
import { childrenOf } from '../../state/resource-configuration.ts';
import type { RegionState } from '../../state/state.ts';
import type { ResourceAssociation, ResourceConfiguration } from '../../state/vpc-resources.ts';
import { commanding, iso, listing, troubleOf } from '../handler.ts';
import type { Handler } from '../handler.ts';
import { networkWords } from './service-associations.ts';

const get: Handler<'GetServiceNetworkResourceAssociation'> = (input, call) => {
  const state = call.state();
  const identifier = input.serviceNetworkResourceAssociationIdentifier;
  const found = findResourceAssociation(state, identifier, call);
  if ('refused' in found) return found;
  const association = seenBy(found, call);
  const { lastUpdatedAt, resourceConfigurationId } = association;
  const trouble = troubleOf(association, call);
  const verification = verificationOf(state, resourceConfigurationId);
  return {
    ...summary(state, { association, resource: state.resourceConfigurations.get(resourceConfigurationId) }),
    ...(trouble === undefined ? {} : { failureCode: trouble.code, failureReason: trouble.message }),
    ...(verification === undefined ? {} : { domainVerificationStatus: verification.status }),
    lastUpdatedAt: iso(lastUpdatedAt),
  };
};

const list: Handler<'ListServiceNetworkResourceAssociations'> = (input, { account, state }) => {
  const { serviceNetworkIdentifier: network, resourceConfigurationIdentifier: resource } = input;
  if (network === undefined && resource === undefined) {
    return invalid('One of serviceNetworkIdentifier and resourceConfigurationIdentifier is required.');
  }
  const { includeChildren = false } = input;
  const networkId = network === undefined ? undefined : parseIdentifier(network).id;
  const resourceId = resource === undefined ? undefined : parseIdentifier(resource).id;
  const now = state();
  const wanted = associationsSeenBy(now, now.resourceAssociations, { account }).filter(
    (each) =>
      (networkId === undefined || each.serviceNetworkId === networkId) &&
      (resourceId === undefined || each.resourceConfigurationId === resourceId),
  );
  return listing({
    all: wanted.flatMap((association) => rowsOf(now, association, includeChildren)),
    page: input,
    scope: [
      'ListServiceNetworkResourceAssociations',
      account,
      networkId,
      resourceId,
      String(includeChildren),
    ],
    say: (row) => summary(now, row),
  });
};

export const resourceAssociationOperations = {
  CreateServiceNetworkResourceAssociation: commanding(
    'CreateServiceNetworkResourceAssociation',
    ({ id, arn, status, account, privateDnsEnabled }) => ({
      id,
      arn,
      status,
      createdBy: account,
      privateDnsEnabled,
    }),
  ),
  GetServiceNetworkResourceAssociation: get,
  ListServiceNetworkResourceAssociations: list,
  DeleteServiceNetworkResourceAssociation: commanding(
    'DeleteServiceNetworkResourceAssociation',
    ({ id, arn, status }) => ({ id, arn, status }),
  ),
};

interface Row {
  readonly association: ResourceAssociation;
  readonly resource: ResourceConfiguration | undefined;
}

/** A child's row is that of its group's association, with the child's own name. */
function rowsOf(
  state: RegionState,
  association: ResourceAssociation,
  withChildren: boolean,
): readonly (Row & { readonly sequence: number })[] {
  const { resourceConfigurationId: id } = association;
  const first = association.sequence * manyRows;
  const own = { association, resource: state.resourceConfigurations.get(id), sequence: first };
  if (!withChildren) return [own];
  const children = childrenOf(state, id).map((resource) => ({
    association,
    resource,
    sequence: first + resource.sequence,
  }));
  return [own, ...children];
}

/** More than anything was ever created, so that rows of one association stand before those of the next. */
const manyRows = 2 ** 24;

function summary(state: RegionState, { association, resource }: Row) {
  const { id, arn, status, account, createdAt, privateDnsEnabled, dnsEntry } = association;
  const isOwn = resource?.id === association.resourceConfigurationId;
  const privateName = privateDnsEnabled ? resource?.customDomainName : undefined;
  return {
    id,
    arn,
    status,
    createdBy: account,
    createdAt: iso(createdAt),
    ...(resource === undefined
      ? { resourceConfigurationId: association.resourceConfigurationId }
      : {
          resourceConfigurationId: resource.id,
          resourceConfigurationArn: resource.arn,
          resourceConfigurationName: resource.name,
        }),
    ...networkWords(state, association),
    dnsEntry: isOwn || resource === undefined ? dnsEntry : resourceDnsEntry(state, id, resource.id),
    ...(privateName === undefined ? {} : { privateDnsEntry: { domainName: privateName } }),
    privateDnsEnabled,
    isManagedAssociation: false,
  };
}

function verificationOf({ resourceConfigurations, domainVerifications }: RegionState, resourceId: string) {
  const id = resourceConfigurations.get(resourceId)?.domainVerificationId;
  return id === undefined ? undefined : domainVerifications.get(id);
}
