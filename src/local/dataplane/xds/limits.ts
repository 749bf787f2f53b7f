/** What bounds the traffic of every service, as an operator of this local world may change it. */
export interface Limits {
  /** Idle time-outs and the life of connections are those of AWS, times this. */
  readonly timeScale: number;
  /** That one listener of a service takes from the clients of one network; any number when absent. */
  readonly requestsPerSecond?: number;
}

/** Times as at AWS. Its 10,000 requests per second are for each availability zone, of which there are none here. */
export const usualLimits: Limits = { timeScale: 1 };

/** No connection of a service lives longer, and so no request. */
export const longestLife = 600;

/** So many seconds of AWS's, as Envoy writes a duration; never none at all, which would be no limit. */
export function lasting(seconds: number, { timeScale }: Limits): string {
  return `${Math.max(1, Math.round(seconds * timeScale * 1000)) / 1000}s`;
}

/** Whether times may be scaled so: Lattice's are the longest. */
export function isTimeScale(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 1;
}

/** Whether requests may be limited so. */
export function isRequestRate(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= 1_000_000_000;
}
