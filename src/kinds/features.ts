/**
 * The features of the Gateway API that we claim in GatewayClass status, docs and conformance reports, in the order that the
 * status lists them. A name is here when its behaviour is here. What VPC Lattice cannot say (redirects, header
 * modification, mirrors, query parameters) is refused by name on the route and has no row.
 */
export const supportedFeatures = ['Gateway', 'HTTPRoute', 'HTTPRouteMethodMatching'] as const;
