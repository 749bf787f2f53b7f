import type { ClusterJson } from '../../../envoy/proto/envoy/config/cluster/v3/cluster.gen.ts';
import type { ListenerJson } from '../../../envoy/proto/envoy/config/listener/v3/listener.gen.ts';
import type {
  HttpConnectionManagerJson,
  HttpFilterJson,
} from '../../../envoy/proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import type { ResourceSetup } from '../../state/vpc-resources.ts';
import { tunnelLog } from './access-log.ts';
import { unlimited } from './cluster.ts';
import type { Logging } from './http-connection.ts';
import { lasting } from './limits.ts';
import type { Limits } from './limits.ts';
import { callingFrom, listeningAt } from './namespace.ts';
import type { Bind } from './namespace.ts';
import { resourceIdleTimeout } from './resource.ts';

/**
 * Where a tunnel endpoint takes connections into ranges of addresses. At AWS packets come to this port as UDP, in GENEVE; that
 * takes a network device, so here clients say by HTTP CONNECT which address and port they want.
 */
export const tunnelPort = 6081;

export type Ranges = Extract<ResourceSetup, { type: 'CIDR' }>;

export interface Tunnel {
  readonly entranceKey: string;
  readonly ranges: Ranges;
  readonly cluster: string;
  readonly bind: Bind;
  readonly logging: Logging;
  readonly limits: Limits;
}

/** Carries connections to addresses within the ranges, for as long as one side says something now and then. */
export function tunnelListener({
  entranceKey,
  ranges,
  cluster,
  bind,
  logging,
  limits,
}: Tunnel): ListenerJson {
  const idleTimeout = lasting(resourceIdleTimeout, limits);
  const upgrade = { upgradeType: 'CONNECT' };
  const manager: HttpConnectionManagerJson = {
    statPrefix: 'lattice',
    codecType: 'HTTP1',
    routeConfig: {
      virtualHosts: [
        {
          name: cluster,
          domains: ['*'],
          routes: [
            {
              match: { connectMatcher: {} },
              route: {
                cluster,
                timeout: '0s',
                idleTimeout,
                upgradeConfigs: [{ ...upgrade, connectConfig: {} }],
              },
            },
          ],
        },
      ],
    },
    upgradeConfigs: [upgrade],
    httpFilters: [
      withinRanges(ranges),
      {
        name: 'envoy.filters.http.router',
        typedConfig: anyOf('envoy.extensions.filters.http.router.v3.Router', { suppressEnvoyHeaders: true }),
      },
    ],
    streamIdleTimeout: idleTimeout,
    generateRequestId: false,
    serverHeaderTransformation: 'PASS_THROUGH',
    ...(logging === 'logged' ? { accessLog: [tunnelLog(entranceKey)] } : {}),
  };
  return {
    name: `${entranceKey}/${tunnelPort}`,
    ...listeningAt(bind),
    enableReusePort: false,
    filterChains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typedConfig: anyOf(
              'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
              manager,
            ),
          },
        ],
      },
    ],
  };
}

/** Connects to the address that a client named, from the VPC that the gateway is in. */
export function tunnelCluster(name: string, namespace: string | undefined): ClusterJson {
  return {
    name,
    type: 'ORIGINAL_DST',
    lbPolicy: 'CLUSTER_PROVIDED',
    originalDstLbConfig: { useHttpHeader: true, httpHeaderName: ':authority' },
    connectTimeout: '5s',
    circuitBreakers: {
      thresholds: [{ maxConnections: unlimited, maxPendingRequests: unlimited, maxRetries: 0 }],
    },
    ...callingFrom(namespace),
  };
}

/** Whoever asks for another address or port is told so: 403. Ranges of IPv6 carry nothing. */
function withinRanges({ cidrRanges, portRanges }: Ranges): HttpFilterJson {
  const addresses = cidrRanges.flatMap((range) => spanOf(range)).map(luaPair);
  const ports = portRanges
    .map((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return [first, last] as const;
    })
    .map(luaPair);
  return {
    name: 'trellis.within-ranges',
    typedConfig: anyOf('envoy.extensions.filters.http.lua.v3.Lua', {
      defaultSourceCode: {
        inlineString: `local addresses = {${addresses.join(', ')}}
local ports = {${ports.join(', ')}}
local function within(value, spans)
  for _, span in ipairs(spans) do
    if value >= span[1] and value <= span[2] then return true end
  end
  return false
end
function envoy_on_request(handle)
  local authority = handle:headers():get(":authority") or ""
  local a, b, c, d, port = string.match(authority, "^(%d+)%.(%d+)%.(%d+)%.(%d+):(%d+)$")
  if port ~= nil then
    a, b, c, d = tonumber(a), tonumber(b), tonumber(c), tonumber(d)
    local isAddress = a < 256 and b < 256 and c < 256 and d < 256
    local address = ((a * 256 + b) * 256 + c) * 256 + d
    if isAddress and within(address, addresses) and within(tonumber(port), ports) then return end
  end
  handle:respond({[":status"] = "403", ["content-type"] = "text/plain"}, "It is not within the ranges of this resource: " .. authority)
end
`,
      },
    }),
  };
}

function luaPair([first, last]: readonly [first: number, last: number]): string {
  return `{${first}, ${last}}`;
}

/** The first and the last address of a range of IPv4, as numbers. */
function spanOf(range: string): readonly (readonly [first: number, last: number])[] {
  const [address = '', prefix = ''] = range.split('/');
  const bytes = address.split('.').map(Number);
  if (bytes.length !== 4) return [];
  const size = 2 ** (32 - Number(prefix));
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const first = Math.floor(number / size) * size;
  return [[first, first + size - 1]];
}
