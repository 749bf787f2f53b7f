import { invalid } from '../../contract/refusal.ts';
import { associationsSeenBy, findServiceAssociation, seenBy } from '../../state/association-parties.ts';
import { parseIdentifier } from '../../state/identifiers.ts';
import type { RegionState, Service, ServiceAssociation } from '../../state/state.ts';
import { commanding, failureOf, iso, listing } from '../handler.ts';
import type { Handler } from '../handler.ts';

const get: Handler<'GetServiceNetworkServiceAssociation'> = (input, call) => {
  const state = call.state();
  const identifier = input.serviceNetworkServiceAssociationIdentifier;
  const association = findServiceAssociation(state, identifier, call);
  return 'refused' in association
    ? association
    : { ...summary(state, seenBy(association, call)), ...failureOf(association, call) };
};

/** A network or service that does not exist has no associations: the operation declares no other answer. */
const list: Handler<'ListServiceNetworkServiceAssociations'> = (input, { account, state }) => {
  const { serviceNetworkIdentifier: network, serviceIdentifier: service } = input;
  if (network === undefined && service === undefined) {
    return invalid('One of serviceNetworkIdentifier and serviceIdentifier is required.');
  }
  const networkId = network === undefined ? undefined : parseIdentifier(network).id;
  const serviceId = service === undefined ? undefined : parseIdentifier(service).id;
  const now = state();
  const wanted = associationsSeenBy(now, now.serviceAssociations, { account }).filter(
    (each) =>
      (networkId === undefined || each.serviceNetworkId === networkId) &&
      (serviceId === undefined || each.serviceId === serviceId),
  );
  return listing({
    all: wanted,
    page: input,
    scope: ['ListServiceNetworkServiceAssociations', account, networkId, serviceId],
    say: (association) => summary(now, association),
  });
};

export const serviceAssociationOperations = {
  CreateServiceNetworkServiceAssociation: commanding(
    'CreateServiceNetworkServiceAssociation',
    (association, state) => {
      const { id, arn, status, account } = association;
      const service = state.services.get(association.serviceId);
      return { id, arn, status, createdBy: account, ...(service === undefined ? {} : namesOf(service)) };
    },
  ),
  GetServiceNetworkServiceAssociation: get,
  ListServiceNetworkServiceAssociations: list,
  DeleteServiceNetworkServiceAssociation: commanding(
    'DeleteServiceNetworkServiceAssociation',
    ({ id, arn, status }) => ({ id, arn, status }),
  ),
};

function summary(state: RegionState, association: ServiceAssociation) {
  const { id, arn, status, account, createdAt } = association;
  return {
    id,
    arn,
    status,
    createdBy: account,
    createdAt: iso(createdAt),
    ...serviceWords(state, association),
    ...networkWords(state, association),
  };
}

function serviceWords({ services }: RegionState, { serviceId }: ServiceAssociation) {
  const service = services.get(serviceId);
  if (service === undefined) return { serviceId };
  return { serviceId, serviceName: service.name, serviceArn: service.arn, ...namesOf(service) };
}

/** By which clients reach it. */
function namesOf({ dnsEntry, customDomainName }: Service) {
  return { dnsEntry, ...(customDomainName === undefined ? {} : { customDomainName }) };
}

/** The network's three members of every association. */
export function networkWords(
  { serviceNetworks }: RegionState,
  { serviceNetworkId }: { readonly serviceNetworkId: string },
) {
  const network = serviceNetworks.get(serviceNetworkId);
  if (network === undefined) return { serviceNetworkId };
  return { serviceNetworkId, serviceNetworkName: network.name, serviceNetworkArn: network.arn };
}
