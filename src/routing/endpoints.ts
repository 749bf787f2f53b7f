import type { Endpoint as SliceEndpoint, EndpointSlice, Service, ServicePort } from '../kinds/core.gen.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { nameKey } from '../snapshot/table.ts';
import type { AddressFamily, Endpoint, Endpoints } from './backends/backend.ts';

/**
 * Who answers behind the given ports of a Service. A slice names its ports as the Service does, so that a target port
 * given by name, which may differ from pod to pod, comes out as each pod's own number.
 */
export function endpointsOf(snapshot: Snapshot, service: Service, ports: readonly ServicePort[]): Endpoints {
  const slices = snapshot.slicesOf.get(nameKey(service.metadata.namespace, service.metadata.name)) ?? [];
  const family = familyOf(service, slices);
  const because = snapshot.endpointSlices.doubt ?? snapshot.endpointSlices.gap;
  if (because !== undefined) return { state: 'unknown', family, because };
  const names = new Set(ports.map(({ name }) => name ?? ''));
  const members = new Map<string, Endpoint>();
  for (const slice of slices.filter(({ addressType }) => addressType === family)) {
    for (const { name, port } of slice.ports) {
      if (port === undefined || !names.has(name ?? '')) continue;
      for (const endpoint of slice.endpoints.flatMap((endpoint) => endpointsAt(endpoint, port))) {
        const key = `${endpoint.address} ${endpoint.port}`;
        const other = members.get(key);
        members.set(key, other === undefined ? endpoint : better(other, endpoint));
      }
    }
  }
  const sorted = [...members].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { state: 'known', family, members: sorted.map(([, endpoint]) => endpoint) };
}

function endpointsAt({ addresses, conditions = {} }: SliceEndpoint, port: number): readonly Endpoint[] {
  const { ready = true, terminating = false, serving = ready } = conditions;
  return addresses.map((address) => ({ address, port, ready, serving, terminating }));
}

/** While an address moves between slices it is in both; the better word counts, so that it is never dropped. */
function better(one: Endpoint, other: Endpoint): Endpoint {
  return {
    ...one,
    ready: one.ready || other.ready,
    serving: one.serving || other.serving,
    terminating: one.terminating && other.terminating,
  };
}

/** The Service's primary family. A headless Service has no address to tell it by; then its slices do. */
function familyOf({ spec }: Service, slices: readonly EndpointSlice[]): AddressFamily {
  const address = spec?.clusterIP ?? '';
  if (address.includes(':')) return 'IPv6';
  const types = new Set(slices.map(({ addressType }) => addressType));
  const headless = address === '' || address === 'None';
  return headless && types.has('IPv6') && !types.has('IPv4') ? 'IPv6' : 'IPv4';
}
