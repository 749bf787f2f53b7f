import type { RegionState, Resource, Service, ServiceNetwork, VpcAssociation } from '../../state/state.ts';
import { hostsOf } from '../xds/host-scope.ts';
import { keyOf } from './entry.ts';
import type { Change, Entry, GuardEntry } from './entry.ts';

/** Rows by key. */
export type Entries = ReadonlyMap<string, Entry>;

/** Rows that were made before, by what they were made of: the same resource gives the same row. */
export type EntryMemory = WeakMap<Resource, Entry>;

/** What the authorizer must know of a region, whatever traffic reaches. */
export function entriesOf(state: RegionState, memory: EntryMemory): Entries {
  const entries = new Map<string, Entry>();
  const put = <R extends Resource>(key: string, resource: R, make: (resource: R) => Entry): void => {
    const entry = memory.get(resource) ?? make(resource);
    memory.set(resource, entry);
    entries.set(key, entry);
  };
  for (const network of state.serviceNetworks.values()) put(keyOf.network(network.id), network, networkEntry);
  for (const service of state.services.values()) put(keyOf.service(service.id), service, serviceEntry);
  for (const association of state.vpcAssociations.values()) {
    put(keyOf.association(association.id), association, associationEntry);
  }
  for (const association of state.serviceAssociations.values()) {
    const service = state.services.get(association.serviceId);
    for (const host of service === undefined ? [] : hostsOf(service)) {
      const key = keyOf.host(association.serviceNetworkId, host);
      // As routes are found: should two services have one name, the first stays.
      if (entries.has(key)) continue;
      put(key, association, () => ({
        kind: 'host',
        serviceId: association.serviceId,
      }));
    }
  }
  return entries;
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

function associationEntry({ serviceNetworkId, vpcId, account }: VpcAssociation): Entry {
  return { kind: 'association', networkId: serviceNetworkId, vpcId, vpcOwner: account };
}

function guardOf({ authType, authPolicy }: Service | ServiceNetwork): { readonly guard?: GuardEntry } {
  if (authType === 'NONE') return {};
  return { guard: authPolicy === undefined ? {} : { policy: authPolicy.policy } };
}
