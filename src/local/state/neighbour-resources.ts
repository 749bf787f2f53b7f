import type { Resource, Table } from './state.ts';

/** A certificate as ACM keeps it. */
export interface Certificate extends Resource {
  readonly domainName: string;
  /** With the domain name as the first. */
  readonly names: readonly string[];
  readonly status: 'PENDING_VALIDATION' | 'ISSUED' | 'FAILED';
  /** `RSA_2048`. */
  readonly keyAlgorithm: string;
  readonly origin: RequestedCertificate | ImportedCertificate;
}

/** ACM makes it once the domain is validated; its key leaves ACM never. */
export interface RequestedCertificate {
  readonly kind: 'requested';
  readonly validationMethod: 'DNS' | 'EMAIL';
  /** What the DNS records that would validate each name are made of. */
  readonly token: string;
  readonly issuedAt?: number;
}

/** Made elsewhere; all of it is PEM. */
export interface ImportedCertificate {
  readonly kind: 'imported';
  readonly certificate: string;
  readonly chain?: string;
  readonly privateKey: string;
  readonly importedAt: number;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly serial: string;
  readonly subject: string;
  readonly issuer: string;
}

/** What RAM shares of one account with others. */
export interface ResourceShare extends Resource {
  readonly name: string;
  readonly allowExternalPrincipals: boolean;
  readonly status: 'ACTIVE' | 'DELETED';
  /** By ARN. */
  readonly resources: Table<ShareMember>;
  /** By account id, or ARN of a role or user. */
  readonly principals: Table<SharePrincipal>;
}

export interface ShareMember {
  readonly status: 'ASSOCIATED' | 'DISASSOCIATED';
  readonly createdAt: number;
  readonly lastUpdatedAt: number;
}

/** Whoever has to accept first: there are no organizations here. */
export interface SharePrincipal extends ShareMember {
  readonly account: string;
  readonly invitation: Invitation;
}

export interface Invitation {
  readonly arn: string;
  readonly status: 'PENDING' | 'ACCEPTED' | 'REJECTED' | 'EXPIRED';
  readonly sentAt: number;
}

/** At AWS a VPC or a subnet may have several; here it has one at most. */
export interface Ipv6Range {
  readonly associationId: string;
  readonly cidrBlock: string;
  /** Where a VPC has it from: `Amazon`, or a pool by its id. */
  readonly pool?: string;
}

export interface Vpc extends Resource {
  readonly cidrBlock: string;
  readonly ipv6?: Ipv6Range;
  readonly isDefault: boolean;
}

export interface Subnet extends Resource {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly ipv6?: Ipv6Range;
  readonly availabilityZone: string;
  readonly isDefault: boolean;
}

/** An instance that was tagged; nothing else of it is here. */
export type Instance = Resource;

export interface SecurityGroup extends Resource {
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  /** What it lets in; nothing when absent. */
  readonly ingress?: readonly SecurityGroupRule[];
}

export interface SecurityGroupRule {
  readonly id: string;
  /** `tcp`, `udp`, `icmp`, a number, or `-1` for all. */
  readonly protocol: string;
  /** -1 where there are no ports. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly source: {
    readonly kind: 'cidr' | 'cidr6' | 'group' | 'prefixList';
    /** A range, or an id. */
    readonly value: string;
  };
  readonly description?: string;
}
