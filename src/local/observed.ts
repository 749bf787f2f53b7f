/** A call that somebody has a log of. */
export interface RecentCall {
  /** Grows with each call. */
  readonly number: number;
  /** Id of the network that it came through. */
  readonly networkId: string;
  /** Id of the service that it was for, if there was one. */
  readonly serviceId?: string;
  /** ARNs of where its line went. */
  readonly destinations: readonly string[];
  /** The line, as the access log of Lattice has it. */
  readonly record: object;
}

/** What a data plane tells of the traffic, for whoever looks. */
export interface Observed {
  /** Calls that are logged, the newest ones and in order, from the one after a number on. */
  calls(after: number): readonly RecentCall[];
  /** What Prometheus scrapes. Rejects when Envoy does not answer. */
  metrics(signal: AbortSignal): Promise<string>;
}
