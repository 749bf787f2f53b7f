import { isRecord } from '../../contract/validate.ts';
import { isRequestRate, isTimeScale, usualLimits } from '../../dataplane/xds/limits.ts';
import type { Limits } from '../../dataplane/xds/limits.ts';
import type { AdminRoute } from './admin.ts';
import { done, ok, wrong } from './answers.ts';

/** What bounds all traffic. */
export const trafficRoutes = {
  'GET traffic': (_, { observed }) => ok(observed()?.limits() ?? usualLimits),
  'PUT traffic': (body, { observed }) => {
    const limits = readLimits(body);
    if (typeof limits === 'string') return wrong(limits);
    observed()?.setLimits(limits);
    return done;
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;

/** What is left out is as usual. */
function readLimits(body: unknown): Limits | string {
  if (!isRecord(body)) {
    return 'The body is { "timeScale": NUMBER, "requestsPerSecond": NUMBER }; what is left out is 1 and unlimited.';
  }
  const { timeScale = usualLimits.timeScale, requestsPerSecond } = body;
  if (!isTimeScale(timeScale)) return '"timeScale" is a number above 0, up to 1.';
  if (requestsPerSecond === undefined) return { timeScale };
  if (!isRequestRate(requestsPerSecond)) {
    return '"requestsPerSecond" is a whole number from 1 to 1000000000.';
  }
  return { timeScale, requestsPerSecond };
}
