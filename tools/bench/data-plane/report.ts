import type { Line } from '../verdict.ts';
import { setting } from './bench.ts';
import type { Round, Turn } from './bench.ts';

interface Figure {
  readonly name: string;
  readonly of: (turn: Turn) => number;
  readonly unit: string;
  readonly digits: number;
  /** The least that the 95 % interval of the ratio shall reach. */
  readonly atLeast?: number;
}

const figures: readonly Figure[] = [
  { name: 'throughput', of: ({ perSecond }) => perSecond, unit: '/s', digits: 0, atLeast: 0.98 },
  { name: 'median latency', of: ({ p50 }) => p50, unit: 'ms', digits: 2 },
  { name: '99th percentile', of: ({ p99 }) => p99, unit: 'ms', digits: 2 },
  { name: "Envoy's CPU per request", of: ({ cpu }) => cpu, unit: 'µs', digits: 1 },
];

/** What the rounds say, a line per figure. */
export function dataPlaneLines(rounds: readonly Round[]): readonly Line[] {
  return figures.map(({ name, of, unit, digits, atLeast }) => ({
    name,
    ours: rounds.map(({ ours }) => of(ours)),
    beside: rounds.map(({ byHand }) => of(byHand)),
    unit,
    digits,
    ...(atLeast === undefined ? {} : { aim: { kind: 'ratio', atLeast } }),
  }));
}

/** How it was measured. */
export function dataPlaneNote(rounds: readonly Round[]): string {
  const { connections, slices, sliceMs } = setting;
  return `Traffic stands beside the same Envoy configured by hand: ${rounds.length} rounds, in each ${slices} turns of ${sliceMs} ms for either; ${connections} connections, one Envoy worker.`;
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
