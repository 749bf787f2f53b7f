import { exposition } from '../../../metrics/exposition.ts';

/** A value of a metric, for one target group or one service. */
export interface Sample {
  readonly metric: Metric;
  readonly of: Dimension;
  readonly id: string;
  readonly value: number;
}

export type Dimension = 'target_group' | 'service';

/** The metrics that VPC Lattice publishes to CloudWatch in the namespace AWS/VpcLattice, by their names there. */
const metrics = {
  TotalConnectionCount: ['counter', 'total_connection_count'],
  ActiveConnectionCount: ['gauge', 'active_connection_count'],
  ConnectionErrorCount: ['counter', 'connection_error_count'],
  HTTP1_ConnectionCount: ['counter', 'http1_connection_count'],
  HTTP2_ConnectionCount: ['counter', 'http2_connection_count'],
  ConnectionTimeoutCount: ['counter', 'connection_timeout_count'],
  TotalReceivedConnectionBytes: ['counter', 'total_received_connection_bytes'],
  TotalSentConnectionBytes: ['counter', 'total_sent_connection_bytes'],
  TLSConnectionErrorCount: ['counter', 'tls_connection_error_count'],
  TotalTLSConnectionHandshakeCount: ['counter', 'total_tls_connection_handshake_count'],
  TotalRequestCount: ['counter', 'total_request_count'],
  ActiveRequestCount: ['gauge', 'active_request_count'],
  RequestTimeoutCount: ['counter', 'request_timeout_count'],
  HTTPCode_2XX_Count: ['counter', 'http_code_2xx_count'],
  HTTPCode_3XX_Count: ['counter', 'http_code_3xx_count'],
  HTTPCode_4XX_Count: ['counter', 'http_code_4xx_count'],
  HTTPCode_5XX_Count: ['counter', 'http_code_5xx_count'],
  // Of a time CloudWatch has sum and number of samples.
  'RequestTime, sum in milliseconds': ['counter', 'request_time_milliseconds_sum'],
  'RequestTime, number of samples': ['counter', 'request_time_milliseconds_count'],
} as const satisfies Readonly<Record<string, readonly ['counter' | 'gauge', string]>>;

export type Metric = keyof typeof metrics;

/** What Prometheus scrapes. Metrics without a sample are left out, as CloudWatch leaves out those without data. */
export function cloudWatchMetrics(samples: readonly Sample[]): string {
  return exposition(
    Object.entries(metrics).map(([metric, [type, suffix]]) => ({
      name: `aws_vpclattice_${suffix}`,
      type,
      help: `${metric} of AWS/VpcLattice`,
      samples: samples
        .filter((sample) => sample.metric === metric)
        .map(({ of, id, value }) => ({ labels: { [of]: id }, value })),
    })),
  );
}
