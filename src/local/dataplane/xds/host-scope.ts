import type { ScopedRouteConfigurationJson } from '../../../envoy/proto/envoy/config/route/v3/scoped_route.gen.ts';
import type { ScopedRoutesJson } from '../../../envoy/proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import type { HttpFilterJson } from '../../../envoy/proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import type { HeaderMutationJson } from '../../../envoy/proto/envoy/config/common/mutation_rules/v3/mutation_rules.gen.ts';
import type { RouteConfigurationJson } from '../../../envoy/proto/envoy/config/route/v3/route.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import { fromAds } from '../../../envoy/resources/config-source.ts';
import type { Service } from '../../state/state.ts';
import { isHostName } from './host-name.ts';

/**
 * A request finds its service by the listener it came in on and by its host. Envoy looks that up in one header, so every
 * listener writes both into one of ours, and every route configuration takes it out again.
 */
export const scopeHeader = 'x-trellis-scope';

/** The names under which clients call a service, in lower case. */
export function hostsOf({ dnsEntry, customDomainName }: Service): readonly string[] {
  const names = [dnsEntry.domainName, ...(customDomainName === undefined ? [] : [customDomainName])];
  return [...new Set(names.filter(isHostName).map((name) => name.toLowerCase()))];
}

export interface ScopeSite {
  readonly associationId: string;
  /** Of the Lattice listener. */
  readonly port: number;
}

/** The name of a scope, and its key: no part of it has a colon. */
export function scopeName({ associationId, port, host }: ScopeSite & { readonly host: string }): string {
  return `${associationId}/${port}/${host}`;
}

export function scopeOf(name: string, routeConfigurationName: string): ScopedRouteConfigurationJson {
  return { name, routeConfigurationName, key: { fragments: [{ stringKey: name }] } };
}

/** What a listener does first with a request. Without a host that is settled it is that of the request. */
export function writeScope(
  { associationId, port }: ScopeSite,
  host = '%REQ(:authority)%',
): HeaderMutationJson {
  const value = scopeName({ associationId, port, host });
  return {
    append: { header: { key: scopeHeader, value }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' },
  };
}

/** The key is what stands before the first colon: a port in the host does not count. */
export const scopedRoutes: ScopedRoutesJson = {
  name: 'lattice',
  scopeKeyBuilder: {
    fragments: [{ headerValueExtractor: { name: scopeHeader, elementSeparator: ':', index: 0 } }],
  },
  rdsConfigSource: fromAds,
  scopedRds: { scopedRdsConfigSource: fromAds },
};

const filterName = 'trellis.lower-case-host';

/**
 * Hosts are equal in any case, scopes are not. A request that found no route is looked up once more by its host in lower
 * case. One that found its route never meets this filter.
 */
export const lowerCaseHost: HttpFilterJson = {
  name: filterName,
  typedConfig: anyOf('envoy.extensions.filters.http.lua.v3.Lua', {
    defaultSourceCode: {
      inlineString: `function envoy_on_request(handle)
  local headers = handle:headers()
  local scope = headers:get("${scopeHeader}")
  if scope == nil then return end
  local lower = string.lower(scope)
  if lower ~= scope then
    headers:replace("${scopeHeader}", lower)
    handle:clearRouteCache()
  end
end
`,
    },
  }),
};

/** For every route configuration: the filter above has nothing to do when there is a route. */
export const withoutLowerCaseHost: NonNullable<RouteConfigurationJson['typedPerFilterConfig']> = {
  [filterName]: anyOf('envoy.config.route.v3.FilterConfig', { disabled: true }),
};
