import type { Line } from '../verdict.ts';
import { services } from './bench.ts';
import type { LatticeFigures, Round } from './bench.ts';

/** What was measured, a line per figure. */
export function latticeLines({ rounds, start, resident }: LatticeFigures): readonly Line[] {
  const of = (read: (round: Round) => number): readonly number[] => rounds.map(read);
  const perSecond = { unit: 'per second of a core', digits: 0 } as const;
  return [
    {
      name: 'calls that change',
      ours: of(({ mutating }) => mutating),
      beside: of(({ mutatingBare }) => mutatingBare),
      ...perSecond,
      aim: { kind: 'rate', least: 3_000, orRatio: 0.7 },
    },
    {
      name: 'calls that read',
      ours: of(({ reading }) => reading),
      beside: of(({ readingBare }) => readingBare),
      ...perSecond,
      aim: { kind: 'rate', least: 6_000, orRatio: 0.7 },
    },
    {
      name: 'list of 1,000 in pages of 100',
      ours: of(({ list }) => list),
      unit: 'ms',
      digits: 0,
      aim: { kind: 'below', limit: 100 },
    },
    {
      name: `start with ${services} services on disk`,
      ours: [start],
      unit: 'ms',
      digits: 0,
      aim: { kind: 'below', limit: 2_000 },
    },
    {
      name: `memory with ${services} services`,
      ours: [resident],
      unit: 'MiB',
      digits: 0,
      aim: { kind: 'below', limit: 300 },
    },
  ];
}

/** How it was measured. */
export const latticeNote =
  'Calls of the API stand beside a bare server of node:http and JSON for the same requests; both by the processor time of the server.';

/** One round, while it happens. */
export function latticeRound({ mutating, mutatingBare, reading, readingBare, list }: Round): string {
  return `  changes ${shown(mutating, mutatingBare)}  reads ${shown(reading, readingBare)}  list ${list.toFixed(0)} ms`;
}

function shown(ours: number, beside: number): string {
  return `${ours.toFixed(0)}/s beside ${beside.toFixed(0)}/s (${(ours / beside).toFixed(2)})`;
}
