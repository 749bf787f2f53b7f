import type { AuthenticatedPrincipal } from '../auth/credential.ts';
import { accessDenied, conflict, notFound, wordsFor } from '../contract/refusal.ts';
import type { Refused, ResourceType } from '../contract/refusal.ts';
import type { Listener, Rule, DefaultRule } from './listener-resources.ts';
import type { RegionState, Resource, Service, Table } from './state.ts';
import type { Lookup } from './persistent-table.ts';
import { lookUp } from './table.ts';

/** The ARN of what an account has at a path: `service/svc-0123`. */
export function arnOf(state: RegionState, account: string, path: string): string {
  return `arn:${state.partition}:vpc-lattice:${state.region}:${account}:${path}`;
}

/** Whose view decides what exists. */
export interface Viewer {
  readonly account: string;
  /** Whoever stands behind a call; absent for operators and for parts of a region, which act for a whole account. */
  readonly principal?: AuthenticatedPrincipal;
}

/**
 * What an id or an ARN names, as the caller sees it. Another account's resource does not exist by id and is denied by
 * ARN; an ARN of another region or path names nothing.
 */
export function find<T extends Resource>(
  table: Table<T>,
  resourceType: ResourceType,
  identifier: string,
  viewer: Viewer,
): T | Refused {
  const { id, account } = parseIdentifier(identifier);
  if (account !== undefined && account !== viewer.account) return notYours(identifier, viewer);
  const found = table.get(id);
  if (found === undefined || found.account !== viewer.account) return notFound(resourceType, id);
  return account !== undefined && found.arn !== identifier ? notFound(resourceType, id) : found;
}

/** See `find`. */
export function findServiceNetwork(state: RegionState, identifier: string, viewer: Viewer) {
  return find(state.serviceNetworks, 'SERVICE_NETWORK', identifier, viewer);
}

/** See `find`. */
export function findService(state: RegionState, identifier: string, viewer: Viewer) {
  return find(state.services, 'SERVICE', identifier, viewer);
}

/** See `find`. */
export function findTargetGroup(state: RegionState, identifier: string, viewer: Viewer) {
  return find(state.targetGroups, 'TARGET_GROUP', identifier, viewer);
}

/** See `find`. */
export function findResourceGateway(state: RegionState, identifier: string, viewer: Viewer) {
  return find(state.resourceGateways, 'RESOURCE_GATEWAY', identifier, viewer);
}

/** See `find`. */
export function findResourceConfiguration(state: RegionState, identifier: string, viewer: Viewer) {
  return find(state.resourceConfigurations, 'RESOURCE_CONFIGURATION', identifier, viewer);
}

/** See `find`. */
export function findDomainVerification(state: RegionState, identifier: string, viewer: Viewer) {
  return find(state.domainVerifications, 'DOMAIN_VERIFICATION', identifier, viewer);
}

/** See `find`. */
export function findAccessLogSubscription(state: RegionState, identifier: string, viewer: Viewer) {
  return find(state.accessLogSubscriptions, 'ACCESS_LOG_SUBSCRIPTION', identifier, viewer);
}

export interface ListenerAddress {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
}

export interface FoundListener {
  readonly service: Service;
  readonly listener: Listener;
}

/** A listener under its service; one of another service is not found. */
export function findListener(
  state: RegionState,
  { serviceIdentifier, listenerIdentifier }: ListenerAddress,
  viewer: Viewer,
): FoundListener | Refused {
  const service = findService(state, serviceIdentifier, viewer);
  if ('refused' in service) return service;
  const listener = find(service.listeners, 'LISTENER', listenerIdentifier, viewer);
  return 'refused' in listener ? listener : { service, listener };
}

/** A rule of a listener, its default rule included. */
export function findRule(
  listener: Listener,
  identifier: string,
  viewer: Viewer,
): Rule | DefaultRule | Refused {
  const { defaultRule } = listener;
  return identifier === defaultRule.id || identifier === defaultRule.arn
    ? defaultRule
    : find(listener.rules, 'RULE', identifier, viewer);
}

/** The refusal of a change to what is in transition, or failed for good. */
export function unlessActive(
  resourceType: ResourceType,
  { id, status }: { readonly id: string; readonly status: string },
): Refused | undefined {
  return status === 'ACTIVE' ? undefined : wrongStatus(resourceType, { id, status });
}

/** Wording observed in test fixtures of the AWS Gateway API Controller, which looks for the status in it. */
export function wrongStatus(
  resourceType: ResourceType,
  { id, status }: { readonly id: string; readonly status: string },
): Refused {
  const message = `Invalid resource status for this operation, resource id ${id}, status: ${status}.`;
  return conflict(resourceType, id, message);
}

/** The refusal of a name that an account, service or listener has already given. */
export function unlessFree(
  resourceType: ResourceType,
  taken: { readonly id: string } | undefined,
  what: string,
): Refused | undefined {
  return taken === undefined
    ? undefined
    : conflict(resourceType, taken.id, `${what} is already in use by ${taken.id}.`);
}

/** The refusal of a name that the caller's account has given to another resource of the kind. */
export function unlessNameFree(
  table: Table<Resource & { readonly name: string }>,
  resourceType: ResourceType,
  name: string,
  { account }: Viewer,
): Refused | undefined {
  const [namesake] = lookUp(table, byName, `${account} ${name}`);
  return unlessFree(resourceType, namesake, `${wordsFor[resourceType]} name ${name}`);
}

const byName: Lookup<Resource & { readonly name: string }> = {
  of: ({ account, name }) => `${account} ${name}`,
};

interface ParsedIdentifier {
  readonly id: string;
  /** Set when the identifier is an ARN. */
  readonly account?: string;
}

/** The id in an id or an ARN, and the account in an ARN; whether such a thing exists is not asked. */
export function parseIdentifier(identifier: string): ParsedIdentifier {
  if (!identifier.startsWith('arn:')) return { id: identifier };
  const [, , , , account = '', ...path] = identifier.split(':');
  return { id: path.join(':').split('/').at(-1) ?? '', account };
}

/** The refusal of an ARN of another account. */
export function notYours(arn: string, { account }: Viewer): Refused {
  return accessDenied(`Account ${account} is not authorized to perform this operation on ${arn}.`);
}
