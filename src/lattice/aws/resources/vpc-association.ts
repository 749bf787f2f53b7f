import {
  CreateServiceNetworkVpcAssociationCommand,
  DeleteServiceNetworkVpcAssociationCommand,
  GetServiceNetworkVpcAssociationCommand,
  ListServiceNetworkVpcAssociationsCommand,
} from '@aws-sdk/client-vpc-lattice';
import { keyOf } from '../../model/keys.ts';
import { given, lifecycleOf, pageSize, pagesOf } from './driver.ts';
import type { Driver, Found } from './driver.ts';

/** One per VPC: listed by the VPC, whatever network it is with. */
export const vpcAssociationDriver: Driver<'vpcAssociation'> = {
  list: (send, { id: vpcIdentifier }) =>
    pagesOf(
      (nextToken) =>
        send(
          new ListServiceNetworkVpcAssociationsCommand({ vpcIdentifier, nextToken, maxResults: pageSize }),
        ),
      (item) => found(item, 'ListServiceNetworkVpcAssociations'),
    ),
  get: async (send, { id }) =>
    found(
      await send(new GetServiceNetworkVpcAssociationCommand({ serviceNetworkVpcAssociationIdentifier: id })),
      'GetServiceNetworkVpcAssociation',
    ),
  create: async (send, { wanted: { spec, tags }, resolve, clientToken }) => {
    const network = resolve(spec.network);
    const answer = await send(
      new CreateServiceNetworkVpcAssociationCommand({
        serviceNetworkIdentifier: network,
        vpcIdentifier: spec.vpcId,
        tags: { ...tags },
        clientToken,
      }),
    );
    const serviceNetworkId = network.slice(network.lastIndexOf('/') + 1);
    return found({ ...answer, serviceNetworkId, vpcId: spec.vpcId }, 'CreateServiceNetworkVpcAssociation');
  },
  delete: async (send, { id, arn, fact }) => {
    const answer = await send(
      new DeleteServiceNetworkVpcAssociationCommand({ serviceNetworkVpcAssociationIdentifier: id }),
    );
    const lifecycle = lifecycleOf(answer.status ?? 'DELETE_IN_PROGRESS');
    return { id, arn, ...(fact === undefined ? {} : { fact: { ...fact, lifecycle } }) };
  },
  keyFor: ({ fact, name }) =>
    fact?.type === 'vpcAssociation'
      ? keyOf.vpcAssociation(keyOf.serviceNetwork(name ?? fact.spec.network), fact.spec.vpcId)
      : undefined,
};

interface Item {
  id?: string | undefined;
  arn?: string | undefined;
  status?: string | undefined;
  serviceNetworkId?: string | undefined;
  serviceNetworkName?: string | undefined;
  vpcId?: string | undefined;
  failureCode?: string | undefined;
  failureMessage?: string | undefined;
}

function found(item: Item, operation: string): Found {
  const { serviceNetworkName: name } = item;
  return {
    id: given(item.id, 'id', operation),
    arn: given(item.arn, 'arn', operation),
    ...(name === undefined ? {} : { name }),
    fact: {
      type: 'vpcAssociation',
      spec: {
        network: given(item.serviceNetworkId, 'serviceNetworkId', operation),
        vpcId: given(item.vpcId, 'vpcId', operation),
      },
      lifecycle: lifecycleOf(item.status, { code: item.failureCode, message: item.failureMessage }),
    },
  };
}
