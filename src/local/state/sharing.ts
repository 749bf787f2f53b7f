import type { AuthenticatedPrincipal } from '../auth/credential.ts';
import { accessByApi } from '../auth/policy/access.ts';
import { compilePolicy } from '../auth/policy/compile.ts';
import { parsePolicy } from '../auth/policy/parse.ts';
import { coversPrincipal } from '../auth/policy/principal.ts';
import type { Refused, ResourceType } from '../contract/refusal.ts';
import type { CommandName } from './command.ts';
import { find, parseIdentifier } from './identifiers.ts';
import type { Viewer } from './identifiers.ts';
import { isSharedByRam } from './resource-share.ts';
import type { RegionState, Shareable, Table } from './state.ts';

/** What somebody may do with what was shared with them. */
const sharedOperations = [
  'GetServiceNetwork',
  'GetService',
  'GetResourceConfiguration',
  'CreateServiceNetworkServiceAssociation',
  'CreateServiceNetworkVpcAssociation',
  'CreateServiceNetworkResourceAssociation',
  'CreateServiceNetworkVpcEndpointAssociation',
  'CreateVpcEndpoint',
] as const;

export type SharedOperation = (typeof sharedOperations)[number];

/** Whether a command may be about what others share, which they may do with some in an account and not with others. */
export function asksWho(op: CommandName): boolean {
  return sharedOperations.some((each) => each === op);
}

/** Who wants something, and when. */
export interface Asker extends Viewer {
  readonly now: number;
}

/** Who wants to do what. */
export interface Sharer extends Asker {
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

/** What an account has, and what others share with the caller for anything at all. */
export function listed<T extends Shareable>(state: RegionState, table: Table<T>, asker: Asker): readonly T[] {
  return [...table.values()].filter(
    (each) =>
      each.account === asker.account ||
      isSharedByRam(state, each.arn, asker) ||
      (isNamed(each, asker) &&
        sharedOperations.some((operation) => isSharedFor(state, each, { ...asker, operation }))),
  );
}

/** Whether the policy names the caller at all, which most do not. */
function isNamed({ resourcePolicy }: Shareable, asker: Asker): boolean {
  const who = principalOf(asker);
  return (
    resourcePolicy?.statements.some(
      ({ effect, principal }) =>
        effect === 'Allow' && principal !== undefined && coversPrincipal(principal, who),
    ) === true
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
 * By RAM, whose permissions allow all that may be shared, or by its resource policy: one statement allows it to whoever
 * asks, and none denies it.
 */
function isSharedFor(state: RegionState, shared: Shareable, sharer: Sharer): boolean {
  const effect = effectOf(state, shared, sharer);
  return effect === 'Allow' || (effect === 'none' && isSharedByRam(state, shared.arn, sharer));
}

function effectOf(
  { region }: RegionState,
  { arn, account, tags, resourcePolicy }: Shareable,
  sharer: Sharer,
): 'Allow' | 'Deny' | 'none' {
  const policy = resourcePolicy === undefined ? undefined : parsePolicy(resourcePolicy.policy, 'sharing');
  if (policy === undefined || 'problems' in policy) return 'none';
  const access = accessByApi({
    principal: principalOf(sharer),
    action: `vpc-lattice:${sharer.operation}`,
    session: { 'aws:RequestedRegion': [region] },
    resource: { arn, account, tags },
    now: sharer.now,
  });
  return compilePolicy(policy)(access).effect;
}

/** The account itself where nobody in it is known. */
function principalOf({ account, principal }: Viewer): AuthenticatedPrincipal {
  const arn = `arn:aws:iam::${account}:root`;
  return principal ?? { kind: 'root', account, arn, userId: account, tags: {} };
}
