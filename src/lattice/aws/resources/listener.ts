import {
  CreateListenerCommand,
  DeleteListenerCommand,
  GetListenerCommand,
  ListListenersCommand,
  UpdateListenerCommand,
} from '@aws-sdk/client-vpc-lattice';
import type { RuleAction } from '@aws-sdk/client-vpc-lattice';
import { keyOf } from '../../model/keys.ts';
import type { ListenerProtocol } from '../../model/resource.ts';
import { fromRuleAction, toRuleAction } from './action.ts';
import { given, pageSize, pagesOf, partOf } from './driver.ts';
import type { Driver, Found } from './driver.ts';

export const listenerDriver: Driver<'listener'> = {
  list: (send, { id: serviceIdentifier }) =>
    pagesOf(
      (nextToken) => send(new ListListenersCommand({ serviceIdentifier, nextToken, maxResults: pageSize })),
      ({ id, arn, name }) => ({
        id: given(id, 'id', 'ListListeners'),
        arn: given(arn, 'arn', 'ListListeners'),
        name: given(name, 'name', 'ListListeners'),
      }),
    ),
  get: async (send, { arn }) =>
    found(
      await send(
        new GetListenerCommand({
          serviceIdentifier: partOf(arn, 'service'),
          listenerIdentifier: partOf(arn, 'listener'),
        }),
      ),
      'GetListener',
    ),
  create: async (send, { wanted: { spec, tags }, resolve, clientToken }) =>
    found(
      await send(
        new CreateListenerCommand({
          serviceIdentifier: resolve(spec.service),
          name: spec.name,
          protocol: spec.protocol,
          port: spec.port,
          defaultAction: toRuleAction(spec.defaultAction, resolve),
          tags: { ...tags },
          clientToken,
        }),
      ),
      'CreateListener',
    ),
  update: async (send, { arn }, { wanted: { spec }, resolve }) =>
    found(
      await send(
        new UpdateListenerCommand({
          serviceIdentifier: partOf(arn, 'service'),
          listenerIdentifier: partOf(arn, 'listener'),
          defaultAction: toRuleAction(spec.defaultAction, resolve),
        }),
      ),
      'UpdateListener',
    ),
  delete: async (send, { arn }) => {
    await send(
      new DeleteListenerCommand({
        serviceIdentifier: partOf(arn, 'service'),
        listenerIdentifier: partOf(arn, 'listener'),
      }),
    );
    return undefined;
  },
  keyFor: ({ fact }, parent) =>
    fact?.type === 'listener' && parent !== undefined ? keyOf.listener(parent, fact.spec.port) : undefined,
};

interface Item {
  id?: string | undefined;
  arn?: string | undefined;
  name?: string | undefined;
  protocol?: string | undefined;
  port?: number | undefined;
  serviceId?: string | undefined;
  defaultAction?: RuleAction | undefined;
}

function found(item: Item, operation: string): Found {
  const name = given(item.name, 'name', operation);
  return {
    id: given(item.id, 'id', operation),
    arn: given(item.arn, 'arn', operation),
    name,
    fact: {
      type: 'listener',
      spec: {
        service: given(item.serviceId, 'serviceId', operation),
        name,
        protocol: protocols[item.protocol ?? ''] ?? 'HTTP',
        port: given(item.port, 'port', operation),
        defaultAction: fromRuleAction(item.defaultAction),
      },
      lifecycle: { phase: 'active' },
    },
  };
}

const protocols: Readonly<Record<string, ListenerProtocol>> = {
  HTTP: 'HTTP',
  HTTPS: 'HTTPS',
  TLS_PASSTHROUGH: 'TLS_PASSTHROUGH',
};
