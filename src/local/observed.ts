import type { Limits } from './dataplane/xds/limits.ts';

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
  /** When it began, in milliseconds since 1970. Calls come in the order in which Envoy's threads tell of them. */
  readonly startedAt: number;
  /** The line, as the access log of Lattice has it. */
  readonly record: object;
  /** Where the response came from, in Envoy's words; empty for a connection. The log of Lattice does not tell. */
  readonly ending: string;
}

/** What Envoy does not take was made of this. */
export interface RefusedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A part of the configuration that Envoy does not take: the last one that it took stays. */
export interface RefusedConfiguration {
  /** What Envoy calls it: a listener, a cluster, a route configuration; or a certificate, which Envoy was not shown. */
  readonly kind: string;
  readonly name: string;
  /** Why; of what was shown, in Envoy's words. */
  readonly message: string;
  readonly resources: readonly RefusedResource[];
}

/** What a data plane tells of the traffic, and what operators tell it. */
export interface Observed {
  /** Calls that are logged, the newest ones and in order, from the one after a number on. */
  calls(after: number): readonly RecentCall[];
  /** What Prometheus scrapes. Rejects when Envoy does not answer. */
  metrics(signal: AbortSignal): Promise<string>;
  /** Nothing, unless a port is in use or our configuration is wrong. */
  refused(): readonly RefusedConfiguration[];
  /** What bounds all traffic at present. */
  limits(): Limits;
  setLimits(limits: Limits): void;
  /** From the next change on, each waits so many milliseconds before traffic follows. */
  setPropagationDelay(ms: number): void;
}
