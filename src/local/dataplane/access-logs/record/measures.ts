import type { AccessLogCommon } from '../../../../envoy/proto/envoy/data/accesslog/v3/accesslog.gen.ts';
import { formatIso } from '../../../auth/instant.ts';

/** When a call was and how long it took; durations are whole milliseconds. */
export interface Times {
  readonly startTime: string;
  readonly duration: number;
  /** Until the last byte was with the target; 0 when none was. */
  readonly requestToTargetDuration: number;
  /** From the target's first byte to the last one for the client; 0 when the target said nothing. */
  readonly responseFromTargetDuration: number;
}

type Span = { readonly seconds: bigint; readonly nanos: number } | undefined;

/** The times of a call, as Envoy measured them from its start. */
export function timesOf(common: AccessLogCommon): Times {
  const { startTime, duration, timeToLastUpstreamTxByte, timeToFirstUpstreamRxByte } = common;
  const whole = millisecondsOf(duration) ?? millisecondsOf(common.timeToLastDownstreamTxByte) ?? 0;
  const firstBack = millisecondsOf(timeToFirstUpstreamRxByte);
  const lastOut = millisecondsOf(common.timeToLastDownstreamTxByte) ?? whole;
  return {
    startTime: formatIso(startOf({ startTime })),
    duration: Math.round(whole),
    requestToTargetDuration: Math.round(millisecondsOf(timeToLastUpstreamTxByte) ?? 0),
    responseFromTargetDuration: firstBack === undefined ? 0 : Math.max(0, Math.round(lastOut - firstBack)),
  };
}

/** In milliseconds since 1970. */
export function startOf({ startTime }: Pick<AccessLogCommon, 'startTime'>): number {
  return millisecondsOf(startTime) ?? 0;
}

function millisecondsOf(span: Span): number | undefined {
  return span === undefined ? undefined : Number(span.seconds) * 1000 + span.nanos / 1e6;
}
