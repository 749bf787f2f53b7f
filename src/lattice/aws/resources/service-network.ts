import {
  CreateServiceNetworkCommand,
  DeleteServiceNetworkCommand,
  GetServiceNetworkCommand,
  ListServiceNetworksCommand,
} from '@aws-sdk/client-vpc-lattice';
import { keyOf } from '../../model/keys.ts';
import { given, pageSize, pagesOf } from './driver.ts';
import type { Driver, Found } from './driver.ts';

export const serviceNetworkDriver: Driver<'serviceNetwork'> = {
  list: (send) =>
    pagesOf(
      (nextToken) => send(new ListServiceNetworksCommand({ nextToken, maxResults: pageSize })),
      (item) => found(item, 'ListServiceNetworks'),
    ),
  get: async (send, { arn }) =>
    found(await send(new GetServiceNetworkCommand({ serviceNetworkIdentifier: arn })), 'GetServiceNetwork'),
  create: async (send, { wanted: { spec, tags }, clientToken }) =>
    found(
      await send(new CreateServiceNetworkCommand({ name: spec.name, tags: { ...tags }, clientToken })),
      'CreateServiceNetwork',
    ),
  delete: async (send, { arn }) => {
    await send(new DeleteServiceNetworkCommand({ serviceNetworkIdentifier: arn }));
    return undefined;
  },
  keyFor: ({ name }) => (name === undefined ? undefined : keyOf.serviceNetwork(name)),
};

function found(
  item: {
    id?: string | undefined;
    arn?: string | undefined;
    name?: string | undefined;
    createdAt?: Date | undefined;
  },
  operation: string,
): Found {
  const name = given(item.name, 'name', operation);
  return {
    id: given(item.id, 'id', operation),
    arn: given(item.arn, 'arn', operation),
    name,
    fact: { type: 'serviceNetwork', spec: { name }, lifecycle: { phase: 'active' } },
  };
}
