import type { ObjectRef } from '../../kinds/object.ts';

/**
 * A readable name of ours for one thing in Lattice, such as `listener/shop/cart/http/80`. Never an AWS name or id; it
 * survives edits elsewhere, so a rule is keyed by its match and not by its position.
 */
export type ResourceKey = string;

/** Stands for something another entry gives once it exists. References are data: a dangling one is our bug. */
export interface Ref {
  readonly ref: ResourceKey;
  readonly output: 'id' | 'arn';
}

export type Tags = Readonly<Record<string, string>>;

interface ResourceOf<Type extends string, Spec> {
  readonly type: Type;
  readonly key: ResourceKey;
  readonly spec: Spec;
  readonly tags: Tags;
  /** The objects that ask for it: where an outcome is reported, and whose finalizers wait for it to go. */
  readonly for: readonly ObjectRef[];
  /** Whose it may be and yet become ours, as `ManagedBy` says; `''` for what nobody manages. */
  readonly takesFrom?: readonly string[];
}

export interface ServiceNetworkSpec {
  readonly name: string;
}

export interface VpcAssociationSpec {
  readonly network: Ref;
  readonly vpcId: string;
}

export interface ServiceSpec {
  /** A wish used at creation only: what exists keeps its name. */
  readonly name: string;
  readonly customDomainName?: string;
  /** In ACM, for the custom domain name. */
  readonly certificateArn?: string;
  /** A wish: what is to be protected is so from its first moment. Later its auth policy says. */
  readonly authType?: 'AWS_IAM';
}

/** How a service or a network is protected: its auth type and its auth policy, as one resource. */
export interface AuthPolicySpec {
  readonly resource: Ref;
  readonly authType: 'NONE' | 'AWS_IAM';
  /** As `policyDocument` writes it. */
  readonly policy?: string;
}

/** Where the access logs of a service or a network go. Lattice takes one of each destination type. */
export interface AccessLogSubscriptionSpec {
  readonly resource: Ref;
  readonly destinationType: DestinationType;
  readonly destinationArn: string;
}

export type DestinationType = 'S3' | 'CloudWatchLogs' | 'Firehose';

export interface ServiceAssociationSpec {
  readonly service: Ref;
  readonly network: Ref;
}

export type ListenerProtocol = 'HTTP' | 'HTTPS' | 'TLS_PASSTHROUGH';

export interface ListenerSpec {
  readonly service: Ref;
  readonly name: string;
  readonly protocol: ListenerProtocol;
  readonly port: number;
  readonly defaultAction: Action;
}

export interface RuleSpec {
  readonly service: Ref;
  readonly listener: Ref;
  readonly name: string;
  /** 1 wins. Only the order is wanted: where existing priorities are in the right order, plan leaves them. */
  readonly priority: number;
  /** The number itself, where somebody chose it. */
  readonly chosenPriority?: number;
  readonly match: HttpMatch;
  readonly action: Action;
}

export type Action =
  | { readonly kind: 'forward'; readonly groups: readonly WeightedGroup[] }
  | { readonly kind: 'fixedResponse'; readonly statusCode: 404 | 500 };

export interface WeightedGroup {
  /** A target group of the model, or the answer to a question. */
  readonly group: Ref;
  readonly weight: number;
}

export interface HttpMatch {
  readonly method?: string;
  readonly path?: PathMatch;
  /** ANDed; at most five. */
  readonly headers: readonly HeaderMatch[];
}

export interface PathMatch {
  readonly kind: 'exact' | 'prefix';
  readonly value: string;
  readonly caseSensitive: boolean;
}

export interface HeaderMatch {
  readonly name: string;
  readonly kind: 'exact' | 'prefix' | 'contains';
  readonly value: string;
  readonly caseSensitive: boolean;
}

export interface TargetGroupSpec {
  /** A wish used at creation only. */
  readonly name: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP';
  /** Absent for TCP. */
  readonly protocolVersion?: 'HTTP1' | 'HTTP2' | 'GRPC';
  readonly vpcId: string;
  readonly ipAddressType: 'IPV4' | 'IPV6';
  /** Absent: whatever Lattice gives by itself. */
  readonly healthCheck?: HealthCheck;
}

export interface HealthCheck {
  readonly enabled: boolean;
  readonly protocol?: 'HTTP' | 'HTTPS';
  readonly protocolVersion?: 'HTTP1' | 'HTTP2';
  readonly port?: number;
  readonly path?: string;
  readonly intervalSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly healthyThreshold?: number;
  readonly unhealthyThreshold?: number;
  readonly statusMatch?: string;
}

/** The members of one target group, as one resource: registering and draining are its update. */
export interface TargetsSpec {
  readonly group: Ref;
  readonly targets: readonly Target[];
}

export interface Target {
  readonly id: string;
  readonly port: number;
}

export type ServiceNetworkResource = ResourceOf<'serviceNetwork', ServiceNetworkSpec>;
export type VpcAssociationResource = ResourceOf<'vpcAssociation', VpcAssociationSpec>;
export type ServiceResource = ResourceOf<'service', ServiceSpec>;
export type AuthPolicyResource = ResourceOf<'authPolicy', AuthPolicySpec>;
export type AccessLogSubscriptionResource = ResourceOf<'accessLogSubscription', AccessLogSubscriptionSpec>;
export type ServiceAssociationResource = ResourceOf<'serviceAssociation', ServiceAssociationSpec>;
export type ListenerResource = ResourceOf<'listener', ListenerSpec>;
export type RuleResource = ResourceOf<'rule', RuleSpec>;
export type TargetGroupResource = ResourceOf<'targetGroup', TargetGroupSpec>;
export type TargetsResource = ResourceOf<'targets', TargetsSpec>;

export type Resource =
  | ServiceNetworkResource
  | VpcAssociationResource
  | ServiceResource
  | AuthPolicyResource
  | AccessLogSubscriptionResource
  | ServiceAssociationResource
  | ListenerResource
  | RuleResource
  | TargetGroupResource
  | TargetsResource;

export type ResourceType = Resource['type'];

export type SpecOf<Type extends ResourceType> = Extract<Resource, { type: Type }>['spec'];
