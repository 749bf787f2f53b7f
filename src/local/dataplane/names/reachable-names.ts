import type { RegionState } from '../../state/state.ts';
import type { ResourceConfiguration } from '../../state/vpc-resources.ts';
import { entrancesOf, hasIpv6 } from '../xds/entrance.ts';
import { hostsOf } from '../xds/host-scope.ts';
import { listenPort } from '../xds/listen-port.ts';
import { ownNameOf, reachOf } from '../xds/reach.ts';
import { destinationsOf } from '../xds/resource.ts';
import { tunnelPort } from '../xds/tunnel.ts';
import type { View } from '../xds/view.ts';
import type { ReachableName } from './name-files.ts';

/** A VPC that is a namespace has all ports where they are asked for, and nobody outside shall connect to its addresses. */
const nowhereElse: ReachableName['ports'] = new Map();

/**
 * By VPC, the names that its clients know: of all services that it reaches, also of one that does not listen yet, and of
 * resources. A VPC that reaches nothing in any way is not here.
 */
export function namesByVpc(state: RegionState, view: View): ReadonlyMap<string, readonly ReachableName[]> {
  const names = new Map<string, readonly ReachableName[]>();
  for (const { way, services, ownNames } of reachOf(state)) {
    const address = view.addresses.get(way.id);
    const ports = new Map<string, Map<number, number>>();
    for (const service of address === undefined ? [] : services) {
      for (const host of [...hostsOf(service), ...ownNameOf(service, ownNames)]) {
        const known = ports.get(host) ?? new Map<number, number>();
        ports.set(host, known);
        for (const { port } of service.listeners.values()) known.set(port, listenPort(port, view));
      }
    }
    const found = [...ports].map(([name, known]): ReachableName => ({
      name,
      address: address ?? '',
      ipv6: ipv6In(way.vpcId, view),
      ports: view.namespaces.has(way.vpcId) ? nowhereElse : known,
    }));
    // Of a VPC with several ways to one name the first counts.
    const known = names.get(way.vpcId) ?? [];
    const taken = new Set(known.map(({ name }) => name));
    const news = found.filter(({ name }) => !taken.has(name));
    names.set(way.vpcId, [...known, ...news]);
  }
  for (const entrance of entrancesOf(state)) {
    const { key, vpcId, names: own, resource } = entrance;
    const address = view.resourceAddresses.get(key);
    if (address === undefined) continue;
    const asked = portsOf(resource, view);
    if (asked === undefined) continue;
    const ports = view.namespaces.has(vpcId)
      ? nowhereElse
      : new Map(asked.map((port) => [port, listenPort(port, view)]));
    const ipv6 = hasIpv6(entrance) ? ipv6In(vpcId, view) : 'none';
    const found = own.map((name): ReachableName => ({ name, address, ipv6, ports }));
    names.set(vpcId, [...(names.get(vpcId) ?? []), ...found]);
  }
  return names;
}

/** Undefined when they cannot be told: Envoy listens on none then, which is said there. */
function portsOf(resource: ResourceConfiguration, { standIns }: View): readonly number[] | undefined {
  if (resource.setup.type === 'CIDR') return [tunnelPort];
  try {
    return [...destinationsOf(resource, { standIns, namespace: undefined }).keys()];
  } catch {
    return undefined;
  }
}

function ipv6In(vpcId: string, { dualStack }: View): ReachableName['ipv6'] {
  return dualStack.has(vpcId) ? 'beside' : 'mapped';
}
