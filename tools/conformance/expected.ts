/**
 * What becomes of each test of the suite for our class in the form `perHostname`, as data. A test that a feature which we
 * do not claim keeps out has no row of its own: the feature has, with the reason.
 */

export interface Expectation {
  readonly expect: 'pass' | 'fail';
  /** Why it cannot pass; or what a test takes to pass, beyond the defaults. */
  readonly because?: string;
}

const passing = (...names: readonly string[]): readonly (readonly [string, Expectation])[] =>
  names.map((name) => [name, { expect: 'pass' }]);

const withHelp = (because: string): Expectation => ({ expect: 'pass', because });
const outOfReach = (because: string): Expectation => ({ expect: 'fail', because });

const portOfOthers =
  'others listen on the port; alone, without a backend, connections would be refused, not reset';

/** By name. A test that is expected to fail and passes fails the run: then we can do more than we say. */
export const expectations: ReadonlyMap<string, Expectation> = new Map<string, Expectation>([
  ...passing(
    'GatewayClassObservedGenerationBump',
    'GatewayInvalidParametersRef',
    'GatewayInvalidRouteKind',
    'GatewayInvalidTLSConfiguration',
    'GatewayListenerUnsupportedProtocol',
    'GatewayModifyListeners',
    'GatewayObservedGenerationBump',
    'GatewaySecretInvalidReferenceGrant',
    'GatewaySecretMissingReferenceGrant',
    'GatewaySecretReferenceGrantAllInNamespace',
    'GatewaySecretReferenceGrantSpecific',
    'GatewayWithAttachedRoutes',
    'GatewayWithAttachedRoutesWithPort8080',
  ),
  ...passing(
    'HTTPRouteCrossNamespace',
    'HTTPRouteDisallowedKind',
    'HTTPRouteExactPathMatching',
    'HTTPRouteHeaderMatching',
    'HTTPRouteInvalidBackendRefUnknownKind',
    'HTTPRouteInvalidCrossNamespaceBackendRef',
    'HTTPRouteInvalidCrossNamespaceParentRef',
    'HTTPRouteInvalidNonExistentBackendRef',
    'HTTPRouteInvalidParentRefNotMatchingListenerPort',
    'HTTPRouteInvalidParentRefNotMatchingSectionName',
    'HTTPRouteInvalidParentRefSectionNameNotMatchingPort',
    'HTTPRouteInvalidReferenceGrant',
    'HTTPRouteMatching',
    'HTTPRouteMatchingAcrossRoutes',
    'HTTPRouteMultipleGateways',
    'HTTPRouteNamedRule',
    'HTTPRouteNoBackendRefs',
    'HTTPRouteObservedGenerationBump',
    'HTTPRoutePartiallyInvalidViaInvalidReferenceGrant',
    'HTTPRoutePathMatchOrder',
    'HTTPRouteReferenceGrant',
    'HTTPRouteServiceTypes',
    'HTTPRouteSimpleSameNamespace',
    'HTTPRouteWeight',
  ),
  ['HTTPRouteListenerPortMatching', withHelp('quota of listeners per service: 3 (2 by default)')],
  ['HTTPRouteMethodMatching', withHelp('quota of rules per listener: 20 (10 by default)')],
  [
    'HTTPRouteHostnameIntersection',
    outOfReach('a VPC Lattice service has one exact hostname; the test wants wildcards'),
  ],
  [
    'HTTPRouteHTTPSListener',
    outOfReach('VPC Lattice serves ACM certificates, and resets a connection whose SNI no service has'),
  ],
  [
    'HTTPRouteListenerHostnameMatching',
    outOfReach('a VPC Lattice service has one exact hostname; the test wants wildcards'),
  ],
  ['HTTPRouteRedirectHostAndStatus', outOfReach('VPC Lattice cannot redirect')],
  ['HTTPRouteRequestHeaderModifier', outOfReach('VPC Lattice cannot edit headers')],
  ...passing(
    'ListenerSetAllowedNamespaceNone',
    'ListenerSetAllowedNamespaceSame',
    'ListenerSetAllowedNamespaceSelector',
    'ListenerSetAllowedRoutesNamespaces',
    'ListenerSetAllowedRoutesSupportedKinds',
    'ListenerSetDefaultNotAllowed',
    'ListenerSetDualParentRefIndependence',
    'ListenerSetGatewayParentSectionNameNotFound',
    'ListenerSetHTTPRouting',
    'ListenerSetHostnameConflict',
    'ListenerSetProtocolConflict',
    'ListenerSetReferenceGrant',
    'ListenerSetRouteStatusScopedToParentRef',
  ),
  ...passing(
    'TLSRouteInvalidNoMatchingListener',
    'TLSRouteInvalidNoMatchingListenerHostname',
    'TLSRouteInvalidReferenceGrant',
    'TLSRouteListenerPassthroughSupportedKinds',
    'TLSRouteListenerTerminateNotSupported',
    'TLSRouteSimpleSameNamespace',
  ),
  ['TLSRouteInvalidBackendRefNonexistent', withHelp(portOfOthers)],
  ['TLSRouteInvalidBackendRefUnknownKind', withHelp(portOfOthers)],
  [
    'TLSRouteHostnameIntersection',
    outOfReach('a VPC Lattice service has one exact hostname; the test wants wildcards'),
  ],
]);

const noRedirects = 'VPC Lattice cannot redirect.';
const noRewrites = 'VPC Lattice cannot rewrite hosts or paths.';
const noHeaders = 'VPC Lattice cannot edit headers.';
const noMirrors = 'VPC Lattice cannot mirror.';
const noTimeouts = 'VPC Lattice has an idle timeout of a whole service, of a minute at least.';
const noClientCertificates = 'VPC Lattice neither asks clients for certificates nor shows one to targets.';
const noVerification = 'VPC Lattice does not verify the certificates of targets.';
const noTermination = 'VPC Lattice ends TLS for HTTP only.';

/** Why a feature is not claimed. */
export const notClaimed: ReadonlyMap<string, string> = new Map([
  ['BackendTLSPolicy', noVerification],
  ['BackendTLSPolicySANValidation', noVerification],
  [
    'GatewayAddressEmpty',
    'The suite asks for an IP address; the address of a service of VPC Lattice is a name.',
  ],
  ['GatewayBackendClientCertificate', noClientCertificates],
  ['GatewayFrontendClientCertificateValidation', noClientCertificates],
  ['GatewayFrontendClientCertificateValidationInsecureFallback', noClientCertificates],
  [
    'GatewayHTTPListenerIsolation',
    'A VPC Lattice service has one exact hostname; listeners that overlap take wildcards.',
  ],
  ['GatewayHTTPSListenerDetectMisdirectedRequests', 'VPC Lattice chooses the service; it never answers 421.'],
  ['GatewayInfrastructurePropagation', 'A Gateway is no object in the cluster that labels could be put on.'],
  ['GatewayStaticAddresses', 'AWS assigns the addresses.'],
  ['GRPCRoute', 'VPC Lattice carries gRPC over TLS only; the suite speaks it in clear text.'],
  ['GRPCRouteNamedRouteRule', 'VPC Lattice carries gRPC over TLS only; the suite speaks it in clear text.'],
  ['HTTPRoute303RedirectStatusCode', noRedirects],
  ['HTTPRoute307RedirectStatusCode', noRedirects],
  ['HTTPRoute308RedirectStatusCode', noRedirects],
  ['HTTPRouteBackendProtocolH2C', 'VPC Lattice speaks HTTP/2 over TLS only.'],
  ['HTTPRouteBackendProtocolWebSocket', 'VPC Lattice does not carry WebSockets.'],
  ['HTTPRouteBackendRequestHeaderModification', noHeaders],
  ['HTTPRouteBackendTimeout', noTimeouts],
  ['HTTPRouteCORS', 'VPC Lattice knows nothing of CORS.'],
  ['HTTPRouteHostRewrite', noRewrites],
  ['HTTPRoutePathRedirect', noRedirects],
  ['HTTPRoutePathRewrite', noRewrites],
  ['HTTPRoutePortRedirect', noRedirects],
  ['HTTPRouteQueryParamMatching', 'VPC Lattice cannot match query parameters.'],
  ['HTTPRouteRequestMirror', noMirrors],
  ['HTTPRouteRequestMultipleMirrors', noMirrors],
  ['HTTPRouteRequestPercentageMirror', noMirrors],
  ['HTTPRouteRequestTimeout', noTimeouts],
  ['HTTPRouteResponseHeaderModification', noHeaders],
  ['HTTPRouteRetry', 'VPC Lattice never repeats a request.'],
  ['HTTPRouteSchemeRedirect', noRedirects],
  ['Mesh', 'VPC Lattice does not stand between a client and a Service.'],
  ['TCPRoute', 'VPC Lattice has no TCP listeners.'],
  ['TLSRouteModeMixed', noTermination],
  ['TLSRouteModeTerminate', noTermination],
  ['UDPRoute', 'VPC Lattice has no UDP listeners.'],
]);
