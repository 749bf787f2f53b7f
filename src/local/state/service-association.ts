import { conflict } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import { findServiceAssociation, seenBy, unlessOwnsOne } from './association-parties.ts';
import { unlessActive, wrongStatus } from './identifiers.ts';
import { schedule } from './lifecycle.ts';
import { overQuota } from './quotas.ts';
import { associationsOf } from './service-network.ts';
import { sharedService, sharedServiceNetwork } from './sharing.ts';
import type { RegionState, Service, ServiceAssociation, ServiceNetwork } from './state.ts';
import { findValue, withEntry } from './table.ts';
import { readTags } from './tags.ts';

const type = 'SERVICE_NETWORK_SERVICE_ASSOCIATION';

/** Puts an ACTIVE service into a network. */
export const createServiceAssociation: Transition<'CreateServiceNetworkServiceAssociation'> = (
  state,
  input,
  context,
) => {
  const before = createdBefore(state.serviceAssociations, type, input, context);
  if (before !== undefined) return 'refused' in before ? before : { state, result: before };
  const operation = 'CreateServiceNetworkServiceAssociation';
  const sharer = { ...context, operation } as const;
  const service = sharedService(state, input.serviceIdentifier, sharer);
  if ('refused' in service) return service;
  const network = sharedServiceNetwork(state, input.serviceNetworkIdentifier, sharer);
  if ('refused' in network) return network;
  const refused =
    unlessOwnsOne(context, service, network) ??
    unlessActive('SERVICE', service) ??
    unlessAlone(state, service, network);
  if (refused !== undefined) return refused;
  const over = overQuota(state, {
    quota: 'servicesPerNetwork',
    account: network.account,
    wanted: associationsOf(state, network.id).services + 1,
    resourceType: 'SERVICE_NETWORK',
    resourceId: network.id,
  });
  if (over !== undefined) return over;
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const id = `snsa-${context.ids[0]}`;
  const path = `servicenetworkserviceassociation/${id}`;
  const result: ServiceAssociation = {
    ...newResource(state, context, { id, path, tags: tags.tags, input }),
    status: 'CREATE_IN_PROGRESS',
    serviceNetworkId: network.id,
    serviceId: service.id,
  };
  const created = { ...withAssociation(state, result), nextSequence: state.nextSequence + 1 };
  const when = { now: context.now, delay: 'createServiceAssociation' } as const;
  return { state: schedule(created, { kind: 'serviceAssociation', id }, 'active', when), result };
};

/** Takes a service out of a network; refused while it is only being put in. */
export const deleteServiceAssociation: Transition<'DeleteServiceNetworkServiceAssociation'> = (
  state,
  input,
  context,
) => {
  const identifier = input.serviceNetworkServiceAssociationIdentifier;
  const association = findServiceAssociation(state, identifier, context);
  if ('refused' in association) return association;
  const { id, status } = association;
  if (status === 'DELETE_IN_PROGRESS') return { state, result: seenBy(association, context) };
  if (status === 'CREATE_IN_PROGRESS') return conflict(type, id, 'Creation is in progress.');
  const result: ServiceAssociation = {
    ...association,
    status: 'DELETE_IN_PROGRESS',
    lastUpdatedAt: context.now,
  };
  const when = { now: context.now, delay: 'deleteServiceAssociation' } as const;
  const going = withAssociation(state, result);
  return {
    state: schedule(going, { kind: 'serviceAssociation', id }, 'gone', when),
    result: seenBy(result, context),
  };
};

/** A pair is associated once, and a custom domain stands for one service in a network. */
function unlessAlone(state: RegionState, service: Service, network: ServiceNetwork): Refused | undefined {
  const inNetwork = (each: ServiceAssociation) => each.serviceNetworkId === network.id;
  const same = findValue(
    state.serviceAssociations,
    (each) => inNetwork(each) && each.serviceId === service.id,
  );
  if (same !== undefined) {
    return same.status === 'DELETE_IN_PROGRESS'
      ? wrongStatus(type, same)
      : conflict(type, same.id, 'Association already exists.');
  }
  const { customDomainName } = service;
  if (customDomainName === undefined) return undefined;
  const rival = findValue(
    state.serviceAssociations,
    (each) => inNetwork(each) && state.services.get(each.serviceId)?.customDomainName === customDomainName,
  );
  if (rival === undefined) return undefined;
  const message = `Service ${rival.serviceId} with custom domain name ${customDomainName} is already associated with service network ${network.id}.`;
  return conflict('SERVICE', rival.serviceId, message);
}

function withAssociation(state: RegionState, association: ServiceAssociation): RegionState {
  const serviceAssociations = withEntry(state.serviceAssociations, association.id, association);
  return { ...state, serviceAssociations };
}
