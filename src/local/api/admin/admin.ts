import type { Answer } from '../../contract/error.ts';
import type { Observed } from '../../observed.ts';
import type { Region } from '../../region.ts';
import type { RegionState } from '../../state/state.ts';
import type { Audit } from '../audit.ts';
import type { Faults } from '../faults.ts';
import type { Rates } from '../rates.ts';
import { accessLogRoutes } from './access-logs.ts';
import { done, ok } from './answers.ts';
import { faultRoutes } from './faults.ts';
import { metricRoutes } from './metrics.ts';
import { outsideRoutes } from './outside.ts';
import { quotaRoutes } from './quotas.ts';
import { rateRoutes } from './rates.ts';
import { refusedRoutes } from './refused.ts';
import { stateRoutes } from './state.ts';
import { timingRoutes } from './timing.ts';
import { trafficRoutes } from './traffic.ts';

/** Paths below this are ours; AWS uses none of them. */
export const adminPrefix = '/_trellis/';

export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  /** What stands behind the `?`. */
  readonly query: string;
  readonly body: string | undefined;
}

export interface Administered {
  readonly audit: Audit;
  readonly regions: readonly Region[];
  readonly faults: Faults;
  readonly rates: Rates;
  /** Undefined when there is no data plane. */
  readonly observed: () => Observed | undefined;
  /** By name, what each region was when it was taken. */
  readonly snapshots: Map<string, ReadonlyMap<Region, RegionState>>;
}

/** What one method and path do. The body is JSON, or absent. */
export type AdminRoute = (
  body: unknown,
  administered: Administered,
  beside: Beside,
) => Answer | Promise<Answer>;

/** What comes with a request besides its body. */
export interface Beside {
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
}

/** By method and path below the prefix. */
const routes: Readonly<Record<string, AdminRoute>> = {
  'GET calls': (_, { audit }) => ok({ calls: audit.entries() }),
  'DELETE calls': (_, { audit }) => {
    audit.clear();
    return done;
  },
  ...accessLogRoutes,
  ...metricRoutes,
  ...refusedRoutes,
  ...stateRoutes,
  ...quotaRoutes,
  ...outsideRoutes,
  ...faultRoutes,
  ...rateRoutes,
  ...timingRoutes,
  ...trafficRoutes,
};

/** Answers for operators, tests and benches. Needs no credential: who reaches the port owns it. */
export async function administer(
  request: AdminRequest,
  administered: Administered,
  signal: AbortSignal,
): Promise<Answer> {
  const { method, path, query, body } = request;
  const name = `${method} ${path.slice(adminPrefix.length)}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (route === undefined) {
    const message = `There is no ${method} ${path}; below ${adminPrefix} there are ${Object.keys(routes).join(', ')}.`;
    return { status: 404, headers: {}, body: { message } };
  }
  return route(parsed(body ?? ''), administered, { query: new URLSearchParams(query), signal });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
