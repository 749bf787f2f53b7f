import { isRecord } from '../../contract/validate.ts';
import type { LatencyProfile } from '../../state/state.ts';
import type { AdminRoute } from './admin.ts';
import { done, wrong } from './answers.ts';

const longestDelay = 60_000;

/**
 * How long the life cycle takes, how far lists and the index of tags are behind, and how long traffic is; in all regions,
 * from now on.
 */
export const timingRoutes = {
  'PUT timing': (body, { regions, observed }) => {
    const { latency, listLagMs, tagLagMs, propagationDelayMs } = isRecord(body) ? body : {};
    const lags = { listLagMs, tagLagMs, propagationDelayMs };
    if (latency === undefined && Object.values(lags).every((ms) => ms === undefined)) {
      return wrong(
        'The body is { "latency": "none" | "short" | "aws", "listLagMs": NUMBER, "tagLagMs": NUMBER, "propagationDelayMs": NUMBER }, or some of them.',
      );
    }
    if (latency !== undefined && !isProfile(latency)) return wrong('"latency" is none, short or aws.');
    for (const [name, ms] of Object.entries(lags)) {
      if (ms !== undefined && !isMs(ms)) return wrong(`"${name}" is a whole number from 0 up.`);
    }
    if (isMs(propagationDelayMs)) {
      if (propagationDelayMs > longestDelay) return wrong(`"propagationDelayMs" is at most ${longestDelay}.`);
      observed()?.setPropagationDelay(propagationDelayMs);
    }
    for (const region of regions) {
      if (latency !== undefined) {
        region.dispatch({ op: 'SetLatency', input: { latency } }, { account: '' });
      }
      if (isMs(listLagMs)) region.setListLag(listLagMs);
      if (isMs(tagLagMs)) region.setTagLag(tagLagMs);
    }
    return done;
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;

function isProfile(value: unknown): value is LatencyProfile {
  return value === 'none' || value === 'short' || value === 'aws';
}

function isMs(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
