import { isRecord } from '../../contract/validate.ts';
import type { LatencyProfile } from '../../state/state.ts';
import type { AdminRoute } from './admin.ts';
import { done, wrong } from './answers.ts';

/** How long the life cycle takes, and how far lists and the index of tags are behind; in all regions, from now on. */
export const timingRoutes = {
  'PUT timing': (body, { regions }) => {
    const { latency, listLagMs, tagLagMs } = isRecord(body) ? body : {};
    if (latency === undefined && listLagMs === undefined && tagLagMs === undefined) {
      return wrong(
        'The body is { "latency": "none" | "short" | "aws", "listLagMs": NUMBER, "tagLagMs": NUMBER }, or some of them.',
      );
    }
    if (latency !== undefined && !isProfile(latency)) return wrong('"latency" is none, short or aws.');
    for (const [name, ms] of Object.entries({ listLagMs, tagLagMs })) {
      if (ms !== undefined && !isMs(ms)) return wrong(`"${name}" is a whole number from 0 up.`);
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
