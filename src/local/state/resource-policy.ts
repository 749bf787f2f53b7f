import { parsePolicy } from '../auth/policy/parse.ts';
import { invalid, notFound } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import {
  findResourceConfiguration,
  findService,
  findServiceNetwork,
  parseIdentifier,
} from './identifiers.ts';
import type { Viewer } from './identifiers.ts';
import { policyProblems } from './policy-problems.ts';
import type { RegionState, ResourcePolicy, Shareable } from './state.ts';
import { withEntry } from './table.ts';

/** Shares a network, a service or a resource with other accounts; what was shared before and is not now stays in use. */
export const putResourcePolicy: Transition<'PutResourcePolicy'> = (
  state,
  { resourceArn, policy },
  context,
) => {
  const holder = findShareable(state, resourceArn, context);
  if ('refused' in holder) return holder;
  const { found } = holder;
  const { sharingEnabled = true } = found;
  if (!sharingEnabled) {
    return invalid(`Service network ${found.id} cannot be shared: its sharingConfig says so.`);
  }
  const parsed = parsePolicy(policy, 'sharing');
  if ('problems' in parsed) return policyProblems(parsed.problems);
  if (found.resourcePolicy?.policy === policy) return { state, result: found.resourcePolicy };
  const result = { policy, statements: parsed.statements };
  return { state: holder.put(result), result };
};

/** Ends the sharing for what is new. */
export const deleteResourcePolicy: Transition<'DeleteResourcePolicy'> = (state, { resourceArn }, context) => {
  const holder = findShareable(state, resourceArn, context);
  if ('refused' in holder) return holder;
  const { resourcePolicy } = holder.found;
  return resourcePolicy === undefined
    ? notFound('RESOURCE_POLICY', parseIdentifier(resourceArn).id)
    : { state: holder.put(undefined), result: resourcePolicy };
};

export interface FoundShareable {
  readonly found: Shareable & { readonly sharingEnabled?: boolean };
  /** The state with another policy, or none. */
  put(policy: ResourcePolicy | undefined): RegionState;
}

/** What may be shared, by ARN; only its owner may ask. */
export function findShareable(state: RegionState, arn: string, viewer: Viewer): FoundShareable | Refused {
  const { id } = parseIdentifier(arn);
  if (id.startsWith('sn-')) {
    const found = findServiceNetwork(state, arn, viewer);
    if ('refused' in found) return found;
    return {
      found,
      put: (policy) => ({
        ...state,
        serviceNetworks: withEntry(state.serviceNetworks, id, withPolicy(found, policy)),
      }),
    };
  }
  if (id.startsWith('rcfg-')) {
    const found = findResourceConfiguration(state, arn, viewer);
    if ('refused' in found) return found;
    return {
      found,
      put: (policy) => ({
        ...state,
        resourceConfigurations: withEntry(state.resourceConfigurations, id, withPolicy(found, policy)),
      }),
    };
  }
  const found = findService(state, arn, viewer);
  if ('refused' in found) return found;
  return {
    found,
    put: (policy) => ({ ...state, services: withEntry(state.services, id, withPolicy(found, policy)) }),
  };
}

function withPolicy<T extends Shareable>(
  holder: T,
  policy: ResourcePolicy | undefined,
): Omit<T, 'resourcePolicy'> & { readonly resourcePolicy?: ResourcePolicy } {
  const { resourcePolicy: _, ...rest } = holder;
  return policy === undefined ? rest : { ...rest, resourcePolicy: policy };
}
