import { isRecord } from '../../contract/validate.ts';
import type { LatencyProfile } from '../../state/state.ts';
import type { AdminRoute } from './admin.ts';
import { done, wrong } from './answers.ts';

/** How long the life cycle takes, and how far lists are behind; in all regions, from now on. */
export const timingRoutes = {
  'PUT timing': (body, { regions }) => {
    const latency = isRecord(body) ? body['latency'] : undefined;
    const listLagMs = isRecord(body) ? body['listLagMs'] : undefined;
    if (!isRecord(body) || (latency === undefined && listLagMs === undefined)) {
      return wrong(
        'The body is { "latency": "none" | "short" | "aws", "listLagMs": NUMBER }, or one of them.',
      );
    }
    if (latency !== undefined && !isProfile(latency)) return wrong('"latency" is none, short or aws.');
    if (listLagMs !== undefined && !isMs(listLagMs)) return wrong('"listLagMs" is a whole number from 0 up.');
    for (const region of regions) {
      if (latency !== undefined) {
        region.dispatch({ op: 'SetLatency', input: { latency } }, { account: '' });
      }
      if (listLagMs !== undefined) region.setListLag(listLagMs);
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
