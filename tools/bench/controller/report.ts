import type { Aim, Line } from '../verdict.ts';
import type { CaseResult } from './bench.ts';
import type { Round } from './round.ts';

/** What the rounds say: the calls of a change, which no delay alters, and then its times. What AWS's life cycle adds comes last. */
export function controllerLines(results: readonly CaseResult[]): readonly Line[] {
  const changes = new Set(results.map(changeOf));
  return [...changes].flatMap((change) => {
    const same = results.filter((result) => changeOf(result) === change);
    return [...callsLines(change, same), ...same.map(timeLine)];
  });
}

/** What is done, to a Lattice of which life cycle. */
function changeOf({ name, setting: { latency } }: CaseResult): string {
  return latency === 'none' ? name : `${name}, life cycle as in AWS`;
}

function callsLines(change: string, results: readonly CaseResult[]): readonly Line[] {
  const rounds = results.flatMap((result) => result.rounds);
  const [first] = results;
  if (first === undefined) return [];
  const { calls, mutations } = limitsOf(first);
  const all = rounds.map((round) => round.mutations.length + round.reads.length);
  const mutating = rounds.map((round) => round.mutations.length);
  const inFloor = rounds.map(({ floor }) => floor.mutations);
  const withLooks = rounds.map(({ floor }) => floor.mutations + floor.reads);
  return [
    first.limits.calls === undefined
      ? { name: `${change}: calls`, ours: all, digits: 0 }
      : { name: `${change}: calls`, ours: all, beside: withLooks, digits: 0, ...aims(calls, 0) },
    ...(mutations === undefined
      ? []
      : [
          {
            name: `${change}: calls that change something`,
            ours: mutating,
            beside: inFloor,
            digits: 0,
            ...aims(mutations, 0),
          },
        ]),
  ];
}

function timeLine(result: CaseResult): Line {
  const { setting, rounds, limits } = result;
  return {
    name: `${changeOf(result)}: effect at ${setting.delay} ms a call`,
    ours: rounds.map(({ untilEffect }) => untilEffect),
    beside: rounds.map(({ floor }) => floor.untilEffect),
    unit: 'ms',
    digits: 0,
    ...aims(limitsOf(result).effect, limits.aboveFloor),
  };
}

/** They hold where nothing takes its own time. */
function limitsOf({ limits, setting }: CaseResult): Partial<CaseResult['limits']> {
  return setting.latency === 'none' ? limits : {};
}

/** A limit, and the floor with so much more, as far as there are such. */
function aims(limit: number | undefined, slack: number | undefined): { readonly aim?: Aim } {
  const all: readonly Aim[] = [
    ...(limit === undefined ? [] : [{ kind: 'upTo', limit } as const]),
    ...(slack === undefined ? [] : [{ kind: 'within', slack } as const]),
  ];
  return all.length === 0 ? {} : { aim: { kind: 'all', aims: all } };
}

/** What stands beside those figures: what is no part of them. */
export function controllerNotes(results: readonly CaseResult[]): readonly Line[] {
  const rounds = results.flatMap((result) => result.rounds);
  const spans = (of: (round: Round) => number): readonly number[] =>
    rounds.flatMap((round) => (of(round) > 1 ? [of(round)] : []));
  return [
    alone(
      'besides: kubectl until it has written',
      rounds.map(({ kubectl }) => kubectl),
    ),
    alone(
      'besides: until the replacing pod is ready',
      spans(({ waiting }) => waiting),
    ),
    alone(
      'besides: until a controller that starts has read the cluster',
      spans(({ beforehand }) => beforehand),
    ),
  ];
}

function alone(name: string, ours: readonly number[]): Line {
  return { name, ours, unit: 'ms', digits: 0 };
}

/** One round, while it happens. */
export function controllerLine({ name, setting }: Omit<CaseResult, 'rounds'>, round: Round): string {
  const { floor, mutations, reads, untilCall, untilEffect, untilQuiet } = round;
  return [
    `  ${`${name}, ${setting.delay} ms a call`.padEnd(62)}`,
    `${mutations.length} + ${reads.length} calls (floor ${floor.mutations} + ${floor.reads})`,
    `first call ${untilCall.toFixed(0)} ms, effect ${untilEffect.toFixed(0)} (floor ${floor.untilEffect.toFixed(0)}),`,
    `quiet ${untilQuiet.toFixed(0)} (floor ${floor.untilQuiet.toFixed(0)})`,
  ].join('  ');
}
