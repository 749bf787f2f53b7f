import type { Line } from '../verdict.ts';
import { sizes } from './bench.ts';
import type { ClusterFigures } from './bench.ts';
import { sizes as clientSizes } from './client.ts';

/** What the rounds say, a line per figure. */
export function clusterLines(figures: ClusterFigures): readonly Line[] {
  const { starts, memory, statuses, apply, client } = figures;
  return [
    {
      name: 'cluster: start, beside node alone',
      ours: starts.map(({ cluster }) => cluster),
      beside: starts.map(({ node }) => node),
      unit: 'ms',
      digits: 0,
      aim: { kind: 'below', limit: 300 },
    },
    {
      name: 'cluster: first status patch',
      ours: [statuses.first],
      unit: 'ms',
      digits: 1,
      aim: { kind: 'below', limit: 50 },
    },
    { name: 'cluster: status patch', ours: statuses.warm, unit: 'ms', digits: 1 },
    {
      name: `cluster: ${sizes.objects} objects, beside none`,
      ours: [memory.full],
      beside: [memory.empty],
      unit: 'MiB',
      digits: 0,
      aim: { kind: 'below', limit: 150 },
    },
    { name: `cluster: kubectl apply of ${sizes.applied}`, ours: [apply.ms], unit: 'ms', digits: 0 },
    {
      name: `cluster: what ${sizes.watchers} watchers missed of it`,
      ours: [apply.missed],
      digits: 0,
      aim: { kind: 'below', limit: 1 },
    },
    {
      name: `client: ${clientSizes.slices} slices listed`,
      ours: client.map(({ list }) => list.ours),
      beside: client.map(({ list }) => list.raw),
      unit: '/s',
      digits: 0,
      aim: { kind: 'ratio', atLeast: 1 / 1.3 },
    },
    {
      name: `client: ${clientSizes.slices} slices changed`,
      ours: client.map(({ watch }) => watch.ours),
      beside: client.map(({ watch }) => watch.parsing),
      unit: '/s',
      digits: 0,
      aim: { kind: 'ratio', atLeast: 0.7 },
    },
  ];
}

export const clusterNote =
  'The cluster runs as an installed package does. The client stands beside bare transport and JSON.parse, and beside decoding and parsing alone.';
