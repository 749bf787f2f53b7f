import type { Dimension, Metric, Sample } from './cloudwatch.ts';

/** What is counted of a call. */
export interface CountedCall {
  /** Undefined when there was none. */
  readonly serviceId: string | undefined;
  readonly targetGroupId: string | undefined;
  /** 0 when there was no response. */
  readonly responseCode: number;
  readonly durationMs: number;
  readonly timedOut: boolean;
}

/** Counts calls by service and by target group, from the start of the process. */
export class CallCounts {
  readonly #counts = new Map<Dimension, Map<string, Map<Metric, number>>>();

  count({ serviceId, targetGroupId, responseCode, durationMs, timedOut }: CountedCall): void {
    const answered = codes.get(Math.floor(responseCode / 100));
    const increments: readonly (readonly [Metric, number])[] = [
      ...(answered === undefined ? [] : [[answered, 1] as const]),
      ['RequestTime, sum in milliseconds', durationMs],
      ['RequestTime, number of samples', 1],
    ];
    if (serviceId !== undefined) {
      const timeouts = timedOut ? [['RequestTimeoutCount', 1] as const] : [];
      this.#add('service', serviceId, [['TotalRequestCount', 1], ...timeouts, ...increments]);
    }
    // Envoy itself counts requests to target groups.
    if (targetGroupId !== undefined) this.#add('target_group', targetGroupId, increments);
  }

  samples(): readonly Sample[] {
    return [...this.#counts].flatMap(([of, byId]) =>
      [...byId].flatMap(([id, values]) => [...values].map(([metric, value]) => ({ metric, of, id, value }))),
    );
  }

  #add(of: Dimension, id: string, increments: readonly (readonly [Metric, number])[]): void {
    const byId = this.#counts.get(of) ?? new Map<string, Map<Metric, number>>();
    const values = byId.get(id) ?? new Map<Metric, number>();
    for (const [metric, by] of increments) values.set(metric, (values.get(metric) ?? 0) + by);
    this.#counts.set(of, byId.set(id, values));
  }
}

/** By the first digit of a status. */
const codes = new Map<number, Metric>([
  [2, 'HTTPCode_2XX_Count'],
  [3, 'HTTPCode_3XX_Count'],
  [4, 'HTTPCode_4XX_Count'],
  [5, 'HTTPCode_5XX_Count'],
]);
