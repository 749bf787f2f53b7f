import type { ClusterJson } from '../../../envoy/proto/envoy/config/cluster/v3/cluster.gen.ts';
import type { TransportSocketJson } from '../../../envoy/proto/envoy/config/core/v3/base.gen.ts';
import type { HttpProtocolOptions_ExplicitHttpConfigJson as ExplicitHttpConfig } from '../../../envoy/proto/envoy/extensions/upstreams/http/v3/http_protocol_options.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import { upstreamProtocol } from '../../../envoy/resources/cluster.ts';
import { fromAds } from '../../../envoy/resources/config-source.ts';
import type { ProtocolVersion, TargetGroup } from '../../state/state.ts';

/** Lattice has no such limits; Envoy has. */
const unlimited = 1_000_000;

/** One target group: round robin over its targets, no retries, no limits. Its endpoints say who is healthy. */
export function clusterOf({ id, arn, config }: TargetGroup, idleTimeoutSeconds: number): ClusterJson {
  const network = config.type === 'LAMBDA' ? undefined : config;
  return {
    name: id,
    type: 'EDS',
    edsClusterConfig: { edsConfig: fromAds },
    lbPolicy: 'ROUND_ROBIN',
    connectTimeout: '5s',
    // Envoy shall not route to the unhealthy by itself: when all are, the endpoints say that all are healthy.
    commonLbConfig: { healthyPanicThreshold: { value: 0 } },
    circuitBreakers: {
      thresholds: [
        {
          maxConnections: unlimited,
          maxPendingRequests: unlimited,
          maxRequests: unlimited,
          maxRetries: 0,
        },
      ],
    },
    metadata: { filterMetadata: { trellis: { targetGroupArn: arn } } },
    typedExtensionProtocolOptions: upstreamProtocol({
      commonHttpProtocolOptions: { idleTimeout: `${idleTimeoutSeconds}s` },
      explicitHttpConfig: protocols[network?.protocolVersion ?? 'HTTP1'],
    }),
    ...(network?.protocol === 'HTTPS' ? { transportSocket: unverifiedTls } : {}),
  };
}

const protocols: Readonly<Record<ProtocolVersion, ExplicitHttpConfig>> = {
  HTTP1: { httpProtocolOptions: {} },
  HTTP2: { http2ProtocolOptions: {} },
  GRPC: { http2ProtocolOptions: {} },
};

/** Lattice accepts any certificate of a target, also a self-signed or expired one. */
const unverifiedTls: TransportSocketJson = {
  name: 'envoy.transport_sockets.tls',
  typedConfig: anyOf('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
    commonTlsContext: {
      tlsParams: { tlsMinimumProtocolVersion: 'TLSv1_2', tlsMaximumProtocolVersion: 'TLSv1_3' },
    },
  }),
};
