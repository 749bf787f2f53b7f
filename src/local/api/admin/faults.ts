import type { AdminRoute } from './admin.ts';
import { done, ok, wrong } from './answers.ts';
import { readFault } from '../fault-reading.ts';

/** What is to go wrong: with answers, for the API as a whole, and with what takes time, in each region. */
export const faultRoutes = {
  'GET faults': (_, { faults, regions }) =>
    ok({
      faults: faults.list(),
      troubles: Object.fromEntries(regions.map((region) => [region.name, region.state().troubles])),
    }),
  'POST faults': (body, { faults, regions }) => {
    const asked = readFault(body);
    if (typeof asked === 'string') return wrong(asked);
    if (asked.kind === 'answer') {
      faults.add(asked.fault);
      return done;
    }
    for (const region of regions) {
      const troubles = [...region.state().troubles, asked.trouble];
      region.dispatch({ op: 'SetTroubles', input: { troubles } }, { account: '' });
    }
    return done;
  },
  'DELETE faults': (_, { faults, regions }) => {
    faults.clear();
    for (const region of regions) {
      region.dispatch({ op: 'SetTroubles', input: { troubles: [] } }, { account: '' });
    }
    return done;
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;
