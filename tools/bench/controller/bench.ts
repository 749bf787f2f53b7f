import type { LatencyProfile } from '../../../src/local/state/state.ts';
import { cases, casesOfMany } from './cases.ts';
import type { Case, Limits } from './cases.ts';
import { standing } from './manifests.ts';
import { measure } from './round.ts';
import type { Round } from './round.ts';
import { clear, makeStand } from './stand.ts';
import type { Site } from './stand.ts';
import { startWorld } from './world.ts';

export interface ControllerOptions {
  readonly root: string;
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly onRound: (what: Omit<CaseResult, 'rounds'>, round: Round) => void;
}

/** How slow Lattice is. */
export interface Setting {
  readonly latency: LatencyProfile;
  /** Added to every call, in milliseconds. */
  readonly delay: number;
}

export interface CaseResult {
  readonly name: string;
  readonly limits: Limits;
  readonly setting: Setting;
  readonly rounds: readonly Round[];
}

/** What is measured in one world, in turn. */
interface Series {
  readonly cases: readonly Case[];
  readonly latency: LatencyProfile;
  readonly delays: readonly number[];
  /** Of the rounds that were asked for. */
  readonly share: number;
  /** Without a call for so long, nothing more comes. */
  readonly quietMs: number;
  /** Whether what a round made is deleted after it. Where that takes a minute, the next one has a world of its own. */
  readonly clears: boolean;
}

const brisk = { latency: 'none', delays: [0, 60], quietMs: 700 } as const;

const series: readonly Series[] = [
  { ...brisk, cases, share: 1, clears: true },
  ...casesOfMany.map((each) => ({
    ...brisk,
    cases: [each],
    share: 3 / 7,
    clears: each.before !== undefined,
  })),
  {
    // What is not created does not depend on how long a creation takes.
    cases: [...cases, ...casesOfMany].filter(({ creates }) => creates),
    latency: 'aws',
    delays: [60],
    share: 2 / 7,
    quietMs: 3_500,
    clears: false,
  },
];

/** Makes each change over and over, and counts and times what the controller does about it. */
export async function measureController(options: ControllerOptions): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const each of series) results.push(...(await measureSeries(each, options)));
  return results;
}

async function measureSeries(series: Series, options: ControllerOptions): Promise<readonly CaseResult[]> {
  const { cases, latency, delays, share, clears } = series;
  const kinds = cases.flatMap((each) => delays.map((delay) => ({ each, delay, done: noRounds() })));
  const numbers = Array.from({ length: Math.ceil(options.rounds * share) }, (_, number) => number);
  for (const together of clears ? [numbers] : numbers.map((number) => [number])) {
    const world = await startWorld({ root: options.root, latency, signal: options.signal });
    try {
      const site = { world, latency, quietMs: series.quietMs, signal: options.signal };
      await makeStand(site, [...standing(), ...cases.flatMap((each) => each.standing ?? [])]);
      for (const number of together) {
        await measureRound(site, { kinds, number, onRound: options.onRound });
        if (number !== together.at(-1)) await clear(site, made);
      }
    } finally {
      await world.close();
    }
  }
  return kinds.map(({ each: { name, limits }, delay, done }) => ({
    name,
    limits,
    setting: { latency, delay },
    rounds: done,
  }));
}

interface Kind {
  readonly each: Case;
  readonly delay: number;
  readonly done: Round[];
}

/** Each case has its turn at each delay, so that what disturbs the machine disturbs all. */
async function measureRound(
  site: Site,
  {
    kinds,
    number,
    onRound,
  }: { readonly kinds: readonly Kind[]; readonly number: number } & Pick<ControllerOptions, 'onRound'>,
): Promise<void> {
  const trials = kinds.map((kind, index) => ({
    ...kind,
    route: kind.each.shared ?? `${made}${index}-${number}`,
  }));
  await makeStand(
    site,
    trials.flatMap(({ each, route }) => each.before?.(route) ?? []),
  );
  for (const { each, route, delay, done } of trials) {
    const round = await measure(site, { each, route, delay });
    done.push(round);
    onRound({ name: each.name, limits: each.limits, setting: { latency: site.latency, delay } }, round);
  }
}

/** How names of what a round makes begin. */
const made = 'case-';

function noRounds(): Round[] {
  return [];
}
