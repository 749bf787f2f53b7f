/** What is known of a request that failed: its line in the access log, and what was going on around it. */
import type { Observed, RecentCall } from '../../../src/local/observed.ts';
import type { Change } from './changes.ts';
import type { Heard } from './load.ts';
import type { Outage } from './outages.ts';

/** Milliseconds around a request of which everything is told. */
const around = 1_500;

/** The lines of the access log about requests that failed: the newest are to be read before they are forgotten. */
export class FailedCalls {
  readonly lines: RecentCall[] = [];
  readonly #calls: Observed['calls'];
  #last = 0;

  constructor({ calls }: Pick<Observed, 'calls'>) {
    this.#calls = calls;
  }

  read(): void {
    const news = this.#calls(this.#last);
    this.#last = news.at(-1)?.number ?? this.#last;
    this.lines.push(
      ...news.filter(({ record }) => !/"responseCode":(?:200|403)\b/.test(JSON.stringify(record))),
    );
  }
}

export interface Circumstances {
  /** When the run began, as requests tell the time. */
  readonly began: number;
  /** See `FailedCalls`. */
  readonly calls: readonly RecentCall[];
  readonly outages: readonly Outage[];
  readonly changes: readonly Change[];
}

/** Times are milliseconds since the run began. */
export function explain(heard: Heard, { began, calls, outages, changes }: Circumstances): string {
  const { kind, path, from, to, answer, requestId } = heard;
  const span = (each: { readonly from: number; readonly to: number }): string =>
    `${Math.round(each.from - began)}–${Math.round(each.to - began)}`;
  const near = (each: { readonly from: number; readonly to: number }): boolean =>
    each.from <= to + around && each.to >= from - around;
  const logged = calls.find(
    ({ record }) => requestId !== undefined && Object.values(record).includes(requestId),
  );
  const parts = [
    `${kind} ${path} at ${span({ from, to })}: ${answer}`,
    `log: ${logged === undefined ? 'no line' : `${logged.ending} ${JSON.stringify(logged.record)}`}`,
    `outages: ${outages
      .filter(near)
      .map((each) => `${each.kind} ${span(each)}`)
      .join(', ')}`,
    `changes: ${changes
      .filter(near)
      .map((each) => `${each.name} ${span(each)}`)
      .join(', ')}`,
  ];
  return parts.join('\n  ');
}
