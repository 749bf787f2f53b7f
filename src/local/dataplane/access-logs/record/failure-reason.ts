import type {
  AccessLogCommon,
  ResponseFlags,
} from '../../../../envoy/proto/envoy/data/accesslog/v3/accesslog.gen.ts';

/** Why a request or a connection did not end as its client wished, in the words of Lattice. */
export type FailureReason =
  | 'TargetConnectionError'
  | 'TargetProtocolError'
  | 'TargetDataTimeout'
  | 'TargetConnectionClosed'
  | 'ClientConnectionClosed'
  | 'ClientRateLimited'
  | 'ClientAccessDenied'
  | 'ClientProtocolError'
  | 'ConnectionDurationExceeded'
  | 'InternalError';

/** How an entry ended, as Envoy tells it. */
export interface Ending {
  readonly common: AccessLogCommon;
  /** Absent for connections. */
  readonly responseCode?: number | undefined;
  /** Envoy's word for where the response came from. */
  readonly details?: string;
}

/** The reason, or undefined when nothing failed: an answer of the target's own, whatever its code, is none. */
export function failureReasonOf({ common, responseCode, details }: Ending): FailureReason | undefined {
  const { responseFlags: flags, upstreamTransportFailureReason: transport } = common;
  // When the authorizer itself fails, Envoy calls it unauthorized, too.
  if (flags?.unauthorizedDetails !== undefined) {
    return details === undecided ? 'InternalError' : 'ClientAccessDenied';
  }
  // Envoy has no flag for that.
  if (details === 'max_duration_timeout') return 'ConnectionDurationExceeded';
  // A request that Envoy does not take: it says so, or breaks off the stream with or without a flag.
  if (responseCode === badRequest && details !== answered) return 'ClientProtocolError';
  if (details !== undefined && codecError.test(details)) return 'ClientProtocolError';
  // An end before its time is an error of the protocol, too, for Envoy.
  if (details?.startsWith(brokenOff) === true) return 'TargetConnectionClosed';
  if (flags === undefined) return undefined;
  if (flags.upstreamConnectionFailure && transport.startsWith('TLS_error')) return 'TargetProtocolError';
  return reasons.find(([flag]) => flags[flag])?.[1];
}

const badRequest = 400;
/** Whatever the status: a call of gRPC that is refused has that of success. */
const undecided = 'ext_authz_error';
/** Whatever the target's own answer was. */
const answered = 'via_upstream';
/** Of what came from the client. */
const codecError = /^http[12]\./;
/** Followed by why. */
const brokenOff = 'upstream_reset_after_response_started';

type Flag = { [K in keyof ResponseFlags]: ResponseFlags[K] extends boolean ? K : never }[keyof ResponseFlags];

/** The first flag that is set decides. */
const reasons: readonly (readonly [Exclude<Flag, undefined>, FailureReason])[] = [
  ['upstreamProtocolError', 'TargetProtocolError'],
  ['upstreamConnectionFailure', 'TargetConnectionError'],
  ['upstreamRetryLimitExceeded', 'TargetConnectionError'],
  ['noHealthyUpstream', 'TargetConnectionError'],
  ['upstreamConnectionTermination', 'TargetConnectionClosed'],
  ['upstreamRemoteReset', 'TargetConnectionClosed'],
  ['upstreamRequestTimeout', 'TargetDataTimeout'],
  ['streamIdleTimeout', 'TargetDataTimeout'],
  ['durationTimeout', 'ConnectionDurationExceeded'],
  ['upstreamMaxStreamDurationReached', 'ConnectionDurationExceeded'],
  ['rateLimited', 'ClientRateLimited'],
  ['downstreamProtocolError', 'ClientProtocolError'],
  ['invalidEnvoyRequestHeaders', 'ClientProtocolError'],
  ['downstreamConnectionTermination', 'ClientConnectionClosed'],
  ['downstreamRemoteReset', 'ClientConnectionClosed'],
  ['upstreamOverflow', 'InternalError'],
  ['overloadManager', 'InternalError'],
  ['noClusterFound', 'InternalError'],
  ['noFilterConfigFound', 'InternalError'],
  ['dnsResolutionFailure', 'InternalError'],
  ['localReset', 'InternalError'],
];
