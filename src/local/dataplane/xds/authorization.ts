import type { RouteConfigurationJson } from '../../../envoy/proto/envoy/config/route/v3/route.gen.ts';
import type { FilterJson } from '../../../envoy/proto/envoy/config/listener/v3/listener_components.gen.ts';
import type { HttpFilterJson } from '../../../envoy/proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import type { Service, ServiceNetwork } from '../../state/state.ts';
import { scopeHeader } from './host-scope.ts';

/** The cluster of the authorizer, which Envoy has from its start. */
export const authorizerCluster = 'authorizer';

const filterName = 'trellis.authorization';

/**
 * Asks the authorizer about each request that found a route. It is on unless a route configuration switches it off, so
 * that a request whose route is found late is asked about too. Whatever goes wrong closes.
 */
export const authorization: HttpFilterJson = {
  name: filterName,
  typedConfig: anyOf('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', {
    grpcService: { envoyGrpc: { clusterName: authorizerCluster }, timeout: '2s' },
    transportApiVersion: 'V3',
    failureModeAllow: false,
    statusOnError: { code: 'InternalServerError' },
    // Signatures cover bytes, and each line of a header is a value of its own.
    encodeRawHeaders: true,
  }),
};

/**
 * Asks about a connection that Lattice does not look into. Such a question has no headers, so the scope goes beside it.
 */
export function connectAuthorization(scope: string): FilterJson {
  return {
    name: filterName,
    typedConfig: anyOf('envoy.extensions.filters.network.ext_authz.v3.ExtAuthz', {
      statPrefix: 'lattice',
      grpcService: {
        envoyGrpc: { clusterName: authorizerCluster },
        timeout: '2s',
        initialMetadata: [{ key: scopeHeader, value: scope }],
      },
      transportApiVersion: 'V3',
      failureModeAllow: false,
    }),
  };
}

/** For route configurations of services that nobody asks for a signature or a policy. */
export const withoutAuthorization: NonNullable<RouteConfigurationJson['typedPerFilterConfig']> = {
  [filterName]: anyOf('envoy.config.route.v3.FilterConfig', { disabled: true }),
};

/** Whether either layer has auth type AWS_IAM. */
export function isGuarded(network: ServiceNetwork, service: Service): boolean {
  return network.authType !== 'NONE' || service.authType !== 'NONE';
}
