import { conflict } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import { findService, unlessActive, unlessNameFree, wrongStatus } from './identifiers.ts';
import { schedule } from './lifecycle.ts';
import { overQuota } from './quotas.ts';
import type { DnsEntry, RegionState, Service } from './state.ts';
import { findValue, withEntry } from './table.ts';
import { readTags } from './tags.ts';

const type = 'SERVICE';
const defaultIdleTimeout = 60;

/** A service in creation; its DNS name is final already. */
export const createService: Transition<'CreateService'> = (state, input, context) => {
  const before = createdBefore(state.services, type, input, context);
  if (before !== undefined) return 'refused' in before ? before : { state, result: before };
  const { name, authType = 'NONE', customDomainName, certificateArn } = input;
  const taken = unlessNameFree(state.services, type, name, context);
  if (taken !== undefined) return taken;
  const over = overQuota(state, {
    quota: 'services',
    account: context.account,
    wanted: state.services,
    resourceType: type,
  });
  if (over !== undefined) return over;
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const id = `svc-${context.ids[0]}`;
  const result: Service = {
    ...newResource(state, context, { id, path: `service/${id}`, tags: tags.tags, input }),
    name,
    status: 'CREATE_IN_PROGRESS',
    authType,
    ...(customDomainName === undefined ? {} : { customDomainName }),
    ...(certificateArn === undefined || certificateArn === '' ? {} : { certificateArn }),
    idleTimeoutSeconds: input.idleTimeoutSeconds ?? defaultIdleTimeout,
    dnsEntry: dnsEntryFor(state, name, context.ids[0]),
    listeners: new Map(),
  };
  const created = { ...withService(state, result), nextSequence: state.nextSequence + 1 };
  return {
    state: schedule(created, { kind: 'service', id }, 'active', { now: context.now, delay: 'createService' }),
    result,
  };
};

/** An empty certificate ARN takes the certificate away. */
export const updateService: Transition<'UpdateService'> = (state, input, context) => {
  const service = findService(state, input.serviceIdentifier, context);
  if ('refused' in service) return service;
  const inTransition = unlessActive(type, service);
  if (inTransition !== undefined) return inTransition;
  const { certificateArn: present, ...rest } = service;
  const certificateArn = input.certificateArn ?? present ?? '';
  const { authType = service.authType, idleTimeoutSeconds = service.idleTimeoutSeconds } = input;
  const same =
    certificateArn === (present ?? '') &&
    authType === service.authType &&
    idleTimeoutSeconds === service.idleTimeoutSeconds;
  if (same) return { state, result: service };
  const result: Service = {
    ...rest,
    ...(certificateArn === '' ? {} : { certificateArn }),
    authType,
    idleTimeoutSeconds,
    lastUpdatedAt: context.now,
  };
  return { state: withService(state, result), result };
};

/** Refused while the service is in a network, also while it is only leaving one. */
export const deleteService: Transition<'DeleteService'> = (state, input, context) => {
  const service = findService(state, input.serviceIdentifier, context);
  if ('refused' in service) return service;
  if (service.status === 'DELETE_IN_PROGRESS') return { state, result: service };
  if (service.status === 'CREATE_IN_PROGRESS') return wrongStatus(type, service);
  const { id } = service;
  if (findValue(state.serviceAssociations, ({ serviceId }) => serviceId === id) !== undefined) {
    return conflict(type, id, `Service ${id} has one or more associated service networks.`);
  }
  const result: Service = { ...service, status: 'DELETE_IN_PROGRESS', lastUpdatedAt: context.now };
  const going = withService(state, result);
  return {
    state: schedule(going, { kind: 'service', id }, 'gone', { now: context.now, delay: 'deleteService' }),
    result,
  };
};

/** The token and the zone are those that samples of one Region show; clients must not read anything into them. */
function dnsEntryFor({ region }: RegionState, name: string, id: string): DnsEntry {
  return {
    domainName: `${name}-${id}.7d67968.vpc-lattice-svcs.${region}.on.aws`,
    hostedZoneId: 'Z09127221KTH2CFUOHIZH',
  };
}

function withService(state: RegionState, service: Service): RegionState {
  return { ...state, services: withEntry(state.services, service.id, service) };
}
