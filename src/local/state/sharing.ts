import type { Element, PrincipalPattern, Statement } from '../auth/policy/document.ts';
import { anyOne, anyText, like } from '../auth/policy/pattern.ts';
import type { Refused, ResourceType } from '../contract/refusal.ts';
import { find, parseIdentifier } from './identifiers.ts';
import type { Viewer } from './identifiers.ts';
import { isSharedByRam } from './resource-share.ts';
import type { RegionState, Shareable, Table } from './state.ts';

/** What somebody may do with what was shared with them. */
export type SharedOperation =
  | 'GetServiceNetwork'
  | 'GetService'
  | 'GetResourceConfiguration'
  | 'CreateServiceNetworkServiceAssociation'
  | 'CreateServiceNetworkVpcAssociation'
  | 'CreateServiceNetworkResourceAssociation'
  | 'CreateServiceNetworkVpcEndpointAssociation'
  | 'CreateVpcEndpoint';

/** Who wants to do what. */
export interface Sharer extends Viewer {
  readonly operation: SharedOperation;
}

/** The caller's own network, or one of another account, by ARN, that was shared for the operation. */
export function sharedServiceNetwork(state: RegionState, identifier: string, sharer: Sharer) {
  return findShared(state, state.serviceNetworks, 'SERVICE_NETWORK', identifier, sharer);
}

/** The caller's own service, or one of another account, by ARN, that was shared for the operation. */
export function sharedService(state: RegionState, identifier: string, sharer: Sharer) {
  return findShared(state, state.services, 'SERVICE', identifier, sharer);
}

/** The caller's own resource, or one of another account, by ARN, that was shared for the operation. */
export function sharedResourceConfiguration(state: RegionState, identifier: string, sharer: Sharer) {
  return findShared(state, state.resourceConfigurations, 'RESOURCE_CONFIGURATION', identifier, sharer);
}

/** What an account has, and what others share with it for anything at all. */
export function listed<T extends Shareable>(
  state: RegionState,
  table: Table<T>,
  account: string,
): readonly T[] {
  return [...table.values()].filter(
    (each) =>
      each.account === account ||
      isSharedByRam(state, each.arn, account) ||
      each.resourcePolicy?.statements.some(
        ({ effect, principal }) => effect === 'Allow' && covers(principal, account),
      ) === true,
  );
}

function findShared<T extends Shareable>(
  state: RegionState,
  table: Table<T>,
  resourceType: ResourceType,
  identifier: string,
  sharer: Sharer,
): T | Refused {
  const own = find(table, resourceType, identifier, sharer);
  if (!('refused' in own)) return own;
  const found = table.get(parseIdentifier(identifier).id);
  return found !== undefined && found.arn === identifier && isSharedFor(state, found, sharer) ? found : own;
}

/**
 * By RAM, whose permissions allow all that may be shared, or by its resource policy: one statement allows it and none
 * denies it. A condition is not looked at, and never allows.
 */
function isSharedFor(
  state: RegionState,
  { arn, resourcePolicy }: Shareable,
  { account, operation }: Sharer,
): boolean {
  const applying = (resourcePolicy?.statements ?? []).filter(
    ({ principal, action, resource }) =>
      covers(principal, account) &&
      matches(action, `vpc-lattice:${operation}`.toLowerCase(), (pattern) => pattern.toLowerCase()) &&
      matches(resource, arn, (pattern) => pattern),
  );
  const isDenied = applying.some(({ effect }) => effect === 'Deny');
  return !isDenied && (applying.some(allowsOutright) || isSharedByRam(state, arn, account));
}

function allowsOutright({ effect, conditions }: Statement): boolean {
  return effect === 'Allow' && conditions.length === 0;
}

/** A role or user of an account stands for it: callers are told apart by account only. */
function covers(principal: Element<PrincipalPattern> | undefined, account: string): boolean {
  if (principal === undefined) return false;
  const isNamed = principal.patterns.some((pattern) => {
    switch (pattern.kind) {
      case 'everyone':
        return true;
      case 'account':
        return pattern.account === account;
      case 'arn':
        return pattern.arn.split(':')[4] === account;
      case 'service':
      case 'federated':
        return false;
    }
  });
  return isNamed !== principal.not;
}

function matches(
  { not, patterns }: Element<string>,
  text: string,
  folded: (pattern: string) => string,
): boolean {
  const isMatch = patterns.some((pattern) => like(unitsOf(folded(pattern)))(text));
  return isMatch !== not;
}

function unitsOf(pattern: string) {
  return pattern.split('').map((unit) => (unit === '*' ? anyText : unit === '?' ? anyOne : unit));
}
