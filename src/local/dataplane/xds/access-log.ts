import type { AccessLogJson } from '../../../envoy/proto/envoy/config/accesslog/v3/accesslog.gen.ts';
import type { CommonGrpcAccessLogConfigJson } from '../../../envoy/proto/envoy/extensions/access_loggers/grpc/v3/als.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import type { RegionState, Service, ServiceNetwork } from '../../state/state.ts';
import { scopeName } from './host-scope.ts';
import type { ScopeSite } from './host-scope.ts';
import { requestIdHeader } from './request-id.ts';

/** The cluster of whoever takes the log, which Envoy has from its start. */
export const accessLogCluster = 'access-log';

/** Where an entry of a log comes from. What else it is about its route and its cluster tell. */
export interface LogOrigin {
  readonly associationId: string;
  /** Of the Lattice listener. */
  readonly port: number;
  /** For which Lattice passes TLS through; requests name theirs themselves. */
  readonly host?: string;
}

/** Of requests, whichever service they find. */
export function requestLog({ associationId, port }: ScopeSite): AccessLogJson {
  return {
    name: 'trellis.access-log',
    typedConfig: anyOf('envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig', {
      commonConfig: commonConfig(`${associationId}/${port}`),
      // The method that Envoy tells by itself is one of nine.
      additionalRequestHeadersToLog: [':method', requestIdHeader],
      additionalResponseHeadersToLog: [grpcStatus],
      additionalResponseTrailersToLog: [grpcStatus],
    }),
  };
}

/** Of connections whose TLS ends in the target. */
export function connectionLog(site: ScopeSite, host: string): AccessLogJson {
  return {
    name: 'trellis.access-log',
    typedConfig: anyOf('envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig', {
      commonConfig: commonConfig(scopeName({ ...site, host })),
    }),
  };
}

/** Of connections to a resource. */
export function resourceLog(entranceKey: string): AccessLogJson {
  return {
    name: 'trellis.access-log',
    typedConfig: anyOf('envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig', {
      commonConfig: commonConfig(resourcePrefix + entranceKey),
    }),
  };
}

/** Of connections through a tunnel, each of which begins as a request. */
export function tunnelLog(entranceKey: string): AccessLogJson {
  return {
    name: 'trellis.access-log',
    typedConfig: anyOf('envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig', {
      commonConfig: commonConfig(resourcePrefix + entranceKey),
    }),
  };
}

const resourcePrefix = 'resource:';

/** Reads the key of the entrance that a log is of, if it is one of a resource. */
export function entranceOf(logName: string): string | undefined {
  return logName.startsWith(resourcePrefix) ? logName.slice(resourcePrefix.length) : undefined;
}

/** The ids of what has a subscription for connections to resources: networks and resource configurations. */
export function loggedForResources({ accessLogSubscriptions }: RegionState): ReadonlySet<string> {
  const wanted = [...accessLogSubscriptions.values()].filter(({ logType }) => logType !== 'SERVICE');
  return new Set(wanted.map(({ resourceId }) => resourceId));
}

/** Where gRPC tells how a call ended: after the response, or before when that is all. */
export const grpcStatus = 'grpc-status';

/** Reads the name that a log goes by. */
export function originOf(logName: string): LogOrigin | undefined {
  const [associationId = '', port = '', ...host] = logName.split('/');
  if (associationId === '' || !/^\d+$/.test(port)) return undefined;
  const [name] = host;
  return { associationId, port: Number(port), ...(name === undefined ? {} : { host: name }) };
}

/** The ids of what has a subscription for its calls: networks and services. */
export function loggedResources({ accessLogSubscriptions }: RegionState): ReadonlySet<string> {
  const services = [...accessLogSubscriptions.values()].filter(({ logType }) => logType !== 'RESOURCE');
  return new Set(services.map(({ resourceId }) => resourceId));
}

/** Whether calls of a service through a network are in anybody's log. */
export function isLogged(logged: ReadonlySet<string>, network: ServiceNetwork, service: Service): boolean {
  return logged.has(network.id) || logged.has(service.id);
}

function commonConfig(logName: string): CommonGrpcAccessLogConfigJson {
  return {
    logName,
    grpcService: { envoyGrpc: { clusterName: accessLogCluster } },
    transportApiVersion: 'V3',
    bufferFlushInterval: '0.2s',
  };
}
