import {
  CreateServiceNetworkServiceAssociationCommand,
  DeleteServiceNetworkServiceAssociationCommand,
  GetServiceNetworkServiceAssociationCommand,
  ListServiceNetworkServiceAssociationsCommand,
} from '@aws-sdk/client-vpc-lattice';
import { keyOf } from '../../model/keys.ts';
import { given, ifGiven, lifecycleOf, pageSize, pagesOf } from './driver.ts';
import type { Address, Driver, Found } from './driver.ts';

/** Listed by its service, or by its network when many are waited for. */
export const serviceAssociationDriver: Driver<'serviceAssociation'> = {
  list: (send, scope) =>
    pagesOf(
      (nextToken) =>
        send(
          new ListServiceNetworkServiceAssociationsCommand({
            ...filterOf(scope),
            nextToken,
            maxResults: pageSize,
          }),
        ),
      (item) => found(item, 'ListServiceNetworkServiceAssociations'),
    ),
  get: async (send, { id }) =>
    found(
      await send(
        new GetServiceNetworkServiceAssociationCommand({ serviceNetworkServiceAssociationIdentifier: id }),
      ),
      'GetServiceNetworkServiceAssociation',
    ),
  create: async (send, { wanted: { spec, tags }, resolve, clientToken }) => {
    const service = resolve(spec.service);
    const network = resolve(spec.network);
    const answer = await send(
      new CreateServiceNetworkServiceAssociationCommand({
        serviceIdentifier: service,
        serviceNetworkIdentifier: network,
        tags: { ...tags },
        clientToken,
      }),
    );
    return found(
      { ...answer, serviceId: idOf(service), serviceNetworkId: idOf(network) },
      'CreateServiceNetworkServiceAssociation',
    );
  },
  delete: async (send, { id, arn, fact }) => {
    const answer = await send(
      new DeleteServiceNetworkServiceAssociationCommand({ serviceNetworkServiceAssociationIdentifier: id }),
    );
    const lifecycle = lifecycleOf(answer.status ?? 'DELETE_IN_PROGRESS');
    return { id, arn, ...(fact === undefined ? {} : { fact: { ...fact, lifecycle } }) };
  },
  keyFor: ({ fact, name }, parent) =>
    fact?.type === 'serviceAssociation' && parent !== undefined
      ? keyOf.serviceAssociation(parent, name ?? fact.spec.network)
      : undefined,
};

function filterOf({ id }: Address): { serviceIdentifier?: string; serviceNetworkIdentifier?: string } {
  return id.startsWith('sn-') ? { serviceNetworkIdentifier: id } : { serviceIdentifier: id };
}

interface Item {
  id?: string | undefined;
  arn?: string | undefined;
  status?: string | undefined;
  serviceId?: string | undefined;
  serviceNetworkId?: string | undefined;
  serviceNetworkName?: string | undefined;
  dnsEntry?: { domainName?: string | undefined } | undefined;
  failureCode?: string | undefined;
  failureMessage?: string | undefined;
}

function found(item: Item, operation: string): Found {
  return {
    id: given(item.id, 'id', operation),
    arn: given(item.arn, 'arn', operation),
    ...ifGiven('name', item.serviceNetworkName),
    fact: {
      type: 'serviceAssociation',
      spec: {
        service: given(item.serviceId, 'serviceId', operation),
        network: given(item.serviceNetworkId, 'serviceNetworkId', operation),
      },
      lifecycle: lifecycleOf(item.status, { code: item.failureCode, message: item.failureMessage }),
      ...ifGiven('dnsName', item.dnsEntry?.domainName),
    },
  };
}

function idOf(identifier: string): string {
  return identifier.slice(identifier.lastIndexOf('/') + 1);
}
