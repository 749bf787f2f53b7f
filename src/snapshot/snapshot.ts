import { accessLogPolicyKind } from '../kinds/access-log-policy.gen.ts';
import type { AccessLogPolicy } from '../kinds/access-log-policy.gen.ts';
import { backendTlsPolicyKind } from '../kinds/backend-tls-policy.gen.ts';
import type { BackendTLSPolicy } from '../kinds/backend-tls-policy.gen.ts';
import {
  configMapKind,
  endpointSliceKind,
  namespaceKind,
  secretKind,
  serviceKind,
} from '../kinds/core.gen.ts';
import type { ConfigMap, EndpointSlice, Namespace, Secret, Service } from '../kinds/core.gen.ts';
import { gatewayClassKind } from '../kinds/gateway-class.gen.ts';
import type { GatewayClass } from '../kinds/gateway-class.gen.ts';
import { gatewayKind } from '../kinds/gateway.gen.ts';
import type { Gateway } from '../kinds/gateway.gen.ts';
import { grpcRouteKind } from '../kinds/grpc-route.gen.ts';
import type { GRPCRoute } from '../kinds/grpc-route.gen.ts';
import { httpRouteKind } from '../kinds/http-route.gen.ts';
import type { HTTPRoute } from '../kinds/http-route.gen.ts';
import { iamAuthPolicyKind } from '../kinds/iam-auth-policy.gen.ts';
import type { IAMAuthPolicy } from '../kinds/iam-auth-policy.gen.ts';
import { listenerSetKind } from '../kinds/listener-set.gen.ts';
import type { ListenerSet } from '../kinds/listener-set.gen.ts';
import type { KubeObject } from '../kinds/object.ts';
import { referenceGrantKind } from '../kinds/reference-grant.gen.ts';
import type { ReferenceGrant } from '../kinds/reference-grant.gen.ts';
import { serviceExportKind } from '../kinds/service-export.gen.ts';
import type { ServiceExport } from '../kinds/service-export.gen.ts';
import { serviceImportKind } from '../kinds/service-import.gen.ts';
import type { ServiceImport } from '../kinds/service-import.gen.ts';
import { tlsRouteKind } from '../kinds/tls-route.gen.ts';
import type { TLSRoute } from '../kinds/tls-route.gen.ts';
import type { Stores } from './stores.ts';
import type { Table } from './table.ts';
import { nameKey, tableOf } from './table.ts';

/** The cluster at one moment: typed, indexed and immutable. A pass sees nothing else of it. */
export interface Snapshot {
  readonly gatewayClasses: Table<GatewayClass>;
  readonly gateways: Table<Gateway>;
  readonly listenerSets: Table<ListenerSet>;
  readonly httpRoutes: Table<HTTPRoute>;
  readonly grpcRoutes: Table<GRPCRoute>;
  readonly tlsRoutes: Table<TLSRoute>;
  readonly referenceGrants: Table<ReferenceGrant>;
  readonly backendTlsPolicies: Table<BackendTLSPolicy>;
  readonly services: Table<Service>;
  readonly endpointSlices: Table<EndpointSlice>;
  readonly namespaces: Table<Namespace>;
  readonly serviceExports: Table<ServiceExport>;
  readonly serviceImports: Table<ServiceImport>;
  readonly iamAuthPolicies: Table<IAMAuthPolicy>;
  readonly accessLogPolicies: Table<AccessLogPolicy>;
  readonly secrets: Table<Secret>;
  readonly configMaps: Table<ConfigMap>;
  /** By `nameKey` of the Service. */
  readonly slicesOf: ReadonlyMap<string, readonly EndpointSlice[]>;
  /** By the namespace of what they open. */
  readonly grantsIn: ReadonlyMap<string, readonly ReferenceGrant[]>;
  readonly bundleVersion?: string;
  readonly classesListFeatures: boolean;
}

/**
 * Reads every store once, and nothing again that is as it was in an earlier snapshot of them. Never throws: what cannot be
 * read is kept aside in its table.
 */
export function takeSnapshot(stores: Stores, before?: Snapshot): Snapshot {
  const endpointSlices = tableOf(endpointSliceKind, stores.endpointSlices, before?.endpointSlices);
  const referenceGrants = tableOf(referenceGrantKind, stores.referenceGrants, before?.referenceGrants);
  return {
    gatewayClasses: tableOf(gatewayClassKind, stores.gatewayClasses, before?.gatewayClasses),
    gateways: tableOf(gatewayKind, stores.gateways, before?.gateways),
    listenerSets: tableOf(listenerSetKind, stores.listenerSets, before?.listenerSets),
    httpRoutes: tableOf(httpRouteKind, stores.httpRoutes, before?.httpRoutes),
    grpcRoutes: tableOf(grpcRouteKind, stores.grpcRoutes, before?.grpcRoutes),
    tlsRoutes: tableOf(tlsRouteKind, stores.tlsRoutes, before?.tlsRoutes),
    referenceGrants,
    backendTlsPolicies: tableOf(backendTlsPolicyKind, stores.backendTlsPolicies, before?.backendTlsPolicies),
    services: tableOf(serviceKind, stores.services, before?.services),
    endpointSlices,
    namespaces: tableOf(namespaceKind, stores.namespaces, before?.namespaces),
    serviceExports: tableOf(serviceExportKind, stores.serviceExports, before?.serviceExports),
    serviceImports: tableOf(serviceImportKind, stores.serviceImports, before?.serviceImports),
    iamAuthPolicies: tableOf(iamAuthPolicyKind, stores.iamAuthPolicies, before?.iamAuthPolicies),
    accessLogPolicies: tableOf(accessLogPolicyKind, stores.accessLogPolicies, before?.accessLogPolicies),
    secrets: tableOf(secretKind, stores.secrets, before?.secrets),
    configMaps: tableOf(configMapKind, stores.configMaps, before?.configMaps),
    slicesOf: groupBy(endpointSlices.all, ({ metadata }) => {
      const service = metadata.labels?.['kubernetes.io/service-name'];
      return service === undefined ? undefined : nameKey(metadata.namespace, service);
    }),
    grantsIn: groupBy(referenceGrants.all, ({ metadata }) => metadata.namespace),
    classesListFeatures: stores.classesListFeatures,
    ...(stores.bundleVersion === undefined ? {} : { bundleVersion: stores.bundleVersion }),
  };
}

/** Every table, in the order in which people are told of them. */
export function tablesIn(snapshot: Snapshot): readonly Table<KubeObject>[] {
  return [
    snapshot.gatewayClasses,
    snapshot.gateways,
    snapshot.listenerSets,
    snapshot.httpRoutes,
    snapshot.grpcRoutes,
    snapshot.tlsRoutes,
    snapshot.referenceGrants,
    snapshot.backendTlsPolicies,
    snapshot.services,
    snapshot.endpointSlices,
    snapshot.namespaces,
    snapshot.serviceExports,
    snapshot.serviceImports,
    snapshot.iamAuthPolicies,
    snapshot.accessLogPolicies,
    snapshot.secrets,
    snapshot.configMaps,
  ];
}

function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string | undefined,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
