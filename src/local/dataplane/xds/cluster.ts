import type { ClusterJson } from '../../../envoy/proto/envoy/config/cluster/v3/cluster.gen.ts';
import type { HttpProtocolOptions_ExplicitHttpConfigJson as ExplicitHttpConfig } from '../../../envoy/proto/envoy/extensions/upstreams/http/v3/http_protocol_options.gen.ts';
import { upstreamProtocol } from '../../../envoy/resources/cluster.ts';
import { fromAds } from '../../../envoy/resources/config-source.ts';
import type { ProtocolVersion, TargetGroup } from '../../state/state.ts';
import { onlyForClientsOf } from './client-version.ts';
import { lasting } from './limits.ts';
import type { Limits } from './limits.ts';
import { callingFrom } from './namespace.ts';
import { targetTls } from './tls.ts';

/** Lattice has no such limits; Envoy has. */
export const unlimited = 1_000_000;

export interface ClusterSite {
  /** Of the service. */
  readonly idleTimeoutSeconds: number;
  readonly limits: Limits;
  /** See `namespaceOf`. */
  readonly namespace: string | undefined;
}

/** One target group: round robin over its targets, no retries, no limits. Its endpoints say who is healthy. */
export function clusterOf(
  { id, arn, config }: TargetGroup,
  { idleTimeoutSeconds, limits, namespace }: ClusterSite,
): ClusterJson {
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
      commonHttpProtocolOptions: { idleTimeout: lasting(idleTimeoutSeconds, limits) },
      // What invokes functions speaks HTTP/2.
      explicitHttpConfig: protocols[network === undefined ? 'HTTP2' : (network.protocolVersion ?? 'HTTP1')],
      ...onlyForClientsOf(network?.protocolVersion ?? 'HTTP1'),
    }),
    ...callingFrom(namespace, config.type === 'IP' ? config.ipAddressType : 'IPV4'),
    ...(network?.protocol === 'HTTPS' ? { transportSocket: targetTls } : {}),
  };
}

const protocols: Readonly<Record<ProtocolVersion, ExplicitHttpConfig>> = {
  HTTP1: { httpProtocolOptions: {} },
  HTTP2: { http2ProtocolOptions: {} },
  GRPC: { http2ProtocolOptions: {} },
};
