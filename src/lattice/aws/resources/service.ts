import {
  CreateServiceCommand,
  DeleteServiceCommand,
  GetServiceCommand,
  ListServicesCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-vpc-lattice';
import { keyOfTagged } from '../../model/keys.ts';
import type { Fact } from '../../model/known.ts';
import { given, ifGiven, lifecycleOf, pageSize, pagesOf } from './driver.ts';
import type { Driver, Found } from './driver.ts';

export const serviceDriver: Driver<'service'> = {
  list: (send) =>
    pagesOf(
      (nextToken) => send(new ListServicesCommand({ nextToken, maxResults: pageSize })),
      (item) => {
        const service = found(item, 'ListServices');
        // A listing says everything but the certificate, and that is only where the domain is somebody's own.
        return item.customDomainName === undefined ? service : { ...service, isPartial: true as const };
      },
    ),
  get: async (send, { id }) =>
    found(await send(new GetServiceCommand({ serviceIdentifier: id })), 'GetService'),
  create: async (send, { wanted: { spec, tags }, clientToken }) =>
    found(
      await send(
        new CreateServiceCommand({
          name: spec.name,
          ...ifGiven('customDomainName', spec.customDomainName),
          ...ifGiven('certificateArn', spec.certificateArn),
          ...ifGiven('authType', spec.authType),
          tags: { ...tags },
          clientToken,
        }),
      ),
      'CreateService',
    ),
  update: async (send, { id, fact }, { wanted: { spec } }) => {
    const answer = await send(
      new UpdateServiceCommand({ serviceIdentifier: id, ...ifGiven('certificateArn', spec.certificateArn) }),
    );
    return found({ ...answer, ...ifGiven('dnsEntry', dnsEntryOf(fact)) }, 'UpdateService');
  },
  delete: async (send, { id, arn, fact }) => {
    const answer = await send(new DeleteServiceCommand({ serviceIdentifier: id }));
    const lifecycle = lifecycleOf(answer.status ?? 'DELETE_IN_PROGRESS');
    return { id, arn, ...(fact === undefined ? {} : { fact: { ...fact, lifecycle } }) };
  },
  keyFor: ({ tags }) => (tags === undefined ? undefined : keyOfTagged.service(tags)),
};

/** An update does not say the name that Lattice gave. */
function dnsEntryOf(fact: Fact | undefined): { readonly domainName: string } | undefined {
  return fact?.dnsName === undefined ? undefined : { domainName: fact.dnsName };
}

interface Item {
  id?: string | undefined;
  arn?: string | undefined;
  name?: string | undefined;
  status?: string | undefined;
  customDomainName?: string | undefined;
  certificateArn?: string | undefined;
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
      spec: {
        name,
        ...ifGiven('customDomainName', item.customDomainName),
        ...ifGiven('certificateArn', item.certificateArn),
      },
      lifecycle: lifecycleOf(item.status, { code: item.failureCode, message: item.failureMessage }),
      ...ifGiven('dnsName', item.dnsEntry?.domainName),
    },
  };
}
