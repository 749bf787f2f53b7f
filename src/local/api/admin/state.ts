import type { AdminRoute } from './admin.ts';
import { ok } from './answers.ts';

/** What the regions know. */
export const stateRoutes = {
  'GET state': (_, { regions }) => ok({ regions: regions.map((region) => plain(region.state())) }),
} as const satisfies Readonly<Record<string, AdminRoute>>;

/** Maps as objects, for JSON. */
function plain(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, each]) => [String(key), plain(each)]));
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
