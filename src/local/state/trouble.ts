import type { Transition } from './command.ts';
import type { Delay } from './latency.ts';
import type { Trouble } from './due.ts';
import type { RegionState } from './state.ts';

/** The operations that take time, and what of them does. */
export const delaysOf = {
  CreateService: 'createService',
  DeleteService: 'deleteService',
  CreateServiceNetworkServiceAssociation: 'createServiceAssociation',
  DeleteServiceNetworkServiceAssociation: 'deleteServiceAssociation',
  CreateServiceNetworkVpcAssociation: 'createVpcAssociation',
  UpdateServiceNetworkVpcAssociation: 'updateVpcAssociation',
  DeleteServiceNetworkVpcAssociation: 'deleteVpcAssociation',
  CreateTargetGroup: 'createTargetGroup',
  DeleteTargetGroup: 'deleteTargetGroup',
  CreateResourceGateway: 'createResourceGateway',
  UpdateResourceGateway: 'updateResourceGateway',
  DeleteResourceGateway: 'deleteResourceGateway',
  CreateResourceConfiguration: 'createResourceConfiguration',
  UpdateResourceConfiguration: 'updateResourceConfiguration',
  DeleteResourceConfiguration: 'deleteResourceConfiguration',
  CreateServiceNetworkResourceAssociation: 'createResourceAssociation',
  DeleteServiceNetworkResourceAssociation: 'deleteResourceAssociation',
} as const satisfies Readonly<Record<string, Delay>>;

/** An operation whose end may be troubled. */
export type SlowOperation = keyof typeof delaysOf;

/** Whether an operation is one of those that take time. */
export function isSlow(operation: string): operation is SlowOperation {
  return Object.hasOwn(delaysOf, operation);
}

/** Replaces what is to go wrong; what is stuck or failed already stays so. */
export const setTroubles: Transition<'SetTroubles'> = (state, { troubles }) => ({
  state: { ...state, troubles },
  result: undefined,
});

/** The trouble that waits for something that begins, and the state in which it has been used once. */
export function troubleFor(
  state: RegionState,
  delay: Delay,
  names: readonly string[],
): { readonly trouble: Trouble | undefined; readonly state: RegionState } {
  const at = state.troubles.findIndex(
    ({ operation, resource }) =>
      delaysOf[operation] === delay && (resource === undefined || names.includes(resource)),
  );
  const trouble = state.troubles[at];
  if (trouble?.times === undefined) return { trouble, state };
  const rest = trouble.times > 1 ? [{ ...trouble, times: trouble.times - 1 }] : [];
  return { trouble, state: { ...state, troubles: state.troubles.toSpliced(at, 1, ...rest) } };
}
