import { numberAsText } from './exposition.ts';
import type { Family, Labels, MetricType, Sample } from './exposition.ts';

/** What a metric is: a row of a table that says all of a program's metrics. */
export interface Description {
  readonly type: MetricType;
  readonly labels: readonly string[];
  /** For people, in a sentence. */
  readonly help: string;
  /** Upper bounds, in order; those of Prometheus' own libraries unless told. */
  readonly buckets?: readonly number[];
}

export type Descriptions = Readonly<Record<string, Description>>;

/** The value of each label that a metric has. */
export type LabelsOf<One extends Description> = Readonly<Record<One['labels'][number], string>>;

/** A value that is looked up when somebody asks, and not counted. */
export type Measurement<Table extends Descriptions> = {
  readonly [Name in keyof Table]: {
    readonly name: Name;
    readonly labels: LabelsOf<Table[Name]>;
    readonly value: number;
  };
}[keyof Table];

const usualBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Counts by name and labels, from the start of the process. */
export class Instruments<Table extends Descriptions> {
  readonly #table: Table;
  readonly #counts = new Map<string, Map<string, { readonly labels: Labels; value: number }>>();
  readonly #histograms = new Map<string, Map<string, Histogram>>();

  constructor(table: Table) {
    this.#table = table;
  }

  count<Name extends keyof Table & string>(name: Name, labels: LabelsOf<Table[Name]>, by = 1): void {
    const series = of(this.#counts, name, () => new Map());
    of(series, JSON.stringify(labels), () => ({ labels, value: 0 })).value += by;
  }

  observe<Name extends keyof Table & string>(name: Name, labels: LabelsOf<Table[Name]>, value: number): void {
    const bounds = this.#table[name]?.buckets ?? usualBuckets;
    const series = of(this.#histograms, name, () => new Map());
    of(series, JSON.stringify(labels), () => new Histogram(labels, bounds)).observe(value);
  }

  /** Every metric of the table in its order, with what was counted and what was measured just now. */
  families(measured: readonly Measurement<Table>[]): readonly Family[] {
    return Object.entries(this.#table).map(([name, { type, help }]) => ({
      name,
      type,
      help,
      samples: [
        ...(this.#counts.get(name)?.values() ?? []),
        ...[...(this.#histograms.get(name)?.values() ?? [])].flatMap((histogram) => histogram.samples()),
        ...measured.filter((one) => one.name === name),
      ],
    }));
  }
}

class Histogram {
  readonly #labels: Labels;
  readonly #buckets: { readonly bound: number; count: number }[];
  #sum = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.#labels = labels;
    this.#buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound) => ({ bound, count: 0 }));
  }

  observe(value: number): void {
    this.#sum += value;
    for (const bucket of this.#buckets) if (value <= bucket.bound) bucket.count += 1;
  }

  samples(): readonly Sample[] {
    const labels = this.#labels;
    return [
      ...this.#buckets.map(({ bound, count }) => ({
        suffix: '_bucket' as const,
        labels: { ...labels, le: numberAsText(bound) },
        value: count,
      })),
      { suffix: '_sum', labels, value: this.#sum },
      { suffix: '_count', labels, value: this.#buckets.at(-1)?.count ?? 0 },
    ];
  }
}

function of<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
