import { quantile } from '../figures.ts';
import type { Aim, Line } from '../verdict.ts';
import { setting } from './bench.ts';
import type { Round, Traffic, Turn } from './bench.ts';
import { steadyRate } from './decisions/bench.ts';
import type { DecisionRound } from './decisions/bench.ts';
import type { ScaleFigures } from './scale/bench.ts';

interface Figure {
  readonly name: string;
  readonly of: (turn: Turn) => number;
  readonly unit: string;
  readonly digits: number;
  readonly aim?: Aim;
}

const figures: readonly Figure[] = [
  {
    name: 'throughput',
    of: ({ perSecond }) => perSecond,
    unit: '/s',
    digits: 0,
    aim: { kind: 'ratio', atLeast: 0.98 },
  },
  { name: 'median latency', of: ({ p50 }) => p50, unit: 'ms', digits: 2 },
  {
    name: '99th percentile',
    of: ({ p99 }) => p99,
    unit: 'ms',
    digits: 2,
    aim: { kind: 'ratioUpTo', atMost: 1.1 },
  },
  { name: "Envoy's CPU per request", of: ({ cpu }) => cpu, unit: 'µs', digits: 1 },
];

/** What was measured, a line per figure. */
export function trafficLines({ rounds, asked }: Traffic): readonly Line[] {
  const lines = figures.map(({ name, of, unit, digits, aim }) => ({
    name,
    ours: rounds.map(({ ours }) => of(ours)),
    beside: rounds.map(({ byHand }) => of(byHand)),
    unit,
    digits,
    ...(aim === undefined ? {} : { aim }),
  }));
  const name = 'questions to the authorizer meanwhile, with auth NONE';
  return [...lines, { name, ours: [asked], digits: 0, aim: { kind: 'below', limit: 1 } }];
}

/** What decisions cost. */
export function decisionLines(rounds: readonly DecisionRound[]): readonly Line[] {
  return [
    {
      name: 'decisions on signed requests, per CPU-second',
      ours: rounds.map(({ perCpuSecond }) => perCpuSecond),
      digits: 0,
      aim: { kind: 'above', limit: 7_000 },
    },
    {
      name: `decision at ${steadyRate} per second, median`,
      ours: rounds.map(({ p50 }) => p50),
      unit: 'ms',
      digits: 2,
      aim: { kind: 'below', limit: 1 },
    },
    {
      name: `decision at ${steadyRate} per second, 99th percentile`,
      ours: rounds.map(({ p99 }) => p99),
      unit: 'ms',
      digits: 2,
    },
  ];
}

/** What a thousand services cost. */
export function scaleLines({ follows, starts, translations }: ScaleFigures): readonly Line[] {
  const ms = { unit: 'ms', digits: 1 } as const;
  const worst = follows.map((round) => quantile(Float64Array.from(round).toSorted(), 0.99));
  return [
    {
      name: 'with 1,000 services: call to traffic, median',
      ours: follows.flat(),
      ...ms,
      aim: { kind: 'below', limit: 30 },
    },
    {
      name: 'with 1,000 services: call to traffic, 99th percentile',
      ours: worst,
      ...ms,
      aim: { kind: 'below', limit: 150 },
    },
    {
      name: 'with 1,000 services: Envoy from nothing',
      ours: starts,
      unit: 'ms',
      digits: 0,
      aim: { kind: 'below', limit: 10_000 },
    },
    {
      name: 'with 1,000 services: translation of a change',
      ours: translations,
      ...ms,
      aim: { kind: 'below', limit: 20 },
    },
  ];
}

/** How it was measured. */
export function dataPlaneNote({ rounds }: Traffic): string {
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

/** One round of decisions, while it happens. */
export function decisionLine({ perCpuSecond, p50, p99 }: DecisionRound): string {
  return `  ${perCpuSecond.toFixed(0)} per CPU-second; at ${steadyRate} per second p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
}
