// Written by tools/generate/contract.ts from config/aws/vpc-lattice.json (the AWS service model of VPC Lattice,
// API version 2022-11-30, as botocore publishes it under Apache-2.0). Do not edit.
export interface AccessLogSubscriptionSummary {
  readonly id: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly resourceArn: string;
  readonly destinationArn: string;
  readonly serviceNetworkLogType?: ServiceNetworkLogType;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
}

export interface ArnResource {
  readonly arn?: string;
}

export type AuthPolicyState = 'Active' | 'Inactive';

export type AuthType = 'NONE' | 'AWS_IAM';

export interface BatchUpdateRuleRequest {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
  readonly rules: readonly RuleUpdate[];
}

export interface BatchUpdateRuleResponse {
  readonly successful?: readonly RuleUpdateSuccess[];
  readonly unsuccessful?: readonly RuleUpdateFailure[];
}

export interface CidrResource {
  readonly cidrRanges?: readonly string[];
}

export interface CreateAccessLogSubscriptionRequest {
  readonly clientToken?: string;
  readonly resourceIdentifier: string;
  readonly destinationArn: string;
  readonly serviceNetworkLogType?: ServiceNetworkLogType;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface CreateAccessLogSubscriptionResponse {
  readonly id: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly resourceArn: string;
  readonly serviceNetworkLogType?: ServiceNetworkLogType;
  readonly destinationArn: string;
}

export interface CreateListenerRequest {
  readonly serviceIdentifier: string;
  readonly name: string;
  readonly protocol: ListenerProtocol;
  readonly port?: number;
  readonly defaultAction: RuleAction;
  readonly clientToken?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface CreateListenerResponse {
  readonly arn?: string;
  readonly id?: string;
  readonly name?: string;
  readonly protocol?: ListenerProtocol;
  readonly port?: number;
  readonly serviceArn?: string;
  readonly serviceId?: string;
  readonly defaultAction?: RuleAction;
}

export interface CreateResourceConfigurationRequest {
  readonly name: string;
  readonly type: ResourceConfigurationType;
  readonly portRanges?: readonly string[];
  readonly protocol?: ProtocolType;
  readonly resourceGatewayIdentifier?: string;
  readonly resourceConfigurationGroupIdentifier?: string;
  readonly resourceConfigurationDefinition?: ResourceConfigurationDefinition;
  readonly allowAssociationToShareableServiceNetwork?: boolean;
  readonly customDomainName?: string;
  readonly groupDomain?: string;
  readonly domainVerificationIdentifier?: string;
  readonly clientToken?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface CreateResourceConfigurationResponse {
  readonly id?: string;
  readonly name?: string;
  readonly arn?: string;
  readonly resourceGatewayId?: string;
  readonly resourceConfigurationGroupId?: string;
  readonly type?: ResourceConfigurationType;
  readonly portRanges?: readonly string[];
  readonly protocol?: ProtocolType;
  readonly status?: ResourceConfigurationStatus;
  readonly resourceConfigurationDefinition?: ResourceConfigurationDefinition;
  readonly allowAssociationToShareableServiceNetwork?: boolean;
  readonly createdAt?: string;
  readonly failureReason?: string;
  readonly customDomainName?: string;
  readonly domainVerificationId?: string;
  readonly groupDomain?: string;
  readonly domainVerificationArn?: string;
}

export interface CreateResourceGatewayRequest {
  readonly clientToken?: string;
  readonly name: string;
  readonly vpcIdentifier?: string;
  readonly subnetIds?: readonly string[];
  readonly securityGroupIds?: readonly string[];
  readonly ipAddressType?: ResourceGatewayIpAddressType;
  readonly ipv4AddressesPerEni?: number;
  readonly resourceConfigDnsResolution?: ResourceConfigDnsResolution;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface CreateResourceGatewayResponse {
  readonly name?: string;
  readonly id?: string;
  readonly arn?: string;
  readonly status?: ResourceGatewayStatus;
  readonly vpcIdentifier?: string;
  readonly subnetIds?: readonly string[];
  readonly securityGroupIds?: readonly string[];
  readonly ipAddressType?: ResourceGatewayIpAddressType;
  readonly ipv4AddressesPerEni?: number;
  readonly resourceConfigDnsResolution?: ResourceConfigDnsResolution;
}

export interface CreateRuleRequest {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
  readonly name: string;
  readonly match: RuleMatch;
  readonly priority: number;
  readonly action: RuleAction;
  readonly clientToken?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface CreateRuleResponse {
  readonly arn?: string;
  readonly id?: string;
  readonly name?: string;
  readonly match?: RuleMatch;
  readonly priority?: number;
  readonly action?: RuleAction;
}

export interface CreateServiceNetworkRequest {
  readonly clientToken?: string;
  readonly name: string;
  readonly authType?: AuthType;
  readonly tags?: Readonly<Record<string, string>>;
  readonly sharingConfig?: SharingConfig;
}

export interface CreateServiceNetworkResourceAssociationRequest {
  readonly clientToken?: string;
  readonly resourceConfigurationIdentifier: string;
  readonly serviceNetworkIdentifier: string;
  readonly privateDnsEnabled?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface CreateServiceNetworkResourceAssociationResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly status?: ServiceNetworkResourceAssociationStatus;
  readonly createdBy?: string;
  readonly privateDnsEnabled?: boolean;
}

export interface CreateServiceNetworkResponse {
  readonly id?: string;
  readonly name?: string;
  readonly arn?: string;
  readonly sharingConfig?: SharingConfig;
  readonly authType?: AuthType;
}

export interface CreateServiceNetworkServiceAssociationRequest {
  readonly clientToken?: string;
  readonly serviceIdentifier: string;
  readonly serviceNetworkIdentifier: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface CreateServiceNetworkServiceAssociationResponse {
  readonly id?: string;
  readonly status?: ServiceNetworkServiceAssociationStatus;
  readonly arn?: string;
  readonly createdBy?: string;
  readonly customDomainName?: string;
  readonly dnsEntry?: DnsEntry;
}

export interface CreateServiceNetworkVpcAssociationRequest {
  readonly clientToken?: string;
  readonly serviceNetworkIdentifier: string;
  readonly vpcIdentifier: string;
  readonly privateDnsEnabled?: boolean;
  readonly securityGroupIds?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly dnsOptions?: DnsOptions;
}

export interface CreateServiceNetworkVpcAssociationResponse {
  readonly id?: string;
  readonly status?: ServiceNetworkVpcAssociationStatus;
  readonly arn?: string;
  readonly createdBy?: string;
  readonly securityGroupIds?: readonly string[];
  readonly privateDnsEnabled?: boolean;
  readonly dnsOptions?: DnsOptions;
}

export interface CreateServiceRequest {
  readonly clientToken?: string;
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly customDomainName?: string;
  readonly certificateArn?: string;
  readonly authType?: AuthType;
  readonly idleTimeoutSeconds?: number;
}

export interface CreateServiceResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly name?: string;
  readonly customDomainName?: string;
  readonly certificateArn?: string;
  readonly status?: ServiceStatus;
  readonly authType?: AuthType;
  readonly idleTimeoutSeconds?: number;
  readonly dnsEntry?: DnsEntry;
}

export interface CreateTargetGroupRequest {
  readonly name: string;
  readonly type: TargetGroupType;
  readonly config?: TargetGroupConfig;
  readonly clientToken?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface CreateTargetGroupResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly name?: string;
  readonly type?: TargetGroupType;
  readonly config?: TargetGroupConfig;
  readonly status?: TargetGroupStatus;
}

export interface DeleteAccessLogSubscriptionRequest {
  readonly accessLogSubscriptionIdentifier: string;
}

export type DeleteAccessLogSubscriptionResponse = Readonly<Record<string, never>>;

export interface DeleteAuthPolicyRequest {
  readonly resourceIdentifier: string;
}

export type DeleteAuthPolicyResponse = Readonly<Record<string, never>>;

export interface DeleteDomainVerificationRequest {
  readonly domainVerificationIdentifier: string;
}

export type DeleteDomainVerificationResponse = Readonly<Record<string, never>>;

export interface DeleteListenerRequest {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
}

export type DeleteListenerResponse = Readonly<Record<string, never>>;

export interface DeleteResourceConfigurationRequest {
  readonly resourceConfigurationIdentifier: string;
}

export type DeleteResourceConfigurationResponse = Readonly<Record<string, never>>;

export interface DeleteResourceEndpointAssociationRequest {
  readonly resourceEndpointAssociationIdentifier: string;
}

export interface DeleteResourceEndpointAssociationResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly resourceConfigurationId?: string;
  readonly resourceConfigurationArn?: string;
  readonly vpcEndpointId?: string;
}

export interface DeleteResourceGatewayRequest {
  readonly resourceGatewayIdentifier: string;
}

export interface DeleteResourceGatewayResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly name?: string;
  readonly status?: ResourceGatewayStatus;
}

export interface DeleteResourcePolicyRequest {
  readonly resourceArn: string;
}

export type DeleteResourcePolicyResponse = Readonly<Record<string, never>>;

export interface DeleteRuleRequest {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
  readonly ruleIdentifier: string;
}

export type DeleteRuleResponse = Readonly<Record<string, never>>;

export interface DeleteServiceNetworkRequest {
  readonly serviceNetworkIdentifier: string;
}

export interface DeleteServiceNetworkResourceAssociationRequest {
  readonly serviceNetworkResourceAssociationIdentifier: string;
}

export interface DeleteServiceNetworkResourceAssociationResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly status?: ServiceNetworkResourceAssociationStatus;
}

export type DeleteServiceNetworkResponse = Readonly<Record<string, never>>;

export interface DeleteServiceNetworkServiceAssociationRequest {
  readonly serviceNetworkServiceAssociationIdentifier: string;
}

export interface DeleteServiceNetworkServiceAssociationResponse {
  readonly id?: string;
  readonly status?: ServiceNetworkServiceAssociationStatus;
  readonly arn?: string;
}

export interface DeleteServiceNetworkVpcAssociationRequest {
  readonly serviceNetworkVpcAssociationIdentifier: string;
}

export interface DeleteServiceNetworkVpcAssociationResponse {
  readonly id?: string;
  readonly status?: ServiceNetworkVpcAssociationStatus;
  readonly arn?: string;
}

export interface DeleteServiceRequest {
  readonly serviceIdentifier: string;
}

export interface DeleteServiceResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly name?: string;
  readonly status?: ServiceStatus;
}

export interface DeleteTargetGroupRequest {
  readonly targetGroupIdentifier: string;
}

export interface DeleteTargetGroupResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly status?: TargetGroupStatus;
}

export interface DeregisterTargetsRequest {
  readonly targetGroupIdentifier: string;
  readonly targets: readonly Target[];
}

export interface DeregisterTargetsResponse {
  readonly successful?: readonly Target[];
  readonly unsuccessful?: readonly TargetFailure[];
}

export interface DnsEntry {
  readonly domainName?: string;
  readonly hostedZoneId?: string;
}

export interface DnsOptions {
  readonly privateDnsPreference?: PrivateDnsPreference;
  readonly privateDnsSpecifiedDomains?: readonly string[];
}

export interface DnsResource {
  readonly domainName?: string;
  readonly ipAddressType?: ResourceConfigurationIpAddressType;
}

export interface DomainVerificationSummary {
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  readonly status: VerificationStatus;
  readonly txtMethodConfig?: TxtMethodConfig;
  readonly createdAt: string;
  readonly lastVerifiedTime?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface FixedResponseAction {
  readonly statusCode: number;
}

export interface ForwardAction {
  readonly targetGroups: readonly WeightedTargetGroup[];
}

export interface GetAccessLogSubscriptionRequest {
  readonly accessLogSubscriptionIdentifier: string;
}

export interface GetAccessLogSubscriptionResponse {
  readonly id: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly resourceArn: string;
  readonly destinationArn: string;
  readonly serviceNetworkLogType?: ServiceNetworkLogType;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
}

export interface GetAuthPolicyRequest {
  readonly resourceIdentifier: string;
}

export interface GetAuthPolicyResponse {
  readonly policy?: string;
  readonly state?: AuthPolicyState;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
}

export interface GetDomainVerificationRequest {
  readonly domainVerificationIdentifier: string;
}

export interface GetDomainVerificationResponse {
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  readonly status: VerificationStatus;
  readonly txtMethodConfig?: TxtMethodConfig;
  readonly createdAt: string;
  readonly lastVerifiedTime?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface GetListenerRequest {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
}

export interface GetListenerResponse {
  readonly arn?: string;
  readonly id?: string;
  readonly name?: string;
  readonly protocol?: ListenerProtocol;
  readonly port?: number;
  readonly serviceArn?: string;
  readonly serviceId?: string;
  readonly defaultAction?: RuleAction;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
}

export interface GetResourceConfigurationRequest {
  readonly resourceConfigurationIdentifier: string;
}

export interface GetResourceConfigurationResponse {
  readonly id?: string;
  readonly name?: string;
  readonly arn?: string;
  readonly resourceGatewayId?: string;
  readonly resourceConfigurationGroupId?: string;
  readonly type?: ResourceConfigurationType;
  readonly allowAssociationToShareableServiceNetwork?: boolean;
  readonly portRanges?: readonly string[];
  readonly protocol?: ProtocolType;
  readonly customDomainName?: string;
  readonly status?: ResourceConfigurationStatus;
  readonly resourceConfigurationDefinition?: ResourceConfigurationDefinition;
  readonly createdAt?: string;
  readonly amazonManaged?: boolean;
  readonly failureReason?: string;
  readonly lastUpdatedAt?: string;
  readonly domainVerificationId?: string;
  readonly domainVerificationArn?: string;
  readonly domainVerificationStatus?: VerificationStatus;
  readonly groupDomain?: string;
}

export interface GetResourceGatewayRequest {
  readonly resourceGatewayIdentifier: string;
}

export interface GetResourceGatewayResponse {
  readonly name?: string;
  readonly id?: string;
  readonly arn?: string;
  readonly status?: ResourceGatewayStatus;
  readonly vpcId?: string;
  readonly subnetIds?: readonly string[];
  readonly serviceManaged?: boolean;
  readonly managedBy?: string;
  readonly securityGroupIds?: readonly string[];
  readonly ipAddressType?: ResourceGatewayIpAddressType;
  readonly ipv4AddressesPerEni?: number;
  readonly resourceConfigDnsResolution?: ResourceConfigDnsResolution;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
}

export interface GetResourcePolicyRequest {
  readonly resourceArn: string;
}

export interface GetResourcePolicyResponse {
  readonly policy?: string;
}

export interface GetRuleRequest {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
  readonly ruleIdentifier: string;
}

export interface GetRuleResponse {
  readonly arn?: string;
  readonly id?: string;
  readonly name?: string;
  readonly isDefault?: boolean;
  readonly match?: RuleMatch;
  readonly priority?: number;
  readonly action?: RuleAction;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
}

export interface GetServiceNetworkRequest {
  readonly serviceNetworkIdentifier: string;
}

export interface GetServiceNetworkResourceAssociationRequest {
  readonly serviceNetworkResourceAssociationIdentifier: string;
}

export interface GetServiceNetworkResourceAssociationResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly status?: ServiceNetworkResourceAssociationStatus;
  readonly createdBy?: string;
  readonly createdAt?: string;
  readonly resourceConfigurationId?: string;
  readonly resourceConfigurationArn?: string;
  readonly resourceConfigurationName?: string;
  readonly serviceNetworkId?: string;
  readonly serviceNetworkArn?: string;
  readonly serviceNetworkName?: string;
  readonly failureReason?: string;
  readonly failureCode?: string;
  readonly lastUpdatedAt?: string;
  readonly privateDnsEntry?: DnsEntry;
  readonly privateDnsEnabled?: boolean;
  readonly dnsEntry?: DnsEntry;
  readonly isManagedAssociation?: boolean;
  readonly domainVerificationStatus?: VerificationStatus;
}

export interface GetServiceNetworkResponse {
  readonly id?: string;
  readonly name?: string;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
  readonly arn?: string;
  readonly authType?: AuthType;
  readonly sharingConfig?: SharingConfig;
  readonly numberOfAssociatedVPCs?: number;
  readonly numberOfAssociatedServices?: number;
}

export interface GetServiceNetworkServiceAssociationRequest {
  readonly serviceNetworkServiceAssociationIdentifier: string;
}

export interface GetServiceNetworkServiceAssociationResponse {
  readonly id?: string;
  readonly status?: ServiceNetworkServiceAssociationStatus;
  readonly arn?: string;
  readonly createdBy?: string;
  readonly createdAt?: string;
  readonly serviceId?: string;
  readonly serviceName?: string;
  readonly serviceArn?: string;
  readonly serviceNetworkId?: string;
  readonly serviceNetworkName?: string;
  readonly serviceNetworkArn?: string;
  readonly dnsEntry?: DnsEntry;
  readonly customDomainName?: string;
  readonly failureMessage?: string;
  readonly failureCode?: string;
}

export interface GetServiceNetworkVpcAssociationRequest {
  readonly serviceNetworkVpcAssociationIdentifier: string;
}

export interface GetServiceNetworkVpcAssociationResponse {
  readonly id?: string;
  readonly status?: ServiceNetworkVpcAssociationStatus;
  readonly arn?: string;
  readonly createdBy?: string;
  readonly createdAt?: string;
  readonly serviceNetworkId?: string;
  readonly serviceNetworkName?: string;
  readonly serviceNetworkArn?: string;
  readonly vpcId?: string;
  readonly securityGroupIds?: readonly string[];
  readonly privateDnsEnabled?: boolean;
  readonly failureMessage?: string;
  readonly failureCode?: string;
  readonly lastUpdatedAt?: string;
  readonly dnsOptions?: DnsOptions;
}

export interface GetServiceRequest {
  readonly serviceIdentifier: string;
}

export interface GetServiceResponse {
  readonly id?: string;
  readonly name?: string;
  readonly arn?: string;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
  readonly dnsEntry?: DnsEntry;
  readonly customDomainName?: string;
  readonly certificateArn?: string;
  readonly status?: ServiceStatus;
  readonly authType?: AuthType;
  readonly idleTimeoutSeconds?: number;
  readonly failureCode?: string;
  readonly failureMessage?: string;
}

export interface GetTargetGroupRequest {
  readonly targetGroupIdentifier: string;
}

export interface GetTargetGroupResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly name?: string;
  readonly type?: TargetGroupType;
  readonly config?: TargetGroupConfig;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
  readonly status?: TargetGroupStatus;
  readonly serviceArns?: readonly string[];
  readonly failureMessage?: string;
  readonly failureCode?: string;
}

export interface HeaderMatch {
  readonly name: string;
  readonly match: HeaderMatchType;
  readonly caseSensitive?: boolean;
}

export type HeaderMatchType =
  | { readonly exact: string }
  | { readonly prefix: string }
  | { readonly contains: string };

export interface HealthCheckConfig {
  readonly enabled?: boolean;
  readonly protocol?: TargetGroupProtocol;
  readonly protocolVersion?: HealthCheckProtocolVersion;
  readonly port?: number;
  readonly path?: string;
  readonly healthCheckIntervalSeconds?: number;
  readonly healthCheckTimeoutSeconds?: number;
  readonly healthyThresholdCount?: number;
  readonly unhealthyThresholdCount?: number;
  readonly matcher?: Matcher;
}

export type HealthCheckProtocolVersion = 'HTTP1' | 'HTTP2';

export interface HttpMatch {
  readonly method?: string;
  readonly pathMatch?: PathMatch;
  readonly headerMatches?: readonly HeaderMatch[];
}

export type IpAddressType = 'IPV4' | 'IPV6';

export interface IpResource {
  readonly ipAddress?: string;
}

export type LambdaEventStructureVersion = 'V1' | 'V2';

export interface ListAccessLogSubscriptionsRequest {
  readonly resourceIdentifier: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListAccessLogSubscriptionsResponse {
  readonly items: readonly AccessLogSubscriptionSummary[];
  readonly nextToken?: string;
}

export interface ListDomainVerificationsRequest {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListDomainVerificationsResponse {
  readonly items: readonly DomainVerificationSummary[];
  readonly nextToken?: string;
}

export interface ListListenersRequest {
  readonly serviceIdentifier: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListListenersResponse {
  readonly items: readonly ListenerSummary[];
  readonly nextToken?: string;
}

export interface ListResourceConfigurationsRequest {
  readonly resourceGatewayIdentifier?: string;
  readonly resourceConfigurationGroupIdentifier?: string;
  readonly domainVerificationIdentifier?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListResourceConfigurationsResponse {
  readonly items?: readonly ResourceConfigurationSummary[];
  readonly nextToken?: string;
}

export interface ListResourceEndpointAssociationsRequest {
  readonly resourceConfigurationIdentifier: string;
  readonly resourceEndpointAssociationIdentifier?: string;
  readonly vpcEndpointId?: string;
  readonly vpcEndpointOwner?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListResourceEndpointAssociationsResponse {
  readonly items: readonly ResourceEndpointAssociationSummary[];
  readonly nextToken?: string;
}

export interface ListResourceGatewaysRequest {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListResourceGatewaysResponse {
  readonly items?: readonly ResourceGatewaySummary[];
  readonly nextToken?: string;
}

export interface ListRulesRequest {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListRulesResponse {
  readonly items: readonly RuleSummary[];
  readonly nextToken?: string;
}

export interface ListServiceNetworkResourceAssociationsRequest {
  readonly serviceNetworkIdentifier?: string;
  readonly resourceConfigurationIdentifier?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly includeChildren?: boolean;
}

export interface ListServiceNetworkResourceAssociationsResponse {
  readonly items: readonly ServiceNetworkResourceAssociationSummary[];
  readonly nextToken?: string;
}

export interface ListServiceNetworkServiceAssociationsRequest {
  readonly serviceNetworkIdentifier?: string;
  readonly serviceIdentifier?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListServiceNetworkServiceAssociationsResponse {
  readonly items: readonly ServiceNetworkServiceAssociationSummary[];
  readonly nextToken?: string;
}

export interface ListServiceNetworkVpcAssociationsRequest {
  readonly serviceNetworkIdentifier?: string;
  readonly vpcIdentifier?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListServiceNetworkVpcAssociationsResponse {
  readonly items: readonly ServiceNetworkVpcAssociationSummary[];
  readonly nextToken?: string;
}

export interface ListServiceNetworkVpcEndpointAssociationsRequest {
  readonly serviceNetworkIdentifier: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListServiceNetworkVpcEndpointAssociationsResponse {
  readonly items: readonly ServiceNetworkEndpointAssociation[];
  readonly nextToken?: string;
}

export interface ListServiceNetworksRequest {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListServiceNetworksResponse {
  readonly items: readonly ServiceNetworkSummary[];
  readonly nextToken?: string;
}

export interface ListServicesRequest {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListServicesResponse {
  readonly items?: readonly ServiceSummary[];
  readonly nextToken?: string;
}

export interface ListTagsForResourceRequest {
  readonly resourceArn: string;
}

export interface ListTagsForResourceResponse {
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ListTargetGroupsRequest {
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly vpcIdentifier?: string;
  readonly targetGroupType?: TargetGroupType;
}

export interface ListTargetGroupsResponse {
  readonly items?: readonly TargetGroupSummary[];
  readonly nextToken?: string;
}

export interface ListTargetsRequest {
  readonly targetGroupIdentifier: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly targets?: readonly Target[];
}

export interface ListTargetsResponse {
  readonly items: readonly TargetSummary[];
  readonly nextToken?: string;
}

export type ListenerProtocol = 'HTTP' | 'HTTPS' | 'TLS_PASSTHROUGH';

export interface ListenerSummary {
  readonly arn?: string;
  readonly id?: string;
  readonly name?: string;
  readonly protocol?: ListenerProtocol;
  readonly port?: number;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
}

export type Matcher =
  | { readonly httpCode: string };

export interface PathMatch {
  readonly match: PathMatchType;
  readonly caseSensitive?: boolean;
}

export type PathMatchType =
  | { readonly exact: string }
  | { readonly prefix: string };

export interface PayerResponsibilityEntry {
  readonly scope?: PayerResponsibilityScope;
  readonly payerResponsibilityType?: PayerResponsibilityPayer;
}

export type PayerResponsibilityPayer = 'VpcEndpointAccount' | 'ResourceGatewayAccount';

export type PayerResponsibilityScope = 'ResourceGatewayCharges';

export type PrivateDnsPreference = 'VERIFIED_DOMAINS_ONLY' | 'ALL_DOMAINS' | 'VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS' | 'SPECIFIED_DOMAINS_ONLY';

export type ProtocolType = 'TCP' | 'TCP_UDP';

export interface PutAuthPolicyRequest {
  readonly resourceIdentifier: string;
  readonly policy: string;
}

export interface PutAuthPolicyResponse {
  readonly policy?: string;
  readonly state?: AuthPolicyState;
}

export interface PutResourcePolicyRequest {
  readonly resourceArn: string;
  readonly policy: string;
}

export type PutResourcePolicyResponse = Readonly<Record<string, never>>;

export interface RegisterTargetsRequest {
  readonly targetGroupIdentifier: string;
  readonly targets: readonly Target[];
}

export interface RegisterTargetsResponse {
  readonly successful?: readonly Target[];
  readonly unsuccessful?: readonly TargetFailure[];
}

export type ResourceConfigDnsResolution = 'IN_VPC' | 'PUBLIC';

export type ResourceConfigurationDefinition =
  | { readonly dnsResource: DnsResource }
  | { readonly ipResource: IpResource }
  | { readonly arnResource: ArnResource }
  | { readonly cidrResource: CidrResource };

export type ResourceConfigurationIpAddressType = 'IPV4' | 'IPV6' | 'DUALSTACK';

export type ResourceConfigurationStatus = 'ACTIVE' | 'CREATE_IN_PROGRESS' | 'UPDATE_IN_PROGRESS' | 'DELETE_IN_PROGRESS' | 'CREATE_FAILED' | 'UPDATE_FAILED' | 'DELETE_FAILED';

export interface ResourceConfigurationSummary {
  readonly id?: string;
  readonly name?: string;
  readonly arn?: string;
  readonly resourceGatewayId?: string;
  readonly resourceConfigurationGroupId?: string;
  readonly type?: ResourceConfigurationType;
  readonly status?: ResourceConfigurationStatus;
  readonly amazonManaged?: boolean;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
  readonly customDomainName?: string;
  readonly domainVerificationId?: string;
  readonly groupDomain?: string;
}

export type ResourceConfigurationType = 'GROUP' | 'CHILD' | 'SINGLE' | 'ARN' | 'CIDR';

export interface ResourceEndpointAssociationSummary {
  readonly id?: string;
  readonly arn?: string;
  readonly resourceConfigurationId?: string;
  readonly resourceConfigurationArn?: string;
  readonly resourceConfigurationName?: string;
  readonly vpcEndpointId?: string;
  readonly vpcEndpointOwner?: string;
  readonly createdBy?: string;
  readonly createdAt?: string;
  readonly payerResponsibility?: readonly PayerResponsibilityEntry[];
}

export type ResourceGatewayIpAddressType = 'IPV4' | 'IPV6' | 'DUALSTACK';

export type ResourceGatewayStatus = 'ACTIVE' | 'CREATE_IN_PROGRESS' | 'UPDATE_IN_PROGRESS' | 'DELETE_IN_PROGRESS' | 'CREATE_FAILED' | 'UPDATE_FAILED' | 'DELETE_FAILED';

export interface ResourceGatewaySummary {
  readonly name?: string;
  readonly id?: string;
  readonly arn?: string;
  readonly status?: ResourceGatewayStatus;
  readonly vpcIdentifier?: string;
  readonly subnetIds?: readonly string[];
  readonly securityGroupIds?: readonly string[];
  readonly ipAddressType?: ResourceGatewayIpAddressType;
  readonly ipv4AddressesPerEni?: number;
  readonly resourceConfigDnsResolution?: ResourceConfigDnsResolution;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
}

export type RuleAction =
  | { readonly forward: ForwardAction }
  | { readonly fixedResponse: FixedResponseAction };

export type RuleMatch =
  | { readonly httpMatch: HttpMatch };

export interface RuleSummary {
  readonly arn?: string;
  readonly id?: string;
  readonly name?: string;
  readonly isDefault?: boolean;
  readonly priority?: number;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
}

export interface RuleUpdate {
  readonly ruleIdentifier: string;
  readonly match?: RuleMatch;
  readonly priority?: number;
  readonly action?: RuleAction;
}

export interface RuleUpdateFailure {
  readonly ruleIdentifier?: string;
  readonly failureCode?: string;
  readonly failureMessage?: string;
}

export interface RuleUpdateSuccess {
  readonly arn?: string;
  readonly id?: string;
  readonly name?: string;
  readonly isDefault?: boolean;
  readonly match?: RuleMatch;
  readonly priority?: number;
  readonly action?: RuleAction;
}

export interface ServiceNetworkEndpointAssociation {
  readonly vpcEndpointId?: string;
  readonly vpcId?: string;
  readonly vpcEndpointOwnerId?: string;
  readonly id?: string;
  readonly state?: string;
  readonly serviceNetworkArn?: string;
  readonly createdAt?: string;
}

export type ServiceNetworkLogType = 'SERVICE' | 'RESOURCE';

export type ServiceNetworkResourceAssociationStatus = 'CREATE_IN_PROGRESS' | 'ACTIVE' | 'PARTIAL' | 'DELETE_IN_PROGRESS' | 'CREATE_FAILED' | 'DELETE_FAILED';

export interface ServiceNetworkResourceAssociationSummary {
  readonly id?: string;
  readonly arn?: string;
  readonly status?: ServiceNetworkResourceAssociationStatus;
  readonly createdBy?: string;
  readonly createdAt?: string;
  readonly resourceConfigurationId?: string;
  readonly resourceConfigurationArn?: string;
  readonly resourceConfigurationName?: string;
  readonly serviceNetworkId?: string;
  readonly serviceNetworkArn?: string;
  readonly serviceNetworkName?: string;
  readonly dnsEntry?: DnsEntry;
  readonly privateDnsEntry?: DnsEntry;
  readonly isManagedAssociation?: boolean;
  readonly failureCode?: string;
  readonly privateDnsEnabled?: boolean;
}

export type ServiceNetworkServiceAssociationStatus = 'CREATE_IN_PROGRESS' | 'ACTIVE' | 'DELETE_IN_PROGRESS' | 'CREATE_FAILED' | 'DELETE_FAILED';

export interface ServiceNetworkServiceAssociationSummary {
  readonly id?: string;
  readonly status?: ServiceNetworkServiceAssociationStatus;
  readonly arn?: string;
  readonly createdBy?: string;
  readonly createdAt?: string;
  readonly serviceId?: string;
  readonly serviceName?: string;
  readonly serviceArn?: string;
  readonly serviceNetworkId?: string;
  readonly serviceNetworkName?: string;
  readonly serviceNetworkArn?: string;
  readonly dnsEntry?: DnsEntry;
  readonly customDomainName?: string;
}

export interface ServiceNetworkSummary {
  readonly id?: string;
  readonly name?: string;
  readonly arn?: string;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
  readonly numberOfAssociatedVPCs?: number;
  readonly numberOfAssociatedServices?: number;
  readonly numberOfAssociatedResourceConfigurations?: number;
}

export type ServiceNetworkVpcAssociationStatus = 'CREATE_IN_PROGRESS' | 'ACTIVE' | 'UPDATE_IN_PROGRESS' | 'DELETE_IN_PROGRESS' | 'CREATE_FAILED' | 'DELETE_FAILED' | 'UPDATE_FAILED';

export interface ServiceNetworkVpcAssociationSummary {
  readonly id?: string;
  readonly arn?: string;
  readonly status?: ServiceNetworkVpcAssociationStatus;
  readonly createdBy?: string;
  readonly createdAt?: string;
  readonly serviceNetworkId?: string;
  readonly serviceNetworkName?: string;
  readonly serviceNetworkArn?: string;
  readonly privateDnsEnabled?: boolean;
  readonly dnsOptions?: DnsOptions;
  readonly vpcId?: string;
  readonly lastUpdatedAt?: string;
}

export type ServiceStatus = 'ACTIVE' | 'CREATE_IN_PROGRESS' | 'DELETE_IN_PROGRESS' | 'CREATE_FAILED' | 'DELETE_FAILED';

export interface ServiceSummary {
  readonly id?: string;
  readonly name?: string;
  readonly arn?: string;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
  readonly dnsEntry?: DnsEntry;
  readonly customDomainName?: string;
  readonly status?: ServiceStatus;
}

export interface SharingConfig {
  readonly enabled?: boolean;
}

export interface StartDomainVerificationRequest {
  readonly clientToken?: string;
  readonly domainName: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface StartDomainVerificationResponse {
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  readonly status: VerificationStatus;
  readonly txtMethodConfig?: TxtMethodConfig;
}

export interface TagResourceRequest {
  readonly resourceArn: string;
  readonly tags: Readonly<Record<string, string>>;
}

export type TagResourceResponse = Readonly<Record<string, never>>;

export interface Target {
  readonly id: string;
  readonly port?: number;
}

export interface TargetFailure {
  readonly id?: string;
  readonly port?: number;
  readonly failureCode?: string;
  readonly failureMessage?: string;
}

export interface TargetGroupConfig {
  readonly port?: number;
  readonly protocol?: TargetGroupProtocol;
  readonly protocolVersion?: TargetGroupProtocolVersion;
  readonly ipAddressType?: IpAddressType;
  readonly vpcIdentifier?: string;
  readonly healthCheck?: HealthCheckConfig;
  readonly lambdaEventStructureVersion?: LambdaEventStructureVersion;
}

export type TargetGroupProtocol = 'HTTP' | 'HTTPS' | 'TCP';

export type TargetGroupProtocolVersion = 'HTTP1' | 'HTTP2' | 'GRPC';

export type TargetGroupStatus = 'CREATE_IN_PROGRESS' | 'ACTIVE' | 'DELETE_IN_PROGRESS' | 'CREATE_FAILED' | 'DELETE_FAILED';

export interface TargetGroupSummary {
  readonly id?: string;
  readonly arn?: string;
  readonly name?: string;
  readonly type?: TargetGroupType;
  readonly createdAt?: string;
  readonly port?: number;
  readonly protocol?: TargetGroupProtocol;
  readonly ipAddressType?: IpAddressType;
  readonly vpcIdentifier?: string;
  readonly lastUpdatedAt?: string;
  readonly status?: TargetGroupStatus;
  readonly serviceArns?: readonly string[];
  readonly lambdaEventStructureVersion?: LambdaEventStructureVersion;
}

export type TargetGroupType = 'IP' | 'LAMBDA' | 'INSTANCE' | 'ALB';

export type TargetStatus = 'DRAINING' | 'UNAVAILABLE' | 'HEALTHY' | 'UNHEALTHY' | 'INITIAL' | 'UNUSED';

export interface TargetSummary {
  readonly id?: string;
  readonly port?: number;
  readonly status?: TargetStatus;
  readonly reasonCode?: string;
}

export interface TxtMethodConfig {
  readonly value: string;
  readonly name: string;
}

export interface UntagResourceRequest {
  readonly resourceArn: string;
  readonly tagKeys: readonly string[];
}

export type UntagResourceResponse = Readonly<Record<string, never>>;

export interface UpdateAccessLogSubscriptionRequest {
  readonly accessLogSubscriptionIdentifier: string;
  readonly destinationArn: string;
}

export interface UpdateAccessLogSubscriptionResponse {
  readonly id: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly resourceArn: string;
  readonly destinationArn: string;
}

export interface UpdateListenerRequest {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
  readonly defaultAction: RuleAction;
}

export interface UpdateListenerResponse {
  readonly arn?: string;
  readonly id?: string;
  readonly name?: string;
  readonly protocol?: ListenerProtocol;
  readonly port?: number;
  readonly serviceArn?: string;
  readonly serviceId?: string;
  readonly defaultAction?: RuleAction;
}

export interface UpdateResourceConfigurationRequest {
  readonly resourceConfigurationIdentifier: string;
  readonly resourceConfigurationDefinition?: ResourceConfigurationDefinition;
  readonly allowAssociationToShareableServiceNetwork?: boolean;
  readonly portRanges?: readonly string[];
}

export interface UpdateResourceConfigurationResponse {
  readonly id?: string;
  readonly name?: string;
  readonly arn?: string;
  readonly resourceGatewayId?: string;
  readonly resourceConfigurationGroupId?: string;
  readonly type?: ResourceConfigurationType;
  readonly portRanges?: readonly string[];
  readonly allowAssociationToShareableServiceNetwork?: boolean;
  readonly protocol?: ProtocolType;
  readonly status?: ResourceConfigurationStatus;
  readonly resourceConfigurationDefinition?: ResourceConfigurationDefinition;
}

export interface UpdateResourceGatewayRequest {
  readonly resourceGatewayIdentifier: string;
  readonly securityGroupIds?: readonly string[];
}

export interface UpdateResourceGatewayResponse {
  readonly name?: string;
  readonly id?: string;
  readonly arn?: string;
  readonly status?: ResourceGatewayStatus;
  readonly vpcId?: string;
  readonly subnetIds?: readonly string[];
  readonly securityGroupIds?: readonly string[];
  readonly ipAddressType?: IpAddressType;
}

export interface UpdateRuleRequest {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
  readonly ruleIdentifier: string;
  readonly match?: RuleMatch;
  readonly priority?: number;
  readonly action?: RuleAction;
}

export interface UpdateRuleResponse {
  readonly arn?: string;
  readonly id?: string;
  readonly name?: string;
  readonly isDefault?: boolean;
  readonly match?: RuleMatch;
  readonly priority?: number;
  readonly action?: RuleAction;
}

export interface UpdateServiceNetworkRequest {
  readonly serviceNetworkIdentifier: string;
  readonly authType: AuthType;
}

export interface UpdateServiceNetworkResponse {
  readonly id?: string;
  readonly name?: string;
  readonly arn?: string;
  readonly authType?: AuthType;
}

export interface UpdateServiceNetworkVpcAssociationRequest {
  readonly serviceNetworkVpcAssociationIdentifier: string;
  readonly securityGroupIds?: readonly string[];
  readonly privateDnsEnabled?: boolean;
  readonly dnsOptions?: DnsOptions;
}

export interface UpdateServiceNetworkVpcAssociationResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly status?: ServiceNetworkVpcAssociationStatus;
  readonly createdBy?: string;
  readonly securityGroupIds?: readonly string[];
  readonly privateDnsEnabled?: boolean;
  readonly dnsOptions?: DnsOptions;
}

export interface UpdateServiceRequest {
  readonly serviceIdentifier: string;
  readonly certificateArn?: string;
  readonly authType?: AuthType;
  readonly idleTimeoutSeconds?: number;
}

export interface UpdateServiceResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly name?: string;
  readonly customDomainName?: string;
  readonly certificateArn?: string;
  readonly authType?: AuthType;
  readonly idleTimeoutSeconds?: number;
}

export interface UpdateTargetGroupRequest {
  readonly targetGroupIdentifier: string;
  readonly healthCheck: HealthCheckConfig;
}

export interface UpdateTargetGroupResponse {
  readonly id?: string;
  readonly arn?: string;
  readonly name?: string;
  readonly type?: TargetGroupType;
  readonly config?: TargetGroupConfig;
  readonly status?: TargetGroupStatus;
}

export type VerificationStatus = 'VERIFIED' | 'PENDING' | 'VERIFICATION_TIMED_OUT';

export interface WeightedTargetGroup {
  readonly targetGroupIdentifier: string;
  readonly weight?: number;
}

/** The request of each operation, decoded and valid. */
export interface Inputs {
  readonly BatchUpdateRule: BatchUpdateRuleRequest;
  readonly CreateAccessLogSubscription: CreateAccessLogSubscriptionRequest;
  readonly CreateListener: CreateListenerRequest;
  readonly CreateResourceConfiguration: CreateResourceConfigurationRequest;
  readonly CreateResourceGateway: CreateResourceGatewayRequest;
  readonly CreateRule: CreateRuleRequest;
  readonly CreateService: CreateServiceRequest;
  readonly CreateServiceNetwork: CreateServiceNetworkRequest;
  readonly CreateServiceNetworkResourceAssociation: CreateServiceNetworkResourceAssociationRequest;
  readonly CreateServiceNetworkServiceAssociation: CreateServiceNetworkServiceAssociationRequest;
  readonly CreateServiceNetworkVpcAssociation: CreateServiceNetworkVpcAssociationRequest;
  readonly CreateTargetGroup: CreateTargetGroupRequest;
  readonly DeleteAccessLogSubscription: DeleteAccessLogSubscriptionRequest;
  readonly DeleteAuthPolicy: DeleteAuthPolicyRequest;
  readonly DeleteDomainVerification: DeleteDomainVerificationRequest;
  readonly DeleteListener: DeleteListenerRequest;
  readonly DeleteResourceConfiguration: DeleteResourceConfigurationRequest;
  readonly DeleteResourceEndpointAssociation: DeleteResourceEndpointAssociationRequest;
  readonly DeleteResourceGateway: DeleteResourceGatewayRequest;
  readonly DeleteResourcePolicy: DeleteResourcePolicyRequest;
  readonly DeleteRule: DeleteRuleRequest;
  readonly DeleteService: DeleteServiceRequest;
  readonly DeleteServiceNetwork: DeleteServiceNetworkRequest;
  readonly DeleteServiceNetworkResourceAssociation: DeleteServiceNetworkResourceAssociationRequest;
  readonly DeleteServiceNetworkServiceAssociation: DeleteServiceNetworkServiceAssociationRequest;
  readonly DeleteServiceNetworkVpcAssociation: DeleteServiceNetworkVpcAssociationRequest;
  readonly DeleteTargetGroup: DeleteTargetGroupRequest;
  readonly DeregisterTargets: DeregisterTargetsRequest;
  readonly GetAccessLogSubscription: GetAccessLogSubscriptionRequest;
  readonly GetAuthPolicy: GetAuthPolicyRequest;
  readonly GetDomainVerification: GetDomainVerificationRequest;
  readonly GetListener: GetListenerRequest;
  readonly GetResourceConfiguration: GetResourceConfigurationRequest;
  readonly GetResourceGateway: GetResourceGatewayRequest;
  readonly GetResourcePolicy: GetResourcePolicyRequest;
  readonly GetRule: GetRuleRequest;
  readonly GetService: GetServiceRequest;
  readonly GetServiceNetwork: GetServiceNetworkRequest;
  readonly GetServiceNetworkResourceAssociation: GetServiceNetworkResourceAssociationRequest;
  readonly GetServiceNetworkServiceAssociation: GetServiceNetworkServiceAssociationRequest;
  readonly GetServiceNetworkVpcAssociation: GetServiceNetworkVpcAssociationRequest;
  readonly GetTargetGroup: GetTargetGroupRequest;
  readonly ListAccessLogSubscriptions: ListAccessLogSubscriptionsRequest;
  readonly ListDomainVerifications: ListDomainVerificationsRequest;
  readonly ListListeners: ListListenersRequest;
  readonly ListResourceConfigurations: ListResourceConfigurationsRequest;
  readonly ListResourceEndpointAssociations: ListResourceEndpointAssociationsRequest;
  readonly ListResourceGateways: ListResourceGatewaysRequest;
  readonly ListRules: ListRulesRequest;
  readonly ListServiceNetworkResourceAssociations: ListServiceNetworkResourceAssociationsRequest;
  readonly ListServiceNetworkServiceAssociations: ListServiceNetworkServiceAssociationsRequest;
  readonly ListServiceNetworkVpcAssociations: ListServiceNetworkVpcAssociationsRequest;
  readonly ListServiceNetworkVpcEndpointAssociations: ListServiceNetworkVpcEndpointAssociationsRequest;
  readonly ListServiceNetworks: ListServiceNetworksRequest;
  readonly ListServices: ListServicesRequest;
  readonly ListTagsForResource: ListTagsForResourceRequest;
  readonly ListTargetGroups: ListTargetGroupsRequest;
  readonly ListTargets: ListTargetsRequest;
  readonly PutAuthPolicy: PutAuthPolicyRequest;
  readonly PutResourcePolicy: PutResourcePolicyRequest;
  readonly RegisterTargets: RegisterTargetsRequest;
  readonly StartDomainVerification: StartDomainVerificationRequest;
  readonly TagResource: TagResourceRequest;
  readonly UntagResource: UntagResourceRequest;
  readonly UpdateAccessLogSubscription: UpdateAccessLogSubscriptionRequest;
  readonly UpdateListener: UpdateListenerRequest;
  readonly UpdateResourceConfiguration: UpdateResourceConfigurationRequest;
  readonly UpdateResourceGateway: UpdateResourceGatewayRequest;
  readonly UpdateRule: UpdateRuleRequest;
  readonly UpdateService: UpdateServiceRequest;
  readonly UpdateServiceNetwork: UpdateServiceNetworkRequest;
  readonly UpdateServiceNetworkVpcAssociation: UpdateServiceNetworkVpcAssociationRequest;
  readonly UpdateTargetGroup: UpdateTargetGroupRequest;
}

/** The body of each answer; times are ISO 8601. */
export interface Outputs {
  readonly BatchUpdateRule: BatchUpdateRuleResponse;
  readonly CreateAccessLogSubscription: CreateAccessLogSubscriptionResponse;
  readonly CreateListener: CreateListenerResponse;
  readonly CreateResourceConfiguration: CreateResourceConfigurationResponse;
  readonly CreateResourceGateway: CreateResourceGatewayResponse;
  readonly CreateRule: CreateRuleResponse;
  readonly CreateService: CreateServiceResponse;
  readonly CreateServiceNetwork: CreateServiceNetworkResponse;
  readonly CreateServiceNetworkResourceAssociation: CreateServiceNetworkResourceAssociationResponse;
  readonly CreateServiceNetworkServiceAssociation: CreateServiceNetworkServiceAssociationResponse;
  readonly CreateServiceNetworkVpcAssociation: CreateServiceNetworkVpcAssociationResponse;
  readonly CreateTargetGroup: CreateTargetGroupResponse;
  readonly DeleteAccessLogSubscription: DeleteAccessLogSubscriptionResponse;
  readonly DeleteAuthPolicy: DeleteAuthPolicyResponse;
  readonly DeleteDomainVerification: DeleteDomainVerificationResponse;
  readonly DeleteListener: DeleteListenerResponse;
  readonly DeleteResourceConfiguration: DeleteResourceConfigurationResponse;
  readonly DeleteResourceEndpointAssociation: DeleteResourceEndpointAssociationResponse;
  readonly DeleteResourceGateway: DeleteResourceGatewayResponse;
  readonly DeleteResourcePolicy: DeleteResourcePolicyResponse;
  readonly DeleteRule: DeleteRuleResponse;
  readonly DeleteService: DeleteServiceResponse;
  readonly DeleteServiceNetwork: DeleteServiceNetworkResponse;
  readonly DeleteServiceNetworkResourceAssociation: DeleteServiceNetworkResourceAssociationResponse;
  readonly DeleteServiceNetworkServiceAssociation: DeleteServiceNetworkServiceAssociationResponse;
  readonly DeleteServiceNetworkVpcAssociation: DeleteServiceNetworkVpcAssociationResponse;
  readonly DeleteTargetGroup: DeleteTargetGroupResponse;
  readonly DeregisterTargets: DeregisterTargetsResponse;
  readonly GetAccessLogSubscription: GetAccessLogSubscriptionResponse;
  readonly GetAuthPolicy: GetAuthPolicyResponse;
  readonly GetDomainVerification: GetDomainVerificationResponse;
  readonly GetListener: GetListenerResponse;
  readonly GetResourceConfiguration: GetResourceConfigurationResponse;
  readonly GetResourceGateway: GetResourceGatewayResponse;
  readonly GetResourcePolicy: GetResourcePolicyResponse;
  readonly GetRule: GetRuleResponse;
  readonly GetService: GetServiceResponse;
  readonly GetServiceNetwork: GetServiceNetworkResponse;
  readonly GetServiceNetworkResourceAssociation: GetServiceNetworkResourceAssociationResponse;
  readonly GetServiceNetworkServiceAssociation: GetServiceNetworkServiceAssociationResponse;
  readonly GetServiceNetworkVpcAssociation: GetServiceNetworkVpcAssociationResponse;
  readonly GetTargetGroup: GetTargetGroupResponse;
  readonly ListAccessLogSubscriptions: ListAccessLogSubscriptionsResponse;
  readonly ListDomainVerifications: ListDomainVerificationsResponse;
  readonly ListListeners: ListListenersResponse;
  readonly ListResourceConfigurations: ListResourceConfigurationsResponse;
  readonly ListResourceEndpointAssociations: ListResourceEndpointAssociationsResponse;
  readonly ListResourceGateways: ListResourceGatewaysResponse;
  readonly ListRules: ListRulesResponse;
  readonly ListServiceNetworkResourceAssociations: ListServiceNetworkResourceAssociationsResponse;
  readonly ListServiceNetworkServiceAssociations: ListServiceNetworkServiceAssociationsResponse;
  readonly ListServiceNetworkVpcAssociations: ListServiceNetworkVpcAssociationsResponse;
  readonly ListServiceNetworkVpcEndpointAssociations: ListServiceNetworkVpcEndpointAssociationsResponse;
  readonly ListServiceNetworks: ListServiceNetworksResponse;
  readonly ListServices: ListServicesResponse;
  readonly ListTagsForResource: ListTagsForResourceResponse;
  readonly ListTargetGroups: ListTargetGroupsResponse;
  readonly ListTargets: ListTargetsResponse;
  readonly PutAuthPolicy: PutAuthPolicyResponse;
  readonly PutResourcePolicy: PutResourcePolicyResponse;
  readonly RegisterTargets: RegisterTargetsResponse;
  readonly StartDomainVerification: StartDomainVerificationResponse;
  readonly TagResource: TagResourceResponse;
  readonly UntagResource: UntagResourceResponse;
  readonly UpdateAccessLogSubscription: UpdateAccessLogSubscriptionResponse;
  readonly UpdateListener: UpdateListenerResponse;
  readonly UpdateResourceConfiguration: UpdateResourceConfigurationResponse;
  readonly UpdateResourceGateway: UpdateResourceGatewayResponse;
  readonly UpdateRule: UpdateRuleResponse;
  readonly UpdateService: UpdateServiceResponse;
  readonly UpdateServiceNetwork: UpdateServiceNetworkResponse;
  readonly UpdateServiceNetworkVpcAssociation: UpdateServiceNetworkVpcAssociationResponse;
  readonly UpdateTargetGroup: UpdateTargetGroupResponse;
}
