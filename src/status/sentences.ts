import type { Finding, Subject } from '../findings/finding.ts';
import { gatewayGroup, tlsOptions } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refKey } from '../kinds/object.ts';

/** What a finding says to people: what is wrong, with which part, and what to do. The only place that knows English. */
export function sentence(finding: Finding): string {
  const { at } = finding;
  switch (finding.code) {
    case 'unreadable':
      return `The object cannot be read: ${finding.problem}`;
    case 'awaitingFinalizer':
      return `Nothing is made for it before it has the finalizer ${finding.finalizer}, which is being written.`;
    case 'fieldNotSupported':
      return `${finding.field} is not supported. ${finding.because}`;
    case 'fieldIgnored':
      return `${finding.field} has no effect. ${finding.because}`;
    case 'annotationInvalid':
      return `Annotation ${finding.annotation} ${finding.problem}.`;
    case 'parametersInvalid':
      return `parametersRef names ${kindAndName(finding.parameters)}: ${finding.problem}.`;
    case 'addressTypeNotSupported':
      return `spec.addresses asks for type ${finding.type}, and VPC Lattice gives names, not addresses. Remove it, or ask for type Hostname without a value.`;
    case 'addressNotUsable':
      return `spec.addresses asks for ${finding.address}, and VPC Lattice chooses its names itself. Remove the value.`;
    case 'protocolNotSupported':
      return `Protocol ${finding.protocol} is not supported. Use HTTP, HTTPS or TLS.`;
    case 'tlsModeNotSupported':
      return `A listener of protocol ${finding.protocol} cannot have TLS mode ${finding.mode}: VPC Lattice terminates TLS for HTTPS and passes it through for TLS.`;
    case 'certificateInvalid':
      return `certificateRefs names ${kindAndName(finding.certificate)}, which ${finding.problem}.`;
    case 'certificateNotGranted':
      return `certificateRefs names ${kindAndName(finding.certificate)}, and no ReferenceGrant in its namespace lets it be used here.`;
    case 'routeKindNotSupported':
      return `allowedRoutes.kinds has ${finding.kinds.join(', ')}, which this listener's protocol cannot carry here.`;
    case 'listenerProtocolConflict':
      return `It has the port of ${list(finding.others)} with another protocol; ${loser(finding)}`;
    case 'listenerHostnameConflict':
      return `It has the port and the hostname of ${list(finding.others)}; ${loser(finding)}`;
    case 'listenerSetNotAllowed':
      return `${kindAndName(finding.gateway)} does not allow listeners from this namespace: its allowedListeners says which it does.`;
    case 'networkNotFound':
      return `There is no VPC Lattice service network with the name or id ${finding.network}. Create it, share it with this account, or make it the controller's default service network.`;
    case 'networkAmbiguous':
      return `Several service networks are called ${finding.network}: ${finding.arns.join(', ')}. Name the Gateway after the id of the one that is meant.`;
    case 'parentNotFound':
      return `There is no ${kindAndName(finding.gateway)}.`;
    case 'parentDeleting':
      return `${kindAndName(finding.gateway)} is being deleted.`;
    case 'parentNotAccepted':
      return `${kindAndName(finding.gateway)} is not accepted by its Gateway.`;
    case 'noMatchingParent':
      return `${kindAndName(finding.gateway)} has no listener${finding.sectionName === undefined ? '' : ` ${finding.sectionName}`}${finding.port === undefined ? '' : ` on port ${finding.port}`}.`;
    case 'notAllowedByListeners':
      return `No matching listeners allow this route on ${kindAndName(finding.gateway)}: their allowedRoutes or their protocols admit other routes only.`;
    case 'noMatchingListenerHostname':
      return `No listener of ${kindAndName(finding.gateway)} has a hostname in common with ${list(finding.hostnames)}.`;
    case 'backendNotFound':
      return `${where(at)}: ${kindAndName(finding.backend)} does not exist.`;
    case 'backendKindNotSupported':
      return `${where(at)}: a backend of kind ${groupAndKind(finding.backend)} is not supported. Use a Service or a ServiceImport.`;
    case 'backendPortMissing':
      return `${where(at)}: ${kindAndName(finding.backend)} needs a port.`;
    case 'backendPortNotFound':
      return `${where(at)}: ${kindAndName(finding.backend)} has no port ${finding.port}.`;
    case 'externalNameNotSupported':
      return `${where(at)}: ${kindAndName(finding.backend)} is of type ExternalName and has no endpoints.`;
    case 'endpointsNotReachable':
      return `${where(at)}: VPC Lattice cannot reach ${few(finding.addresses)} of ${kindAndName(finding.backend)}: it takes addresses that the VPC routes, and no names.`;
    case 'endpointsMissing':
      return `${where(at)}: ${kindAndName(finding.backend)} ${endpointsMissing(finding)}`;
    case 'endpointsOutsideVpc':
      return `${prefix(at)}${kindAndName(finding.backend)} has endpoints outside of ${finding.vpcId} (${finding.ranges.join(', ')}): ${few(finding.addresses)}. VPC Lattice reaches targets inside of the VPC only, and these are left out.`;
    case 'securityGroupRuleMissing':
      return `${prefix(at)}${kindAndName(finding.backend)} has none but unhealthy targets, and no security group of ${finding.vpcId} lets VPC Lattice in on TCP port ${finding.ports.join(', ')}. Add an inbound rule with the source ${finding.prefixList === '' ? 'prefix list of VPC Lattice' : finding.prefixList} to the security group that these targets have.`;
    case 'referenceNotGranted':
      return `${where(at)}: no ReferenceGrant in namespace ${finding.backend.namespace} lets this route use ${kindAndName(finding.backend)}.`;
    case 'referenceGrantMissing':
      return `${where(at)}: no ReferenceGrant in namespace ${finding.backend.namespace} lets this route use ${kindAndName(finding.backend)}. ${finding.works ? 'It works, and would' : 'It would'} be refused if grants were enforced.`;
    case 'importedGroupNotFound':
      return `${where(at)}: no cluster exports a Service for ${kindAndName(finding.backend)}. Create a ServiceExport of that name and namespace there.`;
    case 'importAmbiguous':
      return `${where(at)}: several target groups match ${kindAndName(finding.backend)}: ${finding.arns.join(', ')}. Say which with the annotations aws-eks-cluster-name and aws-vpc.`;
    case 'importArnMalformed':
      return `${where(at)}: ${kindAndName(finding.backend)} names "${finding.arn}", which is no ARN of a target group of VPC Lattice.`;
    case 'importArnAmongOthers':
      return `${where(at)}: ${kindAndName(finding.backend)} names a target group by its ARN and also has ${finding.others.join(', ')}. Remove the one or the others.`;
    case 'importArnNotFound':
      return `${where(at)}: there is no target group ${finding.arn} of ${kindAndName(finding.backend)}, or this controller may not read it.`;
    case 'importInUse':
      return `${where(at)}: the target group of ${kindAndName(finding.backend)} serves ${finding.by.join(', ')} already, and VPC Lattice lets it serve one service only.`;
    case 'shareRedistributed':
      return `${where(at)}: ${finding.share} of ${finding.of} parts of the requests have no backend. VPC Lattice cannot answer 500 for a share, so the other backends of the rule get them.`;
    case 'exportedServiceNotFound':
      return `There is no Service ${finding.backend.name} to export.`;
    case 'exportedPortNotFound':
      return `Service ${finding.backend.name} has no port ${finding.port} to export.`;
    case 'policyTargetNotSupported':
      return `targetRef names kind ${groupAndKind(finding.target)}. A policy of this kind is for a Gateway, an HTTPRoute or a GRPCRoute of ${gatewayGroup}.`;
    case 'policyTargetElsewhere':
      return `targetRef names ${kindAndName(finding.target)}. A policy is for objects of its own namespace, ${at.object.namespace}.`;
    case 'policyTargetNotFound':
      return `There is no ${kindAndName(finding.target)}.`;
    case 'policyTargetNotOurs':
      return finding.target.kind === 'Gateway'
        ? `${kindAndName(finding.target)} is of a class that is not ours.`
        : `${kindAndName(finding.target)} has no parent that is ours.`;
    case 'policyTargetNameInvalid':
      return `${kindAndName(finding.target)} asks for a VPC Lattice service that is called ${finding.name}, which is no name that VPC Lattice takes.`;
    case 'policyTargetShared':
      return `${kindAndName(finding.target)} shares its VPC Lattice service with others: it belongs to ${kindAndName(finding.owner)}, and a policy on that is for all of them.`;
    case 'policyConflicted':
      return `${kindAndName(finding.target)} is governed by ${kindAndName(finding.by)}, which is older.`;
    case 'policyDocumentInvalid':
      return `spec.policy is no policy document: ${finding.problem}.`;
    case 'logDestinationNotSupported':
      return `spec.destinationArn is ${finding.arn}, which is no ARN of an S3 bucket, a CloudWatch Logs log group or a Firehose delivery stream.`;
    case 'awaitingAnnotation':
      return `What has to be known later on is being noted in annotation ${finding.annotation}.`;
    case 'backendTlsNotSupported':
      return 'VPC Lattice does not look at the certificates of backends: requests go to them as if the policy were not there.';
    case 'filterNotSupported':
      return `${finding.field}: VPC Lattice has no filter ${finding.filter}. Remove it.`;
    case 'tooMany':
      return tooMany(finding);
    case 'weightsNotExpressible':
      return `${where(at)}: weights ${finding.weights.join(', ')} cannot be said with numbers of 0 to ${finding.limit}, as VPC Lattice takes them. Choose rounder ones.`;
    case 'matchShadowed':
      return `${where(at)} never wins: match ${finding.by.match} of rule ${finding.by.rule}${refKey(finding.by.route) === refKey(at.object) ? '' : ` of ${kindAndName(finding.by.route)}`} is the same.`;
    case 'serviceNameNotExpressible':
      return `It has an invalid service name override: VPC Lattice cannot call a service ${finding.name}. It takes 3 to 40 lower case letters, digits and single hyphens, and no svc- in front. Change annotation application-networking.k8s.aws/service-name-override.`;
    case 'serviceNameTaken':
      return `The name ${finding.name} of its VPC Lattice service is taken by ${kindAndName(finding.by)}. Set annotation application-networking.k8s.aws/service-name-override.`;
    case 'serviceMadeAnew':
      return `VPC Lattice lets no service change its hostname, and service ${finding.name} (${finding.hostname ?? 'without a hostname'}) has the name that annotation application-networking.k8s.aws/service-name-override asks for: it is deleted and made again, and serves nobody meanwhile. Ask for another name together with another hostname, and the old one serves until the new one does.`;
    case 'serviceNameKept':
      return `Its VPC Lattice service is called ${finding.kept} and cannot be renamed to ${finding.name}. It gets that name when the route is deleted and made again.`;
    case 'hostnameTaken':
      return `Hostname ${finding.hostname} is taken by ${kindAndName(finding.by)} in the same service network.`;
    case 'hostnameNotServed':
      return `Hostname ${finding.hostname} is not served: a VPC Lattice service has one name of its own, here ${finding.served}.`;
    case 'certificateNotFound':
      return certificateNotFound(finding);
    case 'hostnameMissing':
      return 'VPC Lattice passes TLS on by the name that a client asks for, so the route needs one: add it to spec.hostnames.';
    case 'hostnameNotExpressible':
      return `VPC Lattice cannot serve hostname ${finding.hostname}: it takes one name without wildcard.`;
  }
}

function loser({ lost }: { readonly lost: boolean }): string {
  return lost ? 'who was there first is served.' : 'none of them is served.';
}

/** One that AWS has raised is no more than a number to us. */
const raised = 'If AWS has raised it, tell the controller in LATTICE_QUOTAS.';

function tooMany({ at, what, count, limit }: Extract<Finding, { readonly code: 'tooMany' }>): string {
  const sentences = {
    headerMatches: `${where(at)} has ${count} header matches, and VPC Lattice takes ${limit}.`,
    rules: `It needs ${count} rules per listener, and VPC Lattice has a quota of ${limit}. Each match is a rule. ${raised}`,
    targetGroups: `It needs ${count} target groups, and VPC Lattice has a quota of ${limit} per service. ${raised}`,
    listeners: `It is attached on ${count} ports, and VPC Lattice has a quota of ${limit} listeners per service. Name listeners with sectionName. ${raised}`,
  };
  return sentences[what];
}

function endpointsMissing({ family, lack }: Extract<Finding, { readonly code: 'endpointsMissing' }>): string {
  const other = family === 'IPv4' ? 'IPv6' : 'IPv4';
  const sentences = {
    otherFamily: `has endpoints with ${other} addresses only. Its target group takes ${family}, the first of the Service's address families. Use a Service that names ${other} first in spec.ipFamilies.`,
    noSelector: 'has no selector, and no EndpointSlice of its own says where it is. Nobody answers.',
    headless: 'is headless, and no pod is behind it. Nobody answers.',
  };
  return sentences[lack];
}

function certificateNotFound({
  hostname,
  search,
}: Extract<Finding, { readonly code: 'certificateNotFound' }>): string {
  const names = `${hostname} or *${hostname.slice(hostname.indexOf('.'))}`;
  const sentences = {
    no: `Name one in the listener's tls.options, ${tlsOptions.certificateArn}, or give the listener tls with mode Terminate: then one that ACM has issued for the name is looked for.`,
    nothing: `ACM has issued none for ${names} in this account and Region. Request or import one, and it is used; or name one in the listener's tls.options, ${tlsOptions.certificateArn}.`,
    denied: `The controller may not look for one in ACM. Permit it acm:ListCertificates, or name one in the listener's tls.options, ${tlsOptions.certificateArn}.`,
    nowhere: `The controller has not been told where ACM is, in AWS_ENDPOINT_URL_ACM. Tell it, or name one in the listener's tls.options, ${tlsOptions.certificateArn}.`,
    failed: `ACM cannot be asked for one just now, and will be asked again. One can also be named in the listener's tls.options, ${tlsOptions.certificateArn}.`,
  };
  return `HTTPS for ${hostname} has no certificate: VPC Lattice shows the one of its own name, which clients refuse. ${sentences[search]}`;
}

function where({ rule, match, backend }: Subject): string {
  const parts = [
    ...(rule === undefined ? [] : [`rule ${rule}`]),
    ...(match === undefined ? [] : [`match ${match}`]),
    ...(backend === undefined ? [] : [`backend ${backend}`]),
  ];
  const text = parts.join(', ');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Of a finding about a backend; an export has none. */
function prefix(at: Subject): string {
  const place = where(at);
  return place === '' ? '' : `${place}: `;
}

function named({ namespace, name }: ObjectRef): string {
  return `${namespace}/${name}`;
}

function kindAndName(ref: ObjectRef): string {
  return `${ref.kind} ${named(ref)}`;
}

function groupAndKind({ group, kind }: ObjectRef): string {
  return group === '' ? kind : `${kind}.${group}`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? 'any name' : items.join(', ');
}

function few(items: readonly string[]): string {
  const most = 5;
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join(', ')} and ${rest} more` : items.join(', ');
}
