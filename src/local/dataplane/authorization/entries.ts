import type { RegionState, Service, ServiceNetwork } from '../../state/state.ts';
import { hostsOf } from '../xds/host-scope.ts';
import { waysOf } from '../xds/reach.ts';
import type { Way } from '../xds/reach.ts';
import { keyOf } from './entry.ts';
import type { Change, Entry, GuardEntry } from './entry.ts';

/** Rows by key. */
export type Entries = ReadonlyMap<string, Entry>;

/** Rows that were made before, by the resource they were made of: the same resource gives the same rows. */
export type EntryMemory = WeakMap<object, readonly Row[]>;

type Row = readonly [key: string, entry: Entry];

/** What the authorizer must know of a region, whatever traffic reaches. */
export function entriesOf(state: RegionState, memory: EntryMemory): Entries {
  const entries = new Map<string, Entry>();
  const put = <R extends object>(resources: Iterable<R>, make: (resource: R) => readonly Row[]): void => {
    for (const resource of resources) {
      const known = memory.get(resource);
      const rows = known ?? make(resource);
      if (known === undefined) memory.set(resource, rows);
      // As routes are found: should two services of a network have one name, the first stays.
      for (const [key, entry] of rows) if (!entries.has(key)) entries.set(key, entry);
    }
  };
  put(state.serviceNetworks.values(), (network) => [[keyOf.network(network.id), networkEntry(network)]]);
  put(state.services.values(), (service) => [[keyOf.service(service.id), serviceEntry(service)]]);
  put(waysOf(state), (way) => [[keyOf.association(way.id), wayEntry(way)]]);
  put(state.serviceAssociations.values(), ({ serviceNetworkId, serviceId }) => {
    // It outlives its associations, and its names never change.
    const service = state.services.get(serviceId);
    const hosts = service === undefined ? [] : hostsOf(service);
    return hosts.map((host): Row => [keyOf.host(serviceNetworkId, host), { kind: 'host', serviceId }]);
  });
  return entries;
}

/** Whether a change of the state can be one of rows: most of them are about targets. */
export function concernsEntries(before: RegionState | undefined, after: RegionState): boolean {
  return (
    before?.services !== after.services ||
    before.serviceNetworks !== after.serviceNetworks ||
    before.vpcAssociations !== after.vpcAssociations ||
    before.networkEndpoints !== after.networkEndpoints ||
    before.serviceAssociations !== after.serviceAssociations
  );
}

/** What makes the one table the other. */
export function changesBetween(before: Entries, after: Entries): readonly Change[] {
  const changes: Change[] = [];
  for (const [key, entry] of after) if (!same(before.get(key), entry)) changes.push({ key, entry });
  for (const key of before.keys()) if (!after.has(key)) changes.push({ key });
  return changes;
}

/** Most resources change without their row. Equal rows have equal texts, as they are made in one place. */
function same(before: Entry | undefined, after: Entry): boolean {
  return before === after || (before !== undefined && JSON.stringify(before) === JSON.stringify(after));
}

function networkEntry(network: ServiceNetwork): Entry {
  return { kind: 'network', arn: network.arn, ...guardOf(network) };
}

function serviceEntry(service: Service): Entry {
  const { arn, account, tags } = service;
  const securePorts = [...service.listeners.values()]
    .filter(({ protocol }) => protocol !== 'HTTP')
    .map(({ port }) => port);
  return { kind: 'service', arn, account, tags, ...guardOf(service), securePorts };
}

function wayEntry({ serviceNetworkId, vpcId, account }: Way): Entry {
  return { kind: 'association', networkId: serviceNetworkId, vpcId, vpcOwner: account };
}

function guardOf({ authType, authPolicy }: Service | ServiceNetwork): { readonly guard?: GuardEntry } {
  if (authType === 'NONE') return {};
  return { guard: authPolicy === undefined ? {} : { policy: authPolicy.policy } };
}
