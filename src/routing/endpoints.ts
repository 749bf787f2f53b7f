import type { Endpoint as SliceEndpoint, EndpointSlice, Service, ServicePort } from '../kinds/core.gen.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { nameKey } from '../snapshot/table.ts';
import type { AddressFamily, Endpoint, Endpoints, EndpointsLack } from './backends/backend.ts';

/**
 * Who answers behind the given ports of a Service. A slice names its ports as the Service does, so that a target port
 * given by name, which may differ from pod to pod, comes out as each pod's own number.
 */
export function endpointsOf(snapshot: Snapshot, service: Service, ports: readonly ServicePort[]): Endpoints {
  const slices = snapshot.slicesOf.get(nameKey(service.metadata.namespace, service.metadata.name)) ?? [];
  const family = familyOf(service, slices);
  const because = snapshot.endpointSlices.doubt ?? snapshot.endpointSlices.gap;
  if (because !== undefined) return { state: 'unknown', family, because };
  const members = new Map<string, Endpoint>();
  const unreachable = new Set<string>();
  for (const { addressType, endpoints } of slices) {
    if (addressType !== 'FQDN') continue;
    for (const { addresses } of endpoints) for (const name of addresses) unreachable.add(name);
  }
  for (const slice of slices) {
    if (slice.addressType !== family) continue;
    for (const { name = '', port } of slice.ports) {
      if (port === undefined || !ports.some((one) => (one.name ?? '') === name)) continue;
      for (const { addresses, conditions } of slice.endpoints) {
        for (const address of addresses) {
          if (isNobodys(address)) unreachable.add(address);
          else meet(members, endpointAt(address, port, conditions));
        }
      }
    }
  }
  const lack = members.size > 0 ? undefined : lackOf(service, slices, family);
  return {
    state: 'known',
    family,
    members: inOrder(members),
    unreachable: unreachable.size === 0 ? nobody : [...unreachable].toSorted(byCodePoint),
    ...(lack === undefined ? {} : { lack }),
  };
}

const nobody: readonly string[] = [];

function inOrder(members: ReadonlyMap<string, Endpoint>): readonly Endpoint[] {
  return [...members.keys()].toSorted(byCodePoint).flatMap((key) => members.get(key) ?? []);
}

/** Why a Service has nobody behind it. Of one that selects pods and has an address, that is often meant so, and passes. */
function lackOf(
  { spec }: Service,
  slices: readonly EndpointSlice[],
  family: AddressFamily,
): EndpointsLack | undefined {
  const inhabited = slices.filter(({ endpoints }) => endpoints.some(({ addresses }) => addresses.length > 0));
  if (inhabited.some(({ addressType }) => addressType === family || addressType === 'FQDN')) return undefined;
  if (inhabited.length > 0) return 'otherFamily';
  if (Object.keys(spec?.selector ?? {}).length === 0) return 'noSelector';
  return spec?.clusterIP === 'None' ? 'headless' : undefined;
}

/** Addresses that mean something on one link only, or no single machine at all. */
function isNobodys(address: string): boolean {
  return /^(0\.|169\.254\.|2(2[4-9]|[345]\d)\.)|^(fe[89ab][0-9a-f]:|ff[0-9a-f]{2}:|::$)/i.test(address);
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function endpointAt(
  address: string,
  port: number,
  { ready = true, terminating = false, serving = ready }: NonNullable<SliceEndpoint['conditions']> = {},
): Endpoint {
  return { address, port, ready, serving, terminating };
}

/** While an address moves between slices it is in both; the better word counts, so that it is never dropped. */
function meet(members: Map<string, Endpoint>, endpoint: Endpoint): void {
  const key = `${endpoint.address} ${endpoint.port}`;
  const other = members.get(key);
  members.set(key, other === undefined ? endpoint : better(other, endpoint));
}

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
