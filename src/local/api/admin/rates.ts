import { isRecord } from '../../contract/validate.ts';
import type { RateLimits } from '../rates.ts';
import type { AdminRoute } from './admin.ts';
import { done, ok, wrong } from './answers.ts';

/** How many calls per second each account may make. */
export const rateRoutes = {
  'GET rates': (_, { rates }) => ok(rates.limits()),
  'PUT rates': (body, { rates }) => {
    const limits = readLimits(body);
    if (typeof limits === 'string') return wrong(limits);
    rates.limit(limits);
    return done;
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;

function readLimits(body: unknown): RateLimits | string {
  if (!isRecord(body))
    return 'The body is { "mutating": NUMBER, "reading": NUMBER }; what is left out is unlimited.';
  const { mutating, reading } = body;
  if (!isRate(mutating) || !isRate(reading)) return 'A rate is a number of calls per second, from 1 up.';
  return {
    ...(mutating === undefined ? {} : { mutating }),
    ...(reading === undefined ? {} : { reading }),
  };
}

function isRate(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && value >= 1);
}
