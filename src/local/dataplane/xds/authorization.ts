import type { RouteConfigurationJson } from '../../../envoy/proto/envoy/config/route/v3/route.gen.ts';
import type { FilterJson } from '../../../envoy/proto/envoy/config/listener/v3/listener_components.gen.ts';
import type { HttpFilterJson } from '../../../envoy/proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import type { Service, ServiceNetwork } from '../../state/state.ts';
import { scopeHeader } from './host-scope.ts';

/** The cluster of the authorizer, which Envoy has from its start. */
export const authorizerCluster = 'authorizer';

const filterName = 'trellis.authorization';

/** Under which a question about a request names its service. */
export const serviceExtension = 'service';

/** The header that does the same beside a question about a connection. */
export const serviceMetadata = 'x-trellis-service';

type TypedPerFilterConfig = NonNullable<RouteConfigurationJson['typedPerFilterConfig']>;

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

export interface ConnectSite {
  readonly scope: string;
  readonly serviceId: string;
}

/**
 * Asks about a connection that Lattice does not look into. Such a question has no headers, so scope and service go beside it.
 */
export function connectAuthorization({ scope, serviceId }: ConnectSite): FilterJson {
  return {
    name: filterName,
    typedConfig: anyOf('envoy.extensions.filters.network.ext_authz.v3.ExtAuthz', {
      statPrefix: 'lattice',
      grpcService: {
        envoyGrpc: { clusterName: authorizerCluster },
        timeout: '2s',
        initialMetadata: [
          { key: scopeHeader, value: scope },
          { key: serviceMetadata, value: serviceId },
        ],
      },
      transportApiVersion: 'V3',
      failureModeAllow: false,
    }),
  };
}

/** For route configurations of guarded services: the question names the service, so it is the one that was found. */
export function askingFor({ id }: Service): TypedPerFilterConfig {
  return {
    [filterName]: anyOf('envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute', {
      checkSettings: { contextExtensions: { [serviceExtension]: id } },
    }),
  };
}

/** For route configurations of services that nobody asks for a signature or a policy. */
export const withoutAuthorization: TypedPerFilterConfig = {
  [filterName]: anyOf('envoy.config.route.v3.FilterConfig', { disabled: true }),
};

/** Whether either layer has auth type AWS_IAM. */
export function isGuarded(network: ServiceNetwork, service: Service): boolean {
  return network.authType !== 'NONE' || service.authType !== 'NONE';
}
