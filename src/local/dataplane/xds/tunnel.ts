import type { ClusterJson } from '../../../envoy/proto/envoy/config/cluster/v3/cluster.gen.ts';
import type { ListenerJson } from '../../../envoy/proto/envoy/config/listener/v3/listener.gen.ts';
import type {
  HttpConnectionManagerJson,
  HttpFilterJson,
} from '../../../envoy/proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import { addressBits } from '../../state/ip-address.ts';
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
export function tunnelCluster(
  name: string,
  { namespace, families }: Pick<Bind, 'namespace' | 'families'>,
): ClusterJson {
  return {
    name,
    type: 'ORIGINAL_DST',
    lbPolicy: 'CLUSTER_PROVIDED',
    originalDstLbConfig: { useHttpHeader: true, httpHeaderName: ':authority' },
    connectTimeout: '5s',
    circuitBreakers: {
      thresholds: [{ maxConnections: unlimited, maxPendingRequests: unlimited, maxRetries: 0 }],
    },
    ...callingFrom(namespace, families),
  };
}

/** Whoever asks for another address or port is told so: 403. Addresses are compared by their digits. */
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
local function withinAddresses(digits)
  local family = {}
  for _, span in ipairs(addresses) do
    if #span[1] == #digits then table.insert(family, span) end
  end
  return within(digits, family)
end
local function ipv4(text)
  local a, b, c, d = string.match(text, "^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  if d == nil then return nil end
  a, b, c, d = tonumber(a), tonumber(b), tonumber(c), tonumber(d)
  if a > 255 or b > 255 or c > 255 or d > 255 then return nil end
  return string.format("%02x%02x%02x%02x", a, b, c, d)
end
local function groupsOf(text)
  local groups = {}
  for group in string.gmatch(text, "[^:]+") do
    if #group > 4 then return nil end
    table.insert(groups, string.format("%04x", tonumber(group, 16)))
  end
  return groups
end
local function ipv6(text)
  local front, back = string.match(text, "^(.-)::(.*)$")
  local first, last = groupsOf(front or text), groupsOf(back or "")
  if first == nil or last == nil then return nil end
  local missing = 8 - #first - #last
  if missing < 0 or (front == nil and missing > 0) then return nil end
  return table.concat(first) .. string.rep("0000", missing) .. table.concat(last)
end
function envoy_on_request(handle)
  local authority = handle:headers():get(":authority") or ""
  local address, port = string.match(authority, "^%[([%x:]+)%]:(%d+)$")
  local digits = address and ipv6(address)
  if address == nil then
    address, port = string.match(authority, "^([%d.]+):(%d+)$")
    digits = address and ipv4(address)
  end
  if digits ~= nil and withinAddresses(digits) and within(tonumber(port), ports) then return end
  handle:respond({[":status"] = "403", ["content-type"] = "text/plain"}, "It is not within the ranges of this resource: " .. authority)
end
`,
      },
    }),
  };
}

function luaPair([first, last]: readonly [first: number | string, last: number | string]): string {
  return `{${JSON.stringify(first)}, ${JSON.stringify(last)}}`;
}

/** The first and the last address of a range, in hexadecimal digits, as many as its family has. */
function spanOf(range: string): readonly (readonly [first: string, last: string])[] {
  const [address = '', prefix = ''] = range.split('/');
  const bits = addressBits(address);
  if (bits === undefined) return [];
  const own = bits.slice(0, Number(prefix));
  return [[hexadecimal(own.padEnd(bits.length, '0')), hexadecimal(own.padEnd(bits.length, '1'))]];
}

function hexadecimal(bits: string): string {
  return bits.replaceAll(/[01]{4}/g, (four) => Number.parseInt(four, 2).toString(16));
}
