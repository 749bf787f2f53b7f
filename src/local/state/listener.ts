import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import { readAction } from './action.ts';
import type { Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import { findListener, findService, unlessActive, unlessFree } from './identifiers.ts';
import { overQuota } from './quotas.ts';
import type { Action, Listener, ListenerProtocol } from './listener-resources.ts';
import type { RegionState, Service } from './state.ts';
import { findValue, withEntry, withoutEntry } from './table.ts';
import { readTags } from './tags.ts';
import { withListeners } from './usage.ts';

const type = 'LISTENER';

const defaultPorts = {
  HTTP: 80,
  HTTPS: 443,
  TLS_PASSTHROUGH: 443,
} as const satisfies Record<ListenerProtocol, number>;

/** A listener with its default rule. Port and weight are filled in. */
export const createListener: Transition<'CreateListener'> = (state, input, context) => {
  const service = findService(state, input.serviceIdentifier, context);
  if ('refused' in service) return service;
  const before = createdBefore(service.listeners, type, input, context);
  if (before !== undefined) {
    return 'refused' in before ? before : { state, result: { service, listener: before } };
  }
  const { name, protocol, port = defaultPorts[protocol] } = input;
  const refused = unlessPossible(state, service, { name, protocol, port });
  if (refused !== undefined) return refused;
  const action = readAction(state, input.defaultAction, { serviceId: service.id, protocol }, context);
  if ('refused' in action) return action;
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const [first, second] = context.ids;
  const id = `listener-${first}`;
  const path = `service/${service.id}/listener/${id}`;
  const ruleId = `rule-${second}`;
  const listener: Listener = {
    ...newResource(state, context, { id, path, tags: tags.tags, input }),
    name,
    protocol,
    port,
    defaultRule: {
      ...newResource(state, context, { id: ruleId, path: `${path}/rule/${ruleId}`, tags: {}, input: {} }),
      isDefault: true,
      name: 'default',
      action,
    },
    rules: new Map(),
  };
  const next = withListeners(state, service, withEntry(service.listeners, id, listener));
  if ('refused' in next) return next;
  return { state: { ...next, nextSequence: state.nextSequence + 1 }, result: { service, listener } };
};

/** Changes the default action, and the default rule with it. */
export const updateListener: Transition<'UpdateListener'> = (state, input, context) => {
  const found = findListener(state, input, context);
  if ('refused' in found) return found;
  const { service, listener } = found;
  const inTransition = unlessActive('SERVICE', service);
  if (inTransition !== undefined) return inTransition;
  const site = { serviceId: service.id, protocol: listener.protocol };
  const action = readAction(state, input.defaultAction, site, context);
  if ('refused' in action) return action;
  if (sameAction(action, listener.defaultRule.action)) return { state, result: found };
  const lastUpdatedAt = context.now;
  const next: Listener = {
    ...listener,
    lastUpdatedAt,
    defaultRule: { ...listener.defaultRule, action, lastUpdatedAt },
  };
  const changed = withListeners(state, service, withEntry(service.listeners, listener.id, next));
  return 'refused' in changed ? changed : { state: changed, result: { service, listener: next } };
};

/** Its rules go with it. */
export const deleteListener: Transition<'DeleteListener'> = (state, input, context) => {
  const found = findListener(state, input, context);
  if ('refused' in found) return found;
  const { service, listener } = found;
  const inTransition = unlessActive('SERVICE', service);
  if (inTransition !== undefined) return inTransition;
  const changed = withListeners(state, service, withoutEntry(service.listeners, listener.id));
  return 'refused' in changed ? changed : { state: changed, result: found };
};

/** Whether two actions say the same, group by group. */
export function sameAction(one: Action, other: Action): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function unlessPossible(
  state: RegionState,
  service: Service,
  { name, protocol, port }: Pick<Listener, 'name' | 'protocol' | 'port'>,
): Refused | undefined {
  if (protocol === 'TLS_PASSTHROUGH' && service.customDomainName === undefined) {
    return invalid(`Service ${service.id} needs a custom domain name for a TLS_PASSTHROUGH listener.`);
  }
  const { listeners } = service;
  return (
    unlessActive('SERVICE', service) ??
    unlessFree(
      type,
      findValue(listeners, (each) => each.name === name),
      `Listener name ${name} of service ${service.id}`,
    ) ??
    unlessFree(
      type,
      findValue(listeners, (each) => each.port === port),
      `Port ${port} of service ${service.id}`,
    ) ??
    overQuota(state, {
      quota: 'listenersPerService',
      account: service.account,
      wanted: listeners.size + 1,
      resourceType: 'SERVICE',
      resourceId: service.id,
    })
  );
}
