import { expositionType } from '../../../metrics/exposition.ts';
import type { AdminRoute } from './admin.ts';

/** The CloudWatch metrics of VPC Lattice, for Prometheus to scrape. */
export const metricRoutes = {
  'GET metrics': async (_, { observed }, { signal }) => {
    try {
      const text = (await observed()?.metrics(signal)) ?? '';
      return { status: 200, headers: { 'content-type': expositionType }, body: text };
    } catch (error) {
      signal.throwIfAborted();
      const message = `Envoy cannot be asked just now: ${error instanceof Error ? error.message : String(error)}`;
      return { status: 503, headers: {}, body: { message } };
    }
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;
