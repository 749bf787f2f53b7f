import type { FilterChainJson } from '../../../envoy/proto/envoy/config/listener/v3/listener_components.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import type { Action } from '../../state/listener-resources.ts';
import { connectionLog } from './access-log.ts';
import { connectAuthorization } from './authorization.ts';
import { scopeName } from './host-scope.ts';
import { httpConnection } from './http-connection.ts';
import type { ConnectionSite, Logging } from './http-connection.ts';
import { lasting, longestLife } from './limits.ts';
import { clientTls } from './tls.ts';
import type { ServedCertificate } from './tls.ts';

/** What becomes of a connection whose client asks for a host by TLS. */
export type TlsHost =
  | {
      readonly kind: 'terminate';
      readonly host: string;
      readonly certificate: ServedCertificate;
      readonly idleTimeoutSeconds: number;
      /** The route configuration of the service's listener. */
      readonly routes: string;
      readonly logging: Logging;
    }
  | {
      readonly kind: 'passThrough';
      readonly host: string;
      readonly idleTimeoutSeconds: number;
      /** The service, if connections need consent. */
      readonly guardedService: string | undefined;
      /** Forwards, and not all of its weights are zero. */
      readonly action: Action;
      readonly logging: Logging;
    };

/** Connections without TLS: the Host of each request says which service it is for. */
export function plainChain(site: ConnectionSite, logging: Logging, hasTlsBeside: boolean): FilterChainJson {
  return {
    ...(hasTlsBeside ? { filterChainMatch: { transportProtocol: 'raw_buffer' } } : {}),
    filters: [httpConnection(site, { by: 'host' }, logging)],
  };
}

/** Connections for one host. A client that names no host, or one of no service, finds no chain and is cut off. */
export function tlsChain(site: ConnectionSite, tls: TlsHost): FilterChainJson {
  const match = { name: tls.host, filterChainMatch: { transportProtocol: 'tls', serverNames: [tls.host] } };
  switch (tls.kind) {
    case 'terminate': {
      const { host, routes, idleTimeoutSeconds, logging } = tls;
      const finding = { by: 'connection', host, routes, idleTimeoutSeconds } as const;
      return {
        ...match,
        transportSocket: clientTls(tls.certificate),
        filters: [httpConnection(site, finding, logging)],
      };
    }
    case 'passThrough': {
      const proxy = {
        statPrefix: 'lattice',
        weightedClusters: { clusters: weighted(tls.action) },
        idleTimeout: lasting(tls.idleTimeoutSeconds, site.limits),
        maxDownstreamConnectionDuration: lasting(longestLife, site.limits),
        ...(tls.logging === 'logged' ? { accessLog: [connectionLog(site, tls.host)] } : {}),
      };
      const typedConfig = anyOf('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', proxy);
      const { guardedService: serviceId } = tls;
      const scope = scopeName({ ...site, host: tls.host });
      const guard = serviceId === undefined ? [] : [connectAuthorization({ scope, serviceId })];
      return { ...match, filters: [...guard, { name: 'envoy.filters.network.tcp_proxy', typedConfig }] };
    }
  }
}

/** The target groups that a forward can choose, as clusters; none when every weight is zero. */
export function weighted(action: Action): readonly { readonly name: string; readonly weight: number }[] {
  const groups = action.kind === 'forward' ? action.targetGroups : [];
  return groups.flatMap(({ targetGroupId, weight }) => (weight > 0 ? [{ name: targetGroupId, weight }] : []));
}
