/**
 * The features of the Gateway API that we claim in GatewayClass status, docs and conformance reports, in the order that the
 * status lists them. A name is here when its behaviour is here. What VPC Lattice cannot say (redirects, header
 * modification, mirrors, query parameters) is refused by name on the route and has no row; nor has gRPC, which Lattice
 * carries over TLS only.
 */
export const supportedFeatures = [
  'Gateway',
  'GatewayPort8080',
  'HTTPRoute',
  'HTTPRouteDestinationPortMatching',
  'HTTPRouteMethodMatching',
  'HTTPRouteNamedRouteRule',
  'HTTPRouteParentRefPort',
  'ListenerSet',
  'TLSRoute',
] as const;

/** Besides, where a class refuses references across namespaces that nobody granted. */
export const featuresOfEnforcedGrants = ['ReferenceGrant'] as const;
