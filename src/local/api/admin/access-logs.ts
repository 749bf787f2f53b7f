import type { RecentCall } from '../../observed.ts';
import type { Region } from '../../region.ts';
import type { AdminRoute, Administered } from './admin.ts';
import { ok, wrong } from './answers.ts';

/** The calls that access logs have, as they come; those of one answer in the order in which they began. */
export const accessLogRoutes = {
  'GET access-logs': (_, { regions, observed }, { query }) => {
    const after = query.get('after') ?? '0';
    if (!/^\d+$/.test(after)) return wrong('after is the number of a call, as the answer before had it.');
    const [service, network] = [query.get('service'), query.get('network')];
    const calls = observed()?.calls(Number(after)) ?? [];
    const inOrder = calls.toSorted((a, b) => a.startedAt - b.startedAt);
    const named = inOrder.map((call) => nameParts(call, regions));
    const isWanted = (each: NamedCall): boolean =>
      isNamed(each.service, service) && isNamed(each.network, network);
    return ok({ calls: named.filter(isWanted), last: calls.at(-1)?.number ?? Number(after) });
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;

interface Named {
  readonly id: string;
  /** Null when it is not there any more. */
  readonly name: string | null;
}

interface NamedCall extends Pick<RecentCall, 'number' | 'destinations' | 'record'> {
  readonly network: Named;
  readonly service: Named | null;
}

/** By name or by id; whatever is called when nothing is asked for. */
function isNamed(named: Named | null, asked: string | null): boolean {
  return asked === null || (named !== null && (named.id === asked || named.name === asked));
}

function nameParts(
  { networkId, serviceId, number, destinations, record }: RecentCall,
  regions: Administered['regions'],
): NamedCall {
  return {
    number,
    destinations,
    record,
    network: { id: networkId, name: nameOf(regions, 'serviceNetworks', networkId) },
    service: serviceId === undefined ? null : { id: serviceId, name: nameOf(regions, 'services', serviceId) },
  };
}

function nameOf(regions: readonly Region[], kind: 'serviceNetworks' | 'services', id: string): string | null {
  for (const region of regions) {
    const found = region.state()[kind].get(id);
    if (found !== undefined) return found.name;
  }
  return null;
}
