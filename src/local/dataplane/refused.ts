import type { Nack } from '../../envoy/ads/delta-stream.ts';
import { typeNames } from '../../envoy/ads/encoding.ts';
import type { RefusedConfiguration, RefusedResource } from '../observed.ts';
import type { Listener } from '../state/listener-resources.ts';
import type { RegionState } from '../state/state.ts';
import type { Unserved } from './served-certificates.ts';

/** What Envoy refuses, or would have, by what it was made of: whoever made that shall know why nothing follows. */
export function refusedOf(
  state: RegionState,
  { nacks, unserved }: { readonly nacks: readonly Nack[]; readonly unserved: readonly Unserved[] },
): readonly RefusedConfiguration[] {
  const refused = nacks.map(({ kind, name, message }) => ({
    kind: typeNames[kind],
    name,
    message: message.trim(),
    resources: madeOf(state, { kind, name }),
  }));
  const certificates = unserved.map(({ host, serviceId, arn, why }) => ({
    kind: 'certificate',
    name: host,
    message: `${arn} is not served: ${why}`,
    resources: tlsListenersOf(state, serviceId),
  }));
  return [...refused, ...certificates];
}

/** What a resource of Envoy's is about. Its name is made of ids, and of a port for listeners. */
function madeOf(state: RegionState, { kind, name }: Pick<Nack, 'kind' | 'name'>): readonly RefusedResource[] {
  const [first = '', second = ''] = name.split('/');
  const named = first.split('.').flatMap((id) => resourceOf(state, id));
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

function resourceOf(state: RegionState, id: string): readonly RefusedResource[] {
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
    if (found !== undefined) return [told(found)];
  }
  return [];
}

function tlsListenersOf(state: RegionState, serviceId: string): readonly RefusedResource[] {
  return listenersOf(state, ({ protocol }, id) => protocol === 'HTTPS' && id === serviceId);
}

/** Each with its service, which says for whom it is. */
function listenersOf(
  { services }: RegionState,
  isMeant: (listener: Listener, serviceId: string) => boolean,
): readonly RefusedResource[] {
  return [...services.values()].flatMap((service) => {
    const meant = [...service.listeners.values()].filter((listener) => isMeant(listener, service.id));
    return meant.length === 0 ? [] : [told(service), ...meant.map(told)];
  });
}

function told({ arn, tags }: RefusedResource): RefusedResource {
  return { arn, tags };
}
