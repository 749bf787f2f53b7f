/** The names by which our users know us. All are those of the AWS Gateway API Controller, so that either can follow the other. */

export const controllerName = 'application-networking.k8s.aws/gateway-api-controller';

export const gatewayGroup = 'gateway.networking.k8s.io';
export const exportGroup = 'application-networking.k8s.aws';

/** Our finalizer on each kind. */
export const finalizers = {
  Gateway: 'gateway.k8s.aws/resources',
  HTTPRoute: 'httproute.k8s.aws/resources',
  GRPCRoute: 'grpcroute.k8s.aws/resources',
  TLSRoute: 'tlsroute.k8s.aws/resources',
  ServiceExport: 'serviceexport.k8s.aws/resources',
  ServiceImport: 'serviceimport.k8s.aws/resource',
  AccessLogPolicy: 'accesslogpolicy.k8s.aws/resources',
  IAMAuthPolicy: 'application-networking.k8s.aws/iam-auth-policy',
} as const;

const prefix = 'application-networking.k8s.aws/';

export const annotations = {
  /** On gateways and routes: do not associate the service with the gateway's network. */
  standalone: `${prefix}standalone`,
  /** On routes, exports and access log policies: tags for what they make in AWS, `key=value,…`. */
  tags: `${prefix}tags`,
  /** On routes: what the Lattice service is called. */
  serviceNameOverride: `${prefix}service-name-override`,
  allowTakeoverFrom: `${prefix}allow-takeover-from`,
  /** On gateways, routes and exports: `true` while nothing is to change in AWS on their account. */
  paused: `${prefix}paused`,
  /** On exports: must be `amazon-vpc-lattice`. */
  federation: `${prefix}federation`,
  /** On exports without `exportedPorts`: the ports, separated by commas. */
  port: `${prefix}port`,
  /** On exports: the Service behind it, when its name differs. */
  serviceName: `${prefix}service-name`,
  /** On imports: the name of the export, when it differs. */
  exportName: `${prefix}export-name`,
  awsVpc: `${prefix}aws-vpc`,
  awsEksClusterName: `${prefix}aws-eks-cluster-name`,
  targetGroupArn: `${prefix}target-group-arn`,
  /** Written by us, on routes. */
  assignedDomainName: `${prefix}lattice-assigned-domain-name`,
  serviceArn: `${prefix}lattice-service-arn`,
  /** Of a route in several services: all of them, separated by commas. */
  serviceArns: `${prefix}lattice-service-arns`,
  /** Written by us, on access log policies: the subscription, and what it is of. */
  accessLogSubscription: `${prefix}accessLogSubscription`,
  accessLogSubscriptionResourceName: `${prefix}accessLogSubscriptionResourceName`,
  /** Written by us, on IAM auth policies: what is protected. */
  iamAuthPolicyResourceId: `${prefix}iam-auth-policy-resource-id`,
  iamAuthPolicyResourceType: `${prefix}iam-auth-policy-resource-type`,
  iamAuthPolicyResourceName: `${prefix}iam-auth-policy-resource-name`,
  /** Written by us, on IAM auth policies: how service networks were protected before, as JSON by their ids. */
  iamAuthPolicyFound: `${prefix}iam-auth-policy-found`,
} as const;

/** In a listener's `tls.options`. */
export const tlsOptions = {
  /** The ARN of a certificate in ACM. */
  certificateArn: `${prefix}certificate-arn`,
} as const;

/** On routes: the priority of the rule with this index. */
export function rulePriorityAnnotation(index: number): string {
  return `${prefix}rule-${index}-priority`;
}
