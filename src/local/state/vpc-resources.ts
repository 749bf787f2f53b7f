/** What makes resources of a VPC reachable through a service network; `state.ts` holds the tables. */
import type { DnsEntry, Failure, Resource, Shareable, Status, UpdatableStatus, Tags } from './state.ts';

/** A point of entry into the VPC where resources are. */
export interface ResourceGateway extends Resource {
  readonly name: string;
  readonly status: UpdatableStatus;
  readonly failure?: Failure;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly ipAddressType: 'IPV4' | 'IPV6' | 'DUALSTACK';
  /** Absent when the gateway has no IPv4 addresses. */
  readonly ipv4AddressesPerEni?: number;
  /** Where names of resources are looked up. */
  readonly dnsResolution: 'IN_VPC' | 'PUBLIC';
}

/** What consumers may reach, through a gateway. */
export interface ResourceConfiguration extends Shareable {
  readonly name: string;
  readonly status: UpdatableStatus;
  readonly failure?: Failure;
  /** A child has that of its group. */
  readonly resourceGatewayId: string;
  readonly protocol: 'TCP' | 'TCP_UDP';
  /** Whether it may be in service networks that may be shared. */
  readonly allowsShareableNetworks: boolean;
  readonly setup: ResourceSetup;
  readonly customDomainName?: string;
  /** A child has that of its group. */
  readonly domainVerificationId?: string;
}

export type ResourceSetup =
  | {
      readonly type: 'SINGLE';
      readonly definition: AddressDefinition;
      readonly portRanges: readonly string[];
    }
  | {
      readonly type: 'GROUP';
      /** Custom domains of the children are below it. */
      readonly groupDomain?: string;
      readonly portRanges?: readonly string[];
    }
  | {
      readonly type: 'CHILD';
      readonly groupId: string;
      readonly definition: AddressDefinition;
      readonly portRanges: readonly string[];
    }
  /** A database; its ports are its own matter. */
  | { readonly type: 'ARN'; readonly arn: string }
  | {
      readonly type: 'CIDR';
      readonly cidrRanges: readonly string[];
      readonly portRanges: readonly string[];
    };

export type AddressDefinition =
  | { readonly kind: 'dns'; readonly domainName: string; readonly ipAddressType: 'IPV4' | 'IPV6' }
  | { readonly kind: 'ip'; readonly ipAddress: string };

/** A resource, or a group with all its children, in a service network. */
export interface ResourceAssociation extends Resource {
  readonly status: Status;
  readonly failure?: Failure;
  readonly serviceNetworkId: string;
  readonly resourceConfigurationId: string;
  readonly privateDnsEnabled: boolean;
  readonly dnsEntry: DnsEntry;
}

/** A VPC endpoint of type ServiceNetwork: its VPC is in the network without being associated. EC2's to make and delete. */
export interface NetworkEndpoint {
  /** Of the endpoint. */
  readonly id: string;
  /** The endpoint's owner. */
  readonly account: string;
  readonly sequence: number;
  readonly createdAt: number;
  readonly vpcId: string;
  readonly serviceNetworkId: string;
  /** EC2's. */
  readonly endpointTags?: Tags;
}

/** What a VPC endpoint of type Resource has to one configuration; ends with the endpoint, or when its owner ends it. */
export interface EndpointAssociation extends Resource {
  readonly vpcEndpointId: string;
  readonly vpcId: string;
  readonly resourceConfigurationId: string;
  /** EC2's, of the endpoint; those of the association are its own. */
  readonly endpointTags?: Tags;
}

/** Proof that a domain belongs to the account: a TXT record that only the domain's owner can publish. */
export interface DomainVerification extends Resource {
  readonly domainName: string;
  readonly status: 'PENDING' | 'VERIFIED' | 'VERIFICATION_TIMED_OUT';
  readonly txtRecord: { readonly name: string; readonly value: string };
  readonly lastVerifiedAt?: number;
}
