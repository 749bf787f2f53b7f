/** A metric by its name, with all that it says just now. */
export interface Family {
  readonly name: string;
  readonly type: MetricType;
  /** For people, in a sentence. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface Sample {
  /** Of a histogram. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
  readonly labels: Labels;
  readonly value: number;
}

export type Labels = Readonly<Record<string, string>>;

/** What an answer with an `exposition` is. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/** The text that Prometheus scrapes. Families that say nothing are left out. */
export function exposition(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) => {
      const lines = samples.map((sample) => `${lineOf(name, sample)}\n`);
      return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function lineOf(name: string, { suffix, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(
    ([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`,
  );
  return `${name}${suffix ?? ''}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberAsText(value)}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** As the format has it, also for what JavaScript spells in another way. */
export function numberAsText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
