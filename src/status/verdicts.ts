import type { Finding } from '../findings/finding.ts';

/** The condition that a finding decides, on the object, parent or listener where it was found. */
export type Verdict =
  | {
      readonly type: 'Accepted' | 'ResolvedRefs';
      readonly status: 'False';
      readonly reason: string;
    }
  | {
      readonly type: typeof fullyExpressed | typeof referencesGranted;
      readonly status: 'False';
      readonly reason: string;
    }
  /** Of exports; the multi-cluster API's word. */
  | { readonly type: 'Valid'; readonly status: 'False'; readonly reason: string }
  /** Told elsewhere: in events, in the plan, or by another condition. */
  | { readonly type: 'none' };

/** Ours: whether all that is written takes effect. Absent while it does. */
export const fullyExpressed = 'application-networking.k8s.aws/FullyExpressed';

/** Ours: whether every reference across namespaces has its ReferenceGrant, where they are not enforced. Absent while it has. */
export const referencesGranted = 'application-networking.k8s.aws/ReferencesGranted';

const none = { type: 'none' } as const;
const invalid = { type: 'Accepted', status: 'False', reason: 'Invalid' } as const;
const unsupportedValue = { type: 'Accepted', status: 'False', reason: 'UnsupportedValue' } as const;
const conflicted = { type: 'Accepted', status: 'False', reason: 'Conflicted' } as const;
const backendNotFound = { type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound' } as const;
const notExpressed = { type: fullyExpressed, status: 'False', reason: 'UnsupportedValue' } as const;

/** A row per code: the compiler demands it. */
export const verdicts = {
  unreadable: none,
  awaitingFinalizer: none,
  fieldNotSupported: unsupportedValue,
  fieldIgnored: notExpressed,
  annotationInvalid: notExpressed,
  parametersInvalid: { type: 'Accepted', status: 'False', reason: 'InvalidParameters' },
  addressTypeNotSupported: { type: 'Accepted', status: 'False', reason: 'UnsupportedAddress' },
  addressNotUsable: none,
  protocolNotSupported: { type: 'Accepted', status: 'False', reason: 'UnsupportedProtocol' },
  tlsModeNotSupported: unsupportedValue,
  certificateInvalid: { type: 'ResolvedRefs', status: 'False', reason: 'InvalidCertificateRef' },
  certificateNotGranted: { type: 'ResolvedRefs', status: 'False', reason: 'RefNotPermitted' },
  routeKindNotSupported: { type: 'ResolvedRefs', status: 'False', reason: 'InvalidRouteKinds' },
  listenerProtocolConflict: { type: 'Accepted', status: 'False', reason: 'ProtocolConflict' },
  listenerHostnameConflict: { type: 'Accepted', status: 'False', reason: 'HostnameConflict' },
  listenerSetNotAllowed: { type: 'Accepted', status: 'False', reason: 'NotAllowed' },
  networkNotFound: none,
  networkAmbiguous: none,
  parentNotFound: none,
  parentDeleting: { type: 'Accepted', status: 'False', reason: 'NoMatchingParent' },
  parentNotAccepted: { type: 'Accepted', status: 'False', reason: 'NoMatchingParent' },
  noMatchingParent: { type: 'Accepted', status: 'False', reason: 'NoMatchingParent' },
  notAllowedByListeners: { type: 'Accepted', status: 'False', reason: 'NotAllowedByListeners' },
  noMatchingListenerHostname: { type: 'Accepted', status: 'False', reason: 'NoMatchingListenerHostname' },
  backendNotFound,
  backendKindNotSupported: { type: 'ResolvedRefs', status: 'False', reason: 'InvalidKind' },
  backendPortMissing: { type: 'ResolvedRefs', status: 'False', reason: 'InvalidKind' },
  backendPortNotFound: backendNotFound,
  externalNameNotSupported: { type: 'ResolvedRefs', status: 'False', reason: 'UnsupportedProtocol' },
  endpointsNotReachable: { type: fullyExpressed, status: 'False', reason: 'EndpointsNotReachable' },
  endpointsMissing: { type: fullyExpressed, status: 'False', reason: 'NoEndpoints' },
  endpointsOutsideVpc: { type: fullyExpressed, status: 'False', reason: 'EndpointsNotReachable' },
  securityGroupRuleMissing: { type: fullyExpressed, status: 'False', reason: 'EndpointsNotReachable' },
  referenceNotGranted: { type: 'ResolvedRefs', status: 'False', reason: 'RefNotPermitted' },
  referenceGrantMissing: { type: referencesGranted, status: 'False', reason: 'RefNotPermitted' },
  importedGroupNotFound: backendNotFound,
  importAmbiguous: { type: 'ResolvedRefs', status: 'False', reason: 'AmbiguousImport' },
  importArnMalformed: { type: 'ResolvedRefs', status: 'False', reason: 'InvalidExternalTargetGroup' },
  importArnAmongOthers: {
    type: 'ResolvedRefs',
    status: 'False',
    reason: 'ConflictingServiceImportAnnotations',
  },
  importArnNotFound: { type: 'ResolvedRefs', status: 'False', reason: 'ExternalTargetGroupNotFound' },
  importInUse: { type: 'ResolvedRefs', status: 'False', reason: 'TargetGroupInUse' },
  shareRedistributed: { type: fullyExpressed, status: 'False', reason: 'SharesRedistributed' },
  exportedServiceNotFound: { type: 'Valid', status: 'False', reason: 'ServiceNotFound' },
  exportedPortNotFound: { type: 'Valid', status: 'False', reason: 'PortNotFound' },
  policyTargetNotSupported: invalid,
  policyTargetElsewhere: invalid,
  policyTargetNotFound: { type: 'Accepted', status: 'False', reason: 'TargetNotFound' },
  policyTargetNotOurs: invalid,
  policyTargetNameInvalid: invalid,
  policyTargetShared: invalid,
  policyConflicted: conflicted,
  policyDocumentInvalid: invalid,
  logDestinationNotSupported: invalid,
  awaitingAnnotation: none,
  backendTlsNotSupported: invalid,
  filterNotSupported: unsupportedValue,
  tooMany: unsupportedValue,
  weightsNotExpressible: unsupportedValue,
  matchShadowed: { type: fullyExpressed, status: 'False', reason: 'MatchShadowed' },
  serviceNameNotExpressible: unsupportedValue,
  serviceNameTaken: conflicted,
  serviceNameKept: notExpressed,
  serviceMadeAnew: notExpressed,
  hostnameTaken: conflicted,
  hostnameNotServed: notExpressed,
  certificateNotFound: { type: fullyExpressed, status: 'False', reason: 'CertificateNotFound' },
  hostnameNotExpressible: unsupportedValue,
  hostnameMissing: unsupportedValue,
} as const satisfies Record<Finding['code'], Verdict>;
