import { findListener, findService } from '../../state/identifiers.ts';
import type { ListenerResult } from '../../state/command.ts';
import { commanding, listing, timesOf } from '../handler.ts';
import type { Handler } from '../handler.ts';
import { actionSaid } from './rule-words.ts';

const get: Handler<'GetListener'> = (input, call) => {
  const found = findListener(call.state(), input, call);
  return 'refused' in found ? found : { ...described(found), ...timesOf(found.listener) };
};

const list: Handler<'ListListeners'> = (input, call) => {
  const service = findService(call.state(), input.serviceIdentifier, call);
  if ('refused' in service) return service;
  return listing({
    all: [...service.listeners.values()],
    page: input,
    scope: ['ListListeners', call.account, service.id],
    say: (listener) => {
      const { arn, id, name, protocol, port } = listener;
      return { arn, id, name, protocol, port, ...timesOf(listener) };
    },
  });
};

export const listenerOperations = {
  CreateListener: commanding('CreateListener', described),
  GetListener: get,
  ListListeners: list,
  UpdateListener: commanding('UpdateListener', described),
  DeleteListener: commanding('DeleteListener', () => ({})),
};

function described({ service, listener }: ListenerResult) {
  const { arn, id, name, protocol, port, defaultRule } = listener;
  return {
    arn,
    id,
    name,
    protocol,
    port,
    serviceArn: service.arn,
    serviceId: service.id,
    defaultAction: actionSaid(defaultRule.action),
  };
}
