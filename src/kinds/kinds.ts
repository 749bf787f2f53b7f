import { accessLogPolicyKind } from './access-log-policy.gen.ts';
import { backendTlsPolicyKind } from './backend-tls-policy.gen.ts';
import {
  configMapKind,
  endpointSliceKind,
  eventKind,
  leaseKind,
  namespaceKind,
  podKind,
  secretKind,
  serviceKind,
} from './core.gen.ts';
import { gatewayClassKind } from './gateway-class.gen.ts';
import { gatewayKind } from './gateway.gen.ts';
import { grpcRouteKind } from './grpc-route.gen.ts';
import { httpRouteKind } from './http-route.gen.ts';
import { iamAuthPolicyKind } from './iam-auth-policy.gen.ts';
import { listenerSetKind } from './listener-set.gen.ts';
import type { KubeObject } from './object.ts';
import { referenceGrantKind } from './reference-grant.gen.ts';
import { serviceExportKind } from './service-export.gen.ts';
import { serviceImportKind } from './service-import.gen.ts';
import { serviceNetworkKind } from './service-network.gen.ts';
import type { KnownKind } from './shape.ts';
import { targetGroupPolicyKind } from './target-group-policy.gen.ts';
import { tlsRouteKind } from './tls-route.gen.ts';
import { vpcAssociationPolicyKind } from './vpc-association-policy.gen.ts';

/** Every kind we know, with what it takes to ask an API server for its objects and to decode them. */
export const kinds = {
  GatewayClass: gatewayClassKind,
  Gateway: gatewayKind,
  ListenerSet: listenerSetKind,
  HTTPRoute: httpRouteKind,
  GRPCRoute: grpcRouteKind,
  TLSRoute: tlsRouteKind,
  ReferenceGrant: referenceGrantKind,
  BackendTLSPolicy: backendTlsPolicyKind,
  Service: serviceKind,
  EndpointSlice: endpointSliceKind,
  Namespace: namespaceKind,
  Pod: podKind,
  ConfigMap: configMapKind,
  Secret: secretKind,
  Lease: leaseKind,
  Event: eventKind,
  ServiceExport: serviceExportKind,
  ServiceImport: serviceImportKind,
  TargetGroupPolicy: targetGroupPolicyKind,
  AccessLogPolicy: accessLogPolicyKind,
  IAMAuthPolicy: iamAuthPolicyKind,
  VpcAssociationPolicy: vpcAssociationPolicyKind,
  ServiceNetwork: serviceNetworkKind,
} as const satisfies Readonly<Record<string, KnownKind<KubeObject>>>;

/** `gateway.networking.k8s.io/v1`, and plain `v1` in the core group. */
export function apiVersionOf({
  group,
  version,
}: {
  readonly group: string;
  readonly version: string;
}): string {
  return group === '' ? version : `${group}/${version}`;
}
