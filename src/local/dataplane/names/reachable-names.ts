import type { RegionState } from '../../state/state.ts';
import { hostsOf } from '../xds/host-scope.ts';
import { reachOf } from '../xds/reach.ts';
import { listenPort } from '../xds/translate.ts';
import type { View } from '../xds/translate.ts';
import type { ReachableName } from './name-files.ts';

/** By VPC, the names that its clients know: of all services that it reaches, also of one that does not listen yet. A VPC that is in no region's associations is not here. */
export function namesByVpc(state: RegionState, view: View): ReadonlyMap<string, readonly ReachableName[]> {
  return new Map(
    reachOf(state).map(({ association, services }) => {
      const address = view.addresses.get(association.id);
      const ports = new Map<string, Map<number, number>>();
      for (const service of address === undefined ? [] : services) {
        for (const host of hostsOf(service)) {
          const known = ports.get(host) ?? new Map<number, number>();
          ports.set(host, known);
          for (const { port } of service.listeners.values()) known.set(port, listenPort(port, view));
        }
      }
      const names = [...ports].map(([name, known]) => ({ name, address: address ?? '', ports: known }));
      return [association.vpcId, names] as const;
    }),
  );
}
