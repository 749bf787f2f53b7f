import type { ObjectRef } from '../kinds/object.ts';

/** Where something is wrong. Indexes count from 0, as in the manifest. */
export interface Subject {
  readonly object: ObjectRef;
  /** Of a route: which of its parentRefs. Absent: all of them. */
  readonly parent?: number;
  /** Of a gateway: which listener. */
  readonly listener?: string;
  readonly rule?: number;
  readonly match?: number;
  readonly backend?: number;
}

/** One rule's match in one route. */
export interface MatchPlace {
  readonly route: ObjectRef;
  readonly rule: number;
  readonly match: number;
}

interface FindingOf<Code extends string> {
  readonly code: Code;
  readonly at: Subject;
}

interface BackendFinding<Code extends string> extends FindingOf<Code> {
  readonly backend: ObjectRef;
}

interface PolicyFinding<Code extends string> extends FindingOf<Code> {
  readonly target: ObjectRef;
}

interface ListenerConflict {
  readonly others: readonly string[];
  /** The others came first, and are served. */
  readonly lost: boolean;
}

/** What can be wrong with a manifest. Which condition a finding decides, and how it is said, is known in `status/` only. */
export type Finding =
  // any object
  | (FindingOf<'unreadable'> & { readonly problem: string })
  | (FindingOf<'awaitingFinalizer'> & { readonly finalizer: string })
  | (FindingOf<'fieldNotSupported'> & {
      /** `spec.rules[0].timeouts.request`. */
      readonly field: string;
      /** One sentence: what Lattice does instead, or what to do. */
      readonly because: string;
    })
  | (FindingOf<'fieldIgnored'> & { readonly field: string; readonly because: string })
  | (FindingOf<'annotationInvalid'> & { readonly annotation: string; readonly problem: string })
  // classes and gateways
  | (FindingOf<'parametersInvalid'> & { readonly parameters: ObjectRef; readonly problem: string })
  | (FindingOf<'addressTypeNotSupported'> & { readonly type: string })
  | (FindingOf<'addressNotUsable'> & { readonly address: string })
  | (FindingOf<'protocolNotSupported'> & { readonly protocol: string })
  | (FindingOf<'tlsModeNotSupported'> & { readonly protocol: string; readonly mode: string })
  | (FindingOf<'certificateInvalid'> & { readonly certificate: ObjectRef; readonly problem: string })
  | (FindingOf<'certificateNotGranted'> & { readonly certificate: ObjectRef })
  | (FindingOf<'routeKindNotSupported'> & { readonly kinds: readonly string[] })
  | (FindingOf<'listenerProtocolConflict'> & ListenerConflict)
  | (FindingOf<'listenerHostnameConflict'> & ListenerConflict)
  | (FindingOf<'networkNotFound'> & { readonly network: string })
  | (FindingOf<'networkAmbiguous'> & { readonly network: string; readonly arns: readonly string[] })
  | (FindingOf<'listenerSetNotAllowed'> & { readonly gateway: ObjectRef })
  // a route and its parents
  | (FindingOf<'parentNotFound'> & { readonly gateway: ObjectRef })
  | (FindingOf<'parentDeleting'> & { readonly gateway: ObjectRef })
  | (FindingOf<'parentNotAccepted'> & { readonly gateway: ObjectRef })
  | (FindingOf<'noMatchingParent'> & {
      readonly gateway: ObjectRef;
      readonly sectionName?: string;
      readonly port?: number;
    })
  | (FindingOf<'notAllowedByListeners'> & { readonly gateway: ObjectRef })
  | (FindingOf<'noMatchingListenerHostname'> & {
      readonly gateway: ObjectRef;
      readonly hostnames: readonly string[];
    })
  // backends
  | BackendFinding<'backendNotFound'>
  | BackendFinding<'backendKindNotSupported'>
  | BackendFinding<'backendPortMissing'>
  | (BackendFinding<'backendPortNotFound'> & { readonly port: number })
  | BackendFinding<'externalNameNotSupported'>
  | (BackendFinding<'endpointsNotReachable'> & { readonly addresses: readonly string[] })
  | (BackendFinding<'endpointsMissing'> & {
      /** The first of the Service. */
      readonly family: 'IPv4' | 'IPv6';
      readonly lack: 'otherFamily' | 'noSelector' | 'headless';
    })
  | (BackendFinding<'endpointsOutsideVpc'> & {
      readonly addresses: readonly string[];
      readonly vpcId: string;
      readonly ranges: readonly string[];
    })
  /** All targets are unhealthy, and no security group there is lets VPC Lattice in on these ports. */
  | (BackendFinding<'securityGroupRuleMissing'> & {
      readonly vpcId: string;
      readonly ports: readonly number[];
      /** VPC Lattice's own, for the addresses of these targets; empty where nobody knows. */
      readonly prefixList: string;
    })
  | BackendFinding<'referenceNotGranted'>
  /** It is used all the same, where it is there; enforcing grants would refuse it. */
  | (BackendFinding<'referenceGrantMissing'> & { readonly works: boolean })
  | BackendFinding<'importedGroupNotFound'>
  | (BackendFinding<'importAmbiguous'> & { readonly arns: readonly string[] })
  /** An import names a target group by its ARN. */
  | (BackendFinding<'importArnMalformed'> & { readonly arn: string })
  | (BackendFinding<'importArnAmongOthers'> & { readonly others: readonly string[] })
  | (BackendFinding<'importArnNotFound'> & { readonly arn: string })
  | (BackendFinding<'importInUse'> & { readonly by: readonly string[] })
  /** Its weight goes to the other backends of the rule: Lattice cannot answer 500 for a share. */
  | (FindingOf<'shareRedistributed'> & { readonly share: number; readonly of: number })
  // exports
  | BackendFinding<'exportedServiceNotFound'>
  | (BackendFinding<'exportedPortNotFound'> & { readonly port: number })
  // policies that are attached to a Gateway or a route
  | PolicyFinding<'policyTargetNotSupported'>
  | PolicyFinding<'policyTargetElsewhere'>
  | PolicyFinding<'policyTargetNotFound'>
  | PolicyFinding<'policyTargetNotOurs'>
  | (PolicyFinding<'policyTargetNameInvalid'> & { readonly name: string })
  /** The target shares a service that belongs to `owner`. */
  | (PolicyFinding<'policyTargetShared'> & { readonly owner: ObjectRef })
  | (PolicyFinding<'policyConflicted'> & { readonly by: ObjectRef })
  | (FindingOf<'policyDocumentInvalid'> & { readonly problem: string })
  | (FindingOf<'logDestinationNotSupported'> & { readonly arn: string })
  /** What is there has to be noted on the object before it is changed. */
  | (FindingOf<'awaitingAnnotation'> & { readonly annotation: string; readonly value: string })
  // what Lattice cannot say
  | FindingOf<'backendTlsNotSupported'>
  | (FindingOf<'filterNotSupported'> & { readonly filter: string; readonly field: string })
  | (FindingOf<'tooMany'> & {
      readonly what: 'headerMatches' | 'rules' | 'targetGroups' | 'listeners';
      readonly count: number;
      readonly limit: number;
    })
  | (FindingOf<'weightsNotExpressible'> & { readonly weights: readonly number[]; readonly limit: number })
  | (FindingOf<'matchShadowed'> & { readonly by: MatchPlace })
  | (FindingOf<'serviceNameNotExpressible'> & { readonly name: string })
  | (FindingOf<'serviceNameTaken'> & { readonly name: string; readonly by: ObjectRef })
  /** There is a service already, and Lattice renames none. */
  | (FindingOf<'serviceNameKept'> & { readonly name: string; readonly kept: string })
  /** The name was chosen, and its service has another hostname for life: it goes first, and is made again. */
  | (FindingOf<'serviceMadeAnew'> & { readonly name: string; readonly hostname?: string })
  | (FindingOf<'hostnameTaken'> & { readonly hostname: string; readonly by: ObjectRef })
  | (FindingOf<'hostnameNotServed'> & { readonly hostname: string; readonly served: string })
  | (FindingOf<'certificateNotFound'> & {
      readonly hostname: string;
      /** What became of looking for one in ACM; `no`: nothing asks for that. */
      readonly search: 'no' | 'nothing' | 'denied' | 'failed' | 'nowhere';
    })
  | (FindingOf<'hostnameNotExpressible'> & { readonly hostname: string })
  /** TLS is passed on by the name in it. */
  | FindingOf<'hostnameMissing'>;
