import { medianInterval, spread } from './figures.ts';

/** One thing that was measured, round by round, beside what it is held against. */
export interface Line {
  readonly name: string;
  readonly ours: readonly number[];
  /** The floor, or what the other did in the same round; nothing where the figure stands alone. */
  readonly beside?: readonly number[];
  readonly unit?: string;
  readonly digits: number;
  readonly aim?: Aim;
}

export type Aim =
  /** No more than the figure beside it and this much. */
  | { readonly kind: 'within'; readonly slack: number }
  /** The median is no more than this. */
  | { readonly kind: 'upTo'; readonly limit: number }
  /** All of these. */
  | { readonly kind: 'all'; readonly aims: readonly Aim[] }
  /** The median is less than this. */
  | { readonly kind: 'below'; readonly limit: number }
  /** The median is at least this. */
  | { readonly kind: 'above'; readonly limit: number }
  /** The 95 % interval of the ratio reaches this much. */
  | { readonly kind: 'ratio'; readonly atLeast: number }
  /** The median of the ratios is no more than this. */
  | { readonly kind: 'ratioUpTo'; readonly atMost: number }
  /** So much, or that share of the figure beside it. */
  | { readonly kind: 'rate'; readonly least: number; readonly orRatio: number };

/** What the head of the table calls the cells of a line. */
export const columns = ['', 'measured', 'beside', 'ratio (95 %)', 'verdict'];

/** A line as the cells of a table: figures as median and range, and whether the aim was reached or by how much it was missed. */
export function cellsOf(line: Line): readonly string[] {
  const { name, unit, ours, beside, digits } = line;
  const title = unit === undefined ? name : `${name}, ${unit}`;
  if (beside === undefined) {
    const alone = [title, figure(ours, digits)];
    return line.aim === undefined ? alone : [...alone, '', '', verdictOf(line)];
  }
  const { low, median, high } = medianInterval(ratios(ours, beside));
  // A ratio that is held against a number needs a digit more.
  const shown = (ratio: number): string => ratio.toFixed(line.aim?.kind === 'ratio' ? 3 : 2);
  return [
    title,
    figure(ours, digits),
    figure(beside, digits),
    `${shown(median)} (${shown(low)}–${shown(high)})`,
    verdictOf(line),
  ];
}

/** Whether the aim was reached, and by how much or by how much not. */
export function verdictOf(line: Line): string {
  const { ours, beside = [], aim, unit = '', digits } = line;
  switch (aim?.kind) {
    case undefined:
      return '';
    case 'within': {
      const { slack } = aim;
      const over = spread(ours.map((value, round) => value - (beside[round] ?? Number.NaN))).median;
      const goal = slack === 0 ? 'the floor' : `the floor + ${slack} ${unit}`;
      return over <= slack
        ? `reached: ${goal}`
        : `NOT reached: ${(over - slack).toFixed(digits)} over ${goal}`;
    }
    case 'upTo': {
      const over = spread(ours).median - aim.limit;
      const goal = `at most ${aim.limit} ${unit}`.trim();
      return over <= 0 ? `reached: ${goal}` : `NOT reached: ${over.toFixed(digits)} over ${goal}`;
    }
    case 'all':
      return aim.aims.map((each) => verdictOf({ ...line, aim: each })).join('; ');
    case 'rate': {
      const { median } = spread(ours);
      const share = medianInterval(ratios(ours, beside)).median;
      if (median >= aim.least) return `reached: ${aim.least}`;
      return share >= aim.orRatio
        ? `reached: ${aim.orRatio.toFixed(2)} of what is beside it`
        : `NOT reached: ${(aim.least - median).toFixed(digits)} short of ${aim.least}, and ${share.toFixed(2)} of what is beside it`;
    }
    case 'below': {
      const goal = `less than ${aim.limit} ${unit}`.trim();
      const over = spread(ours).median - aim.limit;
      return over < 0 ? `reached: ${goal}` : `NOT reached: ${over.toFixed(digits)} over ${goal}`;
    }
    case 'ratioUpTo': {
      const { median } = medianInterval(ratios(ours, beside));
      const goal = `${aim.atMost.toFixed(2)} of what is beside it`;
      return median <= aim.atMost
        ? `reached: up to ${goal}`
        : `NOT reached: ${(median - aim.atMost).toFixed(2)} over ${goal}`;
    }
    case 'above': {
      const short = aim.limit - spread(ours).median;
      return short <= 0
        ? `reached: ${aim.limit}`
        : `NOT reached: ${short.toFixed(digits)} short of ${aim.limit}`;
    }
    case 'ratio': {
      const { low, high } = medianInterval(ratios(ours, beside));
      const goal = aim.atLeast.toFixed(2);
      if (low >= aim.atLeast) return `reached: ${goal}, by all of the interval`;
      if (high >= aim.atLeast && high - low > widest) return `UNDECIDED: too noisy for ${goal}`;
      return high >= aim.atLeast
        ? `reached: ${goal}, by a part of the interval`
        : `NOT reached: ${(aim.atLeast - high).toFixed(3)} short of ${goal}`;
    }
  }
}

/** A wider interval holds any aim: the machine was busy with other things. */
const widest = 0.05;

function ratios(ours: readonly number[], beside: readonly number[]): readonly number[] {
  return ours.map((value, round) => value / (beside[round] ?? Number.NaN));
}

function figure(values: readonly number[], digits: number): string {
  const { min, median, max } = spread(values);
  const text = median.toFixed(digits);
  return min.toFixed(digits) === max.toFixed(digits)
    ? text
    : `${text} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
