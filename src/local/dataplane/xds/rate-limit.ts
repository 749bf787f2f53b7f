import type { RouteConfigurationJson } from '../../../envoy/proto/envoy/config/route/v3/route.gen.ts';
import type { HttpFilterJson } from '../../../envoy/proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import type { Limits } from './limits.ts';

const filterName = 'trellis.rate-limit';
const typeName = 'envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit';

/** In the path of requests only while there is a limit. By itself it limits nothing: each route configuration has its bucket. */
export function rateLimit({ requestsPerSecond }: Limits): readonly HttpFilterJson[] {
  if (requestsPerSecond === undefined) return [];
  return [{ name: filterName, typedConfig: anyOf(typeName, { statPrefix: 'lattice' }) }];
}

/** For route configurations: a bucket that holds what a second allows, and is full at first. */
export function limitedTo({
  requestsPerSecond,
}: Limits): NonNullable<RouteConfigurationJson['typedPerFilterConfig']> {
  if (requestsPerSecond === undefined) return {};
  return {
    [filterName]: anyOf(typeName, {
      statPrefix: 'lattice',
      tokenBucket: {
        maxTokens: requestsPerSecond,
        tokensPerFill: requestsPerSecond,
        fillInterval: '1s',
      },
      filterEnabled: always,
      filterEnforced: always,
    }),
  };
}

const always = { defaultValue: { numerator: 100, denominator: 'HUNDRED' } } as const;
