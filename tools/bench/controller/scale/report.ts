import { quantile } from '../../figures.ts';
import type { Line } from '../../verdict.ts';
import { sizes } from './bench.ts';
import type { ManyRoutesFigures } from './bench.ts';

/** What was measured, a line per figure. */
export function manyRoutesLines({
  resident,
  mostResident,
  passes,
  weights,
  steady,
  restart,
  throttled,
}: ManyRoutesFigures): readonly Line[] {
  const routes = `${sizes.routes} routes`;
  return [
    {
      name: `${routes}, ${sizes.routes * sizes.podsPerRoute} pods: memory`,
      ours: [resident],
      unit: 'MiB',
      digits: 0,
      aim: { kind: 'below', limit: 256 },
    },
    {
      name: `${routes}: memory at its peak`,
      ours: [mostResident],
      unit: 'MiB',
      digits: 0,
    },
    {
      name: `${routes}: processor time of a pass`,
      ours: passes,
      unit: 'ms',
      digits: 0,
      aim: { kind: 'below', limit: 100 },
    },
    { name: `${routes}: weight to call`, ours: weights, unit: 'ms', digits: 0 },
    {
      name: `${routes}: weight to call, 99th percentile`,
      ours: [quantile(Float64Array.from(weights).toSorted(), 0.99)],
      unit: 'ms',
      digits: 0,
      aim: { kind: 'below', limit: 250 },
    },
    {
      name: `${routes}: writes in an hour of rest`,
      ours: [steady.writes],
      digits: 0,
      aim: { kind: 'below', limit: 1 },
    },
    {
      name: `${routes}, restart: writes`,
      ours: [restart.writes],
      digits: 0,
      aim: { kind: 'below', limit: 1 },
    },
    {
      name: `${routes}, restart: reads`,
      ours: [restart.reads],
      beside: [leastReads(sizes.routes, sizes.routes + sizes.weights)],
      digits: 0,
    },
    { name: `${routes}, restart: until all is verified`, ours: [restart.seconds], unit: 's', digits: 0 },
    {
      name: `${sizes.throttled} routes, throttled`,
      ours: [throttled.seconds],
      beside: [throttled.allowed],
      unit: 's',
      digits: 0,
      aim: { kind: 'within', slack: throttled.allowed / 10 },
    },
    {
      name: 'throttled: a pod replaced meanwhile, until its call',
      ours: [throttled.pod],
      unit: 'ms',
      digits: 0,
      aim: { kind: 'below', limit: 1_000 },
    },
  ];
}

/** How it was measured. */
export const manyRoutesNote =
  'Restarts stand beside what the API needs to say everything once; throttled routes beside the time that the rates allow.';

/**
 * Of each route its listeners, listener, rules, rule, and the tags of its service; of each group itself, its targets and its
 * tags; networks, services, groups and associations by pages.
 */
function leastReads(routes: number, groups: number): number {
  return 5 * routes + 3 * groups + 2 * Math.ceil(routes / 100) + Math.ceil(groups / 100) + 2;
}
