import type { BootstrapJson } from '../proto/envoy/config/bootstrap/v3/bootstrap.gen.ts';
import { http2Upstream } from './cluster.ts';
import { fromAds } from './config-source.ts';

export interface BootstrapOptions {
  /** Socket of the server that has everything else. */
  readonly adsSocket: string;
  readonly adminSocket: string;
  readonly nodeId: string;
  /** Further gRPC services that configuration may name: sockets by name of cluster. */
  readonly services: Readonly<Record<string, string>>;
}

const adsCluster = 'ads';

/** What Envoy starts with: where to ask for its configuration, and where we ask how it is. */
export function bootstrap({ adsSocket, adminSocket, nodeId, services }: BootstrapOptions): BootstrapJson {
  return {
    node: { id: nodeId, cluster: 'trellis' },
    admin: { address: { pipe: { path: adminSocket, mode: 0o600 } } },
    dynamicResources: {
      adsConfig: {
        apiType: 'DELTA_GRPC',
        transportApiVersion: 'V3',
        grpcServices: [
          {
            envoyGrpc: {
              clusterName: adsCluster,
              retryPolicy: { retryBackOff: { baseInterval: '0.05s', maxInterval: '1s' } },
            },
          },
        ],
      },
      cdsConfig: fromAds,
      ldsConfig: fromAds,
    },
    layeredRuntime: {
      layers: [
        {
          name: 'trellis',
          staticLayer: {
            // A header that comes several times is matched as one, joined by commas.
            'envoy.reloadable_features.match_headers_individually': false,
            // Lattice limits the headers of requests alone; Envoy would answer 502 to more than 100 lines or 60 KB of a target.
            'envoy.reloadable_features.max_response_headers_count': 10_000,
            'envoy.reloadable_features.max_response_headers_size_kb': 1024,
          },
        },
      ],
    },
    staticResources: {
      clusters: Object.entries({ [adsCluster]: adsSocket, ...services }).map(([name, path]) => ({
        name,
        type: 'STATIC',
        connectTimeout: '1s',
        loadAssignment: {
          clusterName: name,
          endpoints: [{ lbEndpoints: [{ endpoint: { address: { pipe: { path } } } }] }],
        },
        typedExtensionProtocolOptions: http2Upstream,
      })),
    },
  };
}
