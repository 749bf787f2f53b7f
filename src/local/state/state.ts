import type { Statement } from '../auth/policy/document.ts';
import type { Listener } from './listener-resources.ts';
import type { Due, Trouble } from './due.ts';
import type {
  Certificate,
  Instance,
  ResourceShare,
  SecurityGroup,
  Subnet,
  Vpc,
} from './neighbour-resources.ts';
import type {
  DomainVerification,
  EndpointAssociation,
  NetworkEndpoint,
  ResourceAssociation,
  ResourceConfiguration,
  ResourceGateway,
} from './vpc-resources.ts';

/**
 * What one region of the local VPC Lattice knows, over all accounts: one immutable value, changed only by `transition`.
 * A part that did not change keeps its identity, so a reader may remember what it derived from a service by the object.
 * Maps are in creation order. Times are milliseconds since the epoch. Words and defaults are those of the API: what it
 * fills in when a request leaves it out is filled in here.
 */
export interface RegionState {
  readonly region: string;
  readonly partition: string;
  readonly settings: Settings;
  readonly serviceNetworks: Table<ServiceNetwork>;
  readonly vpcAssociations: Table<VpcAssociation>;
  readonly services: Table<Service>;
  readonly serviceAssociations: Table<ServiceAssociation>;
  readonly targetGroups: Table<TargetGroup>;
  readonly resourceGateways: Table<ResourceGateway>;
  readonly resourceConfigurations: Table<ResourceConfiguration>;
  readonly resourceAssociations: Table<ResourceAssociation>;
  readonly networkEndpoints: Table<NetworkEndpoint>;
  readonly endpointAssociations: Table<EndpointAssociation>;
  readonly domainVerifications: Table<DomainVerification>;
  readonly accessLogSubscriptions: Table<AccessLogSubscription>;
  /** What the services beside Lattice keep. */
  readonly certificates: Table<Certificate>;
  readonly resourceShares: Table<ResourceShare>;
  readonly vpcs: Table<Vpc>;
  readonly subnets: Table<Subnet>;
  readonly securityGroups: Table<SecurityGroup>;
  readonly instances: Table<Instance>;
  /** What DNS outside of us has: texts by name in lower case. */
  readonly txtRecords: Table<readonly string[]>;
  /** What will change by itself, and when. A resource *_IN_PROGRESS without an entry is stuck. */
  readonly due: Table<Due>;
  /** What operators want to go wrong; the first that fits counts. */
  readonly troubles: readonly Trouble[];
  /** Of the next thing created. */
  readonly nextSequence: number;
}

/** By id unless told otherwise. */
export type Table<T> = ReadonlyMap<string, T>;

export type Tags = Readonly<Record<string, string>>;

/** What an operator of this region chose; part of the state so that a transition needs nothing else. */
export interface Settings {
  readonly latency: LatencyProfile;
  /** `observed`: a data plane reports verdicts. `absent`: nobody checks, and targets stay `UNAVAILABLE`. */
  readonly healthChecks: 'observed' | 'absent';
  /** Whether what is referred to in other services has to exist; not unless told. */
  readonly strictReferences?: boolean;
  /** Instances, load balancers, functions, databases and log destinations that exist; none unless told. */
  readonly existing?: readonly string[];
  /** By account or `*` for all others, then by quota code; what is not here has AWS's default. */
  readonly quotas: Table<Table<number>>;
}

/** How long what is asynchronous takes; `latency.ts` has the times. */
export type LatencyProfile = 'none' | 'short' | 'aws';

/** What every resource has. The ARN is the owner's. */
export interface Resource {
  readonly id: string;
  readonly arn: string;
  /** Twelve digits. */
  readonly account: string;
  /** Grows with each creation in the region. */
  readonly sequence: number;
  readonly createdAt: number;
  /** Tags do not change it. */
  readonly lastUpdatedAt: number;
  readonly tags: Tags;
  /** What the create said, so that it may be repeated; absent when it had no client token. */
  readonly createdWith?: CreatedWith;
}

export interface CreatedWith {
  readonly clientToken: string;
  /** Canonical text of the request. */
  readonly request: string;
}

/** States of what is created and deleted asynchronously. */
export type Status =
  | 'CREATE_IN_PROGRESS'
  | 'ACTIVE'
  | 'CREATE_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_FAILED';

/** Those of what is also updated asynchronously. */
export type UpdatableStatus = Status | 'UPDATE_IN_PROGRESS' | 'UPDATE_FAILED';

/** Why the last creation, change or deletion failed; of interest while the status says so. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

export type AuthType = 'NONE' | 'AWS_IAM';

/** What may be shared with other accounts. */
export interface Shareable extends Resource {
  readonly resourcePolicy?: ResourcePolicy;
}

/** With whom something is shared, for what. */
export interface ResourcePolicy {
  /** The document as it was given. */
  readonly policy: string;
  readonly statements: readonly Statement[];
}

/** Who may call, in IAM's language. In force while the auth type is AWS_IAM. */
export interface AuthPolicy {
  /** The document as it was given. */
  readonly policy: string;
  readonly createdAt: number;
  readonly lastUpdatedAt: number;
}

export interface ServiceNetwork extends Shareable {
  readonly name: string;
  readonly authType: AuthType;
  readonly authPolicy?: AuthPolicy;
  readonly sharingEnabled: boolean;
}

/** A VPC has at most one. `account` is that of whoever created it, the VPC's owner. */
export interface VpcAssociation extends Resource {
  readonly status: UpdatableStatus;
  readonly failure?: Failure;
  readonly serviceNetworkId: string;
  readonly vpcId: string;
  /** Empty: all traffic of the VPC is admitted. */
  readonly securityGroupIds: readonly string[];
  readonly privateDnsEnabled: boolean;
  readonly dnsOptions?: DnsOptions;
}

export interface DnsOptions {
  readonly privateDnsPreference: PrivateDnsPreference;
  readonly privateDnsSpecifiedDomains?: readonly string[];
}

export type PrivateDnsPreference =
  | 'VERIFIED_DOMAINS_ONLY'
  | 'ALL_DOMAINS'
  | 'VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS'
  | 'SPECIFIED_DOMAINS_ONLY';

export interface Service extends Shareable {
  readonly name: string;
  readonly status: Status;
  readonly failure?: Failure;
  readonly authType: AuthType;
  readonly authPolicy?: AuthPolicy;
  readonly customDomainName?: string;
  readonly certificateArn?: string;
  readonly idleTimeoutSeconds: number;
  readonly dnsEntry: DnsEntry;
  readonly listeners: Table<Listener>;
}

export interface DnsEntry {
  readonly domainName: string;
  readonly hostedZoneId: string;
}

/** `account` is that of whoever created it: the owner of the network or of the service. */
export interface ServiceAssociation extends Resource {
  readonly status: Status;
  readonly failure?: Failure;
  readonly serviceNetworkId: string;
  readonly serviceId: string;
}

export interface TargetGroup extends Resource {
  readonly name: string;
  readonly status: Status;
  readonly failure?: Failure;
  readonly config: TargetGroupConfig;
  /** Ids of the services whose rules or default actions name this group; AWS allows one. */
  readonly usedBy: readonly string[];
  /** By `targetKey`; those that drain are here until they are gone. */
  readonly targets: Table<Target>;
}

export type TargetGroupConfig = IpTargets | InstanceTargets | AlbTargets | LambdaTargets;

interface NetworkTargets {
  readonly port: number;
  readonly protocol: TargetGroupProtocol;
  /** Absent for TCP. */
  readonly protocolVersion?: ProtocolVersion;
  readonly vpcIdentifier: string;
}

export interface IpTargets extends NetworkTargets {
  readonly type: 'IP';
  readonly ipAddressType: 'IPV4' | 'IPV6';
  readonly healthCheck: HealthCheck;
}

export interface InstanceTargets extends NetworkTargets {
  readonly type: 'INSTANCE';
  readonly healthCheck: HealthCheck;
}

export interface AlbTargets extends NetworkTargets {
  readonly type: 'ALB';
}

export interface LambdaTargets {
  readonly type: 'LAMBDA';
  /** Absent when the creator left it out; V1 then. */
  readonly lambdaEventStructureVersion?: 'V1' | 'V2';
}

export type TargetGroupProtocol = 'HTTP' | 'HTTPS' | 'TCP';
export type ProtocolVersion = 'HTTP1' | 'HTTP2' | 'GRPC';

export interface HealthCheck {
  readonly enabled: boolean;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly protocolVersion: 'HTTP1' | 'HTTP2';
  /** Absent: the port of each target. */
  readonly port?: number;
  readonly path: string;
  readonly healthCheckIntervalSeconds: number;
  readonly healthCheckTimeoutSeconds: number;
  readonly healthyThresholdCount: number;
  readonly unhealthyThresholdCount: number;
  /** Codes and ranges, as `200,202` or `200-299`. */
  readonly httpCode: string;
}

export type TargetStatus = 'INITIAL' | 'HEALTHY' | 'UNHEALTHY' | 'UNUSED' | 'DRAINING' | 'UNAVAILABLE';

export interface Target {
  readonly id: string;
  /** Absent for a function. */
  readonly port?: number;
  readonly status: TargetStatus;
  readonly reasonCode?: string;
  /** Grows with each registration in the region. */
  readonly sequence: number;
  readonly registeredAt: number;
  /** Set while `DRAINING`. */
  readonly drainingSince?: number;
}

/** Key of a target in its group. */
export function targetKey({ id, port }: { readonly id: string; readonly port?: number }): string {
  return port === undefined ? id : `${id}:${port}`;
}

/** Where access logs of a network, a service or a resource go. */
export interface AccessLogSubscription extends Resource {
  readonly resourceId: string;
  readonly resourceArn: string;
  /** Of a CloudWatch Logs log group, an S3 bucket or a Firehose delivery stream, as it was given. */
  readonly destinationArn: string;
  /** Of a network: whether calls to services or connections to resources are logged. */
  readonly logType?: 'SERVICE' | 'RESOURCE';
}
