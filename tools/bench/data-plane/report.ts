import { medianInterval, spread } from '../figures.ts';
import { table } from '../table.ts';
import { setting } from './bench.ts';
import type { Round, Turn } from './bench.ts';

interface Figure {
  readonly name: string;
  readonly of: (turn: Turn) => number;
  readonly digits: number;
}

const figures: readonly Figure[] = [
  { name: 'requests per second', of: ({ perSecond }) => perSecond, digits: 0 },
  { name: 'median latency, ms', of: ({ p50 }) => p50, digits: 2 },
  { name: '99th percentile, ms', of: ({ p99 }) => p99, digits: 2 },
  { name: 'CPU of Envoy per request, µs', of: ({ cpu }) => cpu, digits: 1 },
];

/** What the rounds say, for people. */
export function dataPlaneReport(rounds: readonly Round[]): string {
  const { connections, slices, sliceMs } = setting;
  const rows = figures.map(({ name, of, digits }) => {
    const shown = (side: 'ours' | 'byHand'): string => {
      const { min, median, max } = spread(rounds.map((round) => of(round[side])));
      return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
    };
    const { low, median, high } = medianInterval(rounds.map(({ ours, byHand }) => of(ours) / of(byHand)));
    return [
      name,
      shown('ours'),
      shown('byHand'),
      median.toFixed(3),
      `${low.toFixed(3)} to ${high.toFixed(3)}`,
    ];
  });
  return [
    table(['', 'ours', 'by hand', 'ratio', '95 % interval'], rows),
    '',
    `${rounds.length} rounds, in each ${slices} turns of ${sliceMs} ms for either; ${connections} connections, one Envoy worker.`,
    'In columns 2 and 3 the median of the rounds, and the least and the greatest; the ratio is the median of the ratios by round.',
  ].join('\n');
}

/** One round, while it happens. */
export function roundLine(number: number, { ours, byHand }: Round): string {
  const ratio = (of: (turn: Turn) => number): string => (of(ours) / of(byHand)).toFixed(3);
  return [
    `  round ${String(number).padStart(2)}`,
    `${ours.perSecond.toFixed(0)}/s beside ${byHand.perSecond.toFixed(0)}/s`,
    `throughput ${ratio(({ perSecond }) => perSecond)}`,
    `p99 ${ratio(({ p99 }) => p99)}`,
    `CPU ${ratio(({ cpu }) => cpu)}`,
  ].join('  ');
}
