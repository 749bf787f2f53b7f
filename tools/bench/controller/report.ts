import type { Line } from '../verdict.ts';
import type { CaseResult, Round } from './bench.ts';

/**
 * What watch, our own work, Envoy and the listener's turn may take beside the calls: a tenth of a second is what people
 * take for at once.
 */
const slack = 100;

/** What the rounds say: the calls of a change, which no delay alters, and then its times. */
export function controllerLines(results: readonly CaseResult[]): readonly Line[] {
  const changes = new Set(results.map(changeOf));
  return [...changes].flatMap((change) => {
    const same = results.filter((result) => changeOf(result) === change);
    return [callsLine(change, same), ...same.map(timeLine)];
  });
}

/** What is done, to a Lattice of which life cycle. */
function changeOf({ name, setting: { latency } }: CaseResult): string {
  return latency === 'none' ? name : `${name}, life cycle as in AWS`;
}

function callsLine(change: string, results: readonly CaseResult[]): Line {
  const rounds = results.flatMap((result) => result.rounds);
  return {
    name: `${change}: calls`,
    ours: rounds.map(({ mutations, reads }) => mutations.length + reads.length),
    beside: rounds.map(({ floor }) => floor.mutations + floor.reads),
    digits: 0,
    aim: { kind: 'within', slack: 0 },
  };
}

function timeLine(result: CaseResult): Line {
  const { setting, rounds } = result;
  return {
    name: `${changeOf(result)}: traffic with ${setting.title}`,
    ours: rounds.map(({ untilEffect }) => untilEffect),
    beside: rounds.map(({ floor }) => floor.untilEffect),
    unit: 'ms',
    digits: 0,
    aim: { kind: 'within', slack },
  };
}

/** What stands beside those figures: what is no part of them. */
export function controllerNotes(results: readonly CaseResult[]): readonly Line[] {
  const rounds = results.flatMap((result) => result.rounds);
  const positive = rounds.flatMap(({ waiting }) => (waiting > 0 ? [waiting] : []));
  return [
    alone(
      'besides: kubectl until it has written',
      rounds.map(({ kubectl }) => kubectl),
    ),
    alone('besides: until the replacing pod is ready', positive),
  ];
}

function alone(name: string, ours: readonly number[]): Line {
  return { name, ours, unit: 'ms', digits: 0 };
}

/** One round, while it happens. */
export function controllerLine({ name, setting }: Omit<CaseResult, 'rounds'>, round: Round): string {
  const { floor, mutations, reads, untilCall, untilEffect, untilQuiet } = round;
  return [
    `  ${`${name}, ${setting.title}`.padEnd(36)}`,
    `${mutations.length} + ${reads.length} calls (floor ${floor.mutations} + ${floor.reads})`,
    `first call ${untilCall.toFixed(0)} ms, traffic ${untilEffect.toFixed(0)} (floor ${floor.untilEffect.toFixed(0)}),`,
    `quiet ${untilQuiet.toFixed(0)} (floor ${floor.untilQuiet.toFixed(0)})`,
  ].join('  ');
}
