import type { AdminRoute } from './admin.ts';
import { ok } from './answers.ts';

/** What of the configuration Envoy does not take, and of which resources it was made. */
export const refusedRoutes = {
  'GET refused': (_, { observed }) => ok({ refused: observed()?.refused() ?? [] }),
} as const satisfies Readonly<Record<string, AdminRoute>>;
