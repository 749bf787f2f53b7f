import type { Metric, Sample } from './cloudwatch.ts';

/** What to ask Envoy's admin interface for. */
export const targetGroupStats = `/stats?filter=${encodeURIComponent('^cluster\\.tg-')}`;

/** By Envoy's name below `cluster.<target group>.`. */
const metricOf = new Map<string, Metric>([
  ['upstream_cx_total', 'TotalConnectionCount'],
  ['upstream_cx_active', 'ActiveConnectionCount'],
  ['upstream_cx_connect_fail', 'ConnectionErrorCount'],
  ['upstream_cx_http1_total', 'HTTP1_ConnectionCount'],
  ['upstream_cx_http2_total', 'HTTP2_ConnectionCount'],
  ['upstream_cx_connect_timeout', 'ConnectionTimeoutCount'],
  ['upstream_cx_rx_bytes_total', 'TotalReceivedConnectionBytes'],
  ['upstream_cx_tx_bytes_total', 'TotalSentConnectionBytes'],
  ['ssl.connection_error', 'TLSConnectionErrorCount'],
  ['ssl.handshake', 'TotalTLSConnectionHandshakeCount'],
  ['upstream_rq_total', 'TotalRequestCount'],
  ['upstream_rq_active', 'ActiveRequestCount'],
]);

/** What Envoy counts by itself of connections and requests to target groups, logged or not. */
export function targetGroupSamples(stats: string): readonly Sample[] {
  return stats.split('\n').flatMap((line): readonly Sample[] => {
    const [, id = '', name = '', value = ''] = /^cluster\.(tg-[^.]+)\.(.+): (\d+)$/.exec(line) ?? [];
    const metric = metricOf.get(name);
    return metric === undefined ? [] : [{ metric, of: 'target_group', id, value: Number(value) }];
  });
}
