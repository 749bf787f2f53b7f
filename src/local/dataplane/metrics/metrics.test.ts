import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CallCounts } from './call-counts.ts';
import { cloudWatchMetrics } from './cloudwatch.ts';
import { targetGroupSamples } from './target-group-stats.ts';

suite('CloudWatch metrics for Prometheus', () => {
  test('what Envoy counts of a target group has the name that VPC Lattice gives it', () => {
    const stats = [
      'cluster.tg-1.upstream_cx_total: 3',
      'cluster.tg-1.ssl.handshake: 2',
      'cluster.tg-1.ssl.ciphers.ECDHE: 2',
      'cluster.tg-2.upstream_cx_total: 0',
      'cluster.tg-1.upstream_cx_length_ms: P0(nan,1)',
      '',
    ];
    assert.equal(
      cloudWatchMetrics(targetGroupSamples(stats.join('\n'))),
      [
        '# HELP aws_vpclattice_total_connection_count TotalConnectionCount of AWS/VpcLattice',
        '# TYPE aws_vpclattice_total_connection_count counter',
        'aws_vpclattice_total_connection_count{target_group="tg-1"} 3',
        'aws_vpclattice_total_connection_count{target_group="tg-2"} 0',
        '# HELP aws_vpclattice_total_tls_connection_handshake_count TotalTLSConnectionHandshakeCount of AWS/VpcLattice',
        '# TYPE aws_vpclattice_total_tls_connection_handshake_count counter',
        'aws_vpclattice_total_tls_connection_handshake_count{target_group="tg-1"} 2',
        '',
      ].join('\n'),
    );
  });

  test('calls count for their service, and for the target group that took them', () => {
    const counts = new CallCounts();
    const call = { serviceId: 'svc-1', targetGroupId: 'tg-1', durationMs: 5, timedOut: false };
    counts.count({ ...call, responseCode: 204 });
    counts.count({ ...call, responseCode: 504, timedOut: true });
    counts.count({ ...call, responseCode: 403, targetGroupId: undefined });
    counts.count({ ...call, responseCode: 0 });
    const values = cloudWatchMetrics(counts.samples())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.slice('aws_vpclattice_'.length));
    assert.deepEqual(values, [
      'total_request_count{service="svc-1"} 4',
      'request_timeout_count{service="svc-1"} 1',
      'http_code_2xx_count{service="svc-1"} 1',
      'http_code_2xx_count{target_group="tg-1"} 1',
      'http_code_4xx_count{service="svc-1"} 1',
      'http_code_5xx_count{service="svc-1"} 1',
      'http_code_5xx_count{target_group="tg-1"} 1',
      'request_time_milliseconds_sum{service="svc-1"} 20',
      'request_time_milliseconds_sum{target_group="tg-1"} 15',
      'request_time_milliseconds_count{service="svc-1"} 4',
      'request_time_milliseconds_count{target_group="tg-1"} 3',
    ]);
  });
});
