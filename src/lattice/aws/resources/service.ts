import {
  CreateServiceCommand,
  DeleteServiceCommand,
  GetServiceCommand,
  ListServicesCommand,
} from '@aws-sdk/client-vpc-lattice';
import { keyOfTagged } from '../../model/keys.ts';
import { allPages, given, ifGiven, lifecycleOf, pageSize } from './driver.ts';
import type { Driver, Found } from './driver.ts';

export const serviceDriver: Driver<'service'> = {
  list: async (send) => {
    const items = await allPages((nextToken) =>
      send(new ListServicesCommand({ nextToken, maxResults: pageSize })),
    );
    return items.map((item) => found(item, 'ListServices'));
  },
  get: async (send, { id }) =>
    found(await send(new GetServiceCommand({ serviceIdentifier: id })), 'GetService'),
  create: async (send, { wanted: { spec, tags }, clientToken }) =>
    found(
      await send(
        new CreateServiceCommand({
          name: spec.name,
          ...ifGiven('customDomainName', spec.customDomainName),
          tags: { ...tags },
          clientToken,
        }),
      ),
      'CreateService',
    ),
  delete: async (send, { id, arn, fact }) => {
    const answer = await send(new DeleteServiceCommand({ serviceIdentifier: id }));
    const lifecycle = lifecycleOf(answer.status ?? 'DELETE_IN_PROGRESS');
    return { id, arn, ...(fact === undefined ? {} : { fact: { ...fact, lifecycle } }) };
  },
  keyFor: ({ tags }) => (tags === undefined ? undefined : keyOfTagged.service(tags)),
};

interface Item {
  id?: string | undefined;
  arn?: string | undefined;
  name?: string | undefined;
  status?: string | undefined;
  customDomainName?: string | undefined;
  dnsEntry?: { domainName?: string | undefined } | undefined;
  failureCode?: string | undefined;
  failureMessage?: string | undefined;
}

function found(item: Item, operation: string): Found {
  const name = given(item.name, 'name', operation);
  return {
    id: given(item.id, 'id', operation),
    arn: given(item.arn, 'arn', operation),
    name,
    fact: {
      type: 'service',
      spec: { name, ...ifGiven('customDomainName', item.customDomainName) },
      lifecycle: lifecycleOf(item.status, { code: item.failureCode, message: item.failureMessage }),
      ...ifGiven('dnsName', item.dnsEntry?.domainName),
    },
  };
}
