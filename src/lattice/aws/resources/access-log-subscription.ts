import {
  CreateAccessLogSubscriptionCommand,
  DeleteAccessLogSubscriptionCommand,
  GetAccessLogSubscriptionCommand,
  ListAccessLogSubscriptionsCommand,
  UpdateAccessLogSubscriptionCommand,
} from '@aws-sdk/client-vpc-lattice';
import { destinationTypeOf } from '../../model/log-destination.ts';
import { keyOf } from '../../model/keys.ts';
import { objectsNamedBy } from '../../model/ownership.ts';
import { given, pageSize, pagesOf } from './driver.ts';
import type { Driver, Found } from './driver.ts';

/** Listed by the service or network it is of. */
export const accessLogSubscriptionDriver: Driver<'accessLogSubscription'> = {
  list: (send, { arn: resourceIdentifier }) =>
    pagesOf(
      (nextToken) =>
        send(new ListAccessLogSubscriptionsCommand({ resourceIdentifier, nextToken, maxResults: pageSize })),
      (item) => found(item, 'ListAccessLogSubscriptions'),
    ),
  get: async (send, { id }) =>
    found(
      await send(new GetAccessLogSubscriptionCommand({ accessLogSubscriptionIdentifier: id })),
      'GetAccessLogSubscription',
    ),
  create: async (send, { wanted: { spec, tags }, resolve, clientToken }) =>
    found(
      await send(
        new CreateAccessLogSubscriptionCommand({
          resourceIdentifier: resolve({ ...spec.resource, output: 'arn' }),
          destinationArn: spec.destinationArn,
          tags: { ...tags },
          clientToken,
        }),
      ),
      'CreateAccessLogSubscription',
    ),
  update: async (send, { id }, { wanted: { spec } }) =>
    found(
      await send(
        new UpdateAccessLogSubscriptionCommand({
          accessLogSubscriptionIdentifier: id,
          destinationArn: spec.destinationArn,
        }),
      ),
      'UpdateAccessLogSubscription',
    ),
  delete: async (send, { id }) => {
    await send(new DeleteAccessLogSubscriptionCommand({ accessLogSubscriptionIdentifier: id }));
    return undefined;
  },
  keyFor: ({ tags = {} }) => {
    const [policy] = objectsNamedBy(tags);
    return policy?.kind === 'AccessLogPolicy' ? keyOf.accessLogSubscription(policy) : undefined;
  },
};

interface Item {
  id?: string | undefined;
  arn?: string | undefined;
  resourceId?: string | undefined;
  destinationArn?: string | undefined;
}

function found(item: Item, operation: string): Found {
  const destinationArn = given(item.destinationArn, 'destinationArn', operation);
  return {
    id: given(item.id, 'id', operation),
    arn: given(item.arn, 'arn', operation),
    fact: {
      type: 'accessLogSubscription',
      spec: {
        resource: given(item.resourceId, 'resourceId', operation),
        destinationType: destinationTypeOf(destinationArn) ?? 'S3',
        destinationArn,
      },
      lifecycle: { phase: 'active' },
    },
  };
}
