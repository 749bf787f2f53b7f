import { parsePolicy } from '../auth/policy/parse.ts';
import { invalid, notFound } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import { findService, findServiceNetwork, parseIdentifier } from './identifiers.ts';
import type { Viewer } from './identifiers.ts';
import { policyProblems } from './policy-problems.ts';
import type { AuthPolicy, RegionState, Service, ServiceNetwork } from './state.ts';
import { withEntry } from './table.ts';

/** Attaches or replaces the policy; it decides nothing while the auth type is NONE. */
export const putAuthPolicy: Transition<'PutAuthPolicy'> = (
  state,
  { resourceIdentifier, policy },
  context,
) => {
  const protectedBy = findProtected(state, resourceIdentifier, context);
  if ('refused' in protectedBy) return protectedBy;
  const { present, authType } = protectedBy;
  const parsed = parsePolicy(policy, 'auth');
  if ('problems' in parsed) return policyProblems(parsed.problems);
  if (present?.policy === policy) return { state, result: { policy: present, authType } };
  const { now } = context;
  const next = { policy, createdAt: present?.createdAt ?? now, lastUpdatedAt: now };
  return { state: protectedBy.put(next), result: { policy: next, authType } };
};

/** Takes the policy away; with the auth type AWS_IAM everything is denied then. */
export const deleteAuthPolicy: Transition<'DeleteAuthPolicy'> = (state, { resourceIdentifier }, context) => {
  const protectedBy = findProtected(state, resourceIdentifier, context);
  if ('refused' in protectedBy) return protectedBy;
  const { present, authType } = protectedBy;
  if (present === undefined) return notFound('AUTH_POLICY', parseIdentifier(resourceIdentifier).id);
  return { state: protectedBy.put(undefined), result: { policy: present, authType } };
};

/** A network or service as the holder of a policy. */
export interface Protected {
  readonly present: AuthPolicy | undefined;
  readonly authType: ServiceNetwork['authType'];
  /** The state with another policy, or none. */
  put(policy: AuthPolicy | undefined): RegionState;
}

/** What an auth policy can be attached to, by id or ARN. */
export function findProtected(state: RegionState, identifier: string, viewer: Viewer): Protected | Refused {
  const { id } = parseIdentifier(identifier);
  if (id.startsWith('rcfg-')) return invalid('A resource configuration has no auth policy.');
  if (id.startsWith('sn-')) {
    const network = findServiceNetwork(state, identifier, viewer);
    if ('refused' in network) return network;
    return {
      present: network.authPolicy,
      authType: network.authType,
      put: (policy) => {
        const serviceNetworks = withEntry(state.serviceNetworks, network.id, withPolicy(network, policy));
        return { ...state, serviceNetworks };
      },
    };
  }
  const service = findService(state, identifier, viewer);
  if ('refused' in service) return service;
  return {
    present: service.authPolicy,
    authType: service.authType,
    put: (policy) => ({
      ...state,
      services: withEntry(state.services, service.id, withPolicy(service, policy)),
    }),
  };
}

function withPolicy<T extends Service | ServiceNetwork>(
  holder: T,
  policy: AuthPolicy | undefined,
): Omit<T, 'authPolicy'> & { readonly authPolicy?: AuthPolicy } {
  const { authPolicy: _, ...rest } = holder;
  return policy === undefined ? rest : { ...rest, authPolicy: policy };
}
