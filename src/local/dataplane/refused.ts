import type { Nack } from '../../envoy/ads/delta-stream.ts';
import { typeNames } from '../../envoy/ads/encoding.ts';
import type { RefusedConfiguration } from '../observed.ts';
import type { RegionState } from '../state/state.ts';

/** What Envoy refuses, by what it was made of: whoever made that shall know why nothing follows. */
export function refusedOf(state: RegionState, nacks: readonly Nack[]): readonly RefusedConfiguration[] {
  return nacks.map(({ kind, name, message }) => ({
    kind: typeNames[kind],
    name,
    message,
    resources: madeOf(state, { kind, name }),
  }));
}

/** The ARNs of what a resource of Envoy's is about. Its name is made of ids, and of a port for listeners. */
function madeOf(state: RegionState, { kind, name }: Pick<Nack, 'kind' | 'name'>): readonly string[] {
  const [first = '', second = ''] = name.split('/');
  const named = first.split('.').flatMap((id) => arnOf(state, id));
  switch (kind) {
    case 'clusters':
    case 'endpoints':
      return named;
    case 'routes':
      return [...named, ...listenersOf(state, ({ id }) => id === second)];
    case 'listeners':
    case 'scopes': {
      const networkId = (state.vpcAssociations.get(first) ?? state.networkEndpoints.get(first))
        ?.serviceNetworkId;
      const joined = new Set(
        [...state.serviceAssociations.values()].flatMap((association) =>
          association.serviceNetworkId === networkId ? [association.serviceId] : [],
        ),
      );
      const listeners = listenersOf(
        state,
        ({ port }, serviceId) => port === Number(second) && joined.has(serviceId),
      );
      return [...named, ...listeners];
    }
  }
}

function arnOf(state: RegionState, id: string): readonly string[] {
  const { serviceNetworks, vpcAssociations, targetGroups, resourceAssociations, resourceConfigurations } =
    state;
  for (const table of [
    serviceNetworks,
    vpcAssociations,
    targetGroups,
    resourceAssociations,
    resourceConfigurations,
  ]) {
    const found = table.get(id);
    if (found !== undefined) return [found.arn];
  }
  return [];
}

type Listener = { readonly id: string; readonly arn: string; readonly port: number };

function listenersOf(
  { services }: RegionState,
  isMeant: (listener: Listener, serviceId: string) => boolean,
): readonly string[] {
  return [...services.values()].flatMap(({ id, listeners }) =>
    [...listeners.values()].flatMap((listener) => (isMeant(listener, id) ? [listener.arn] : [])),
  );
}
