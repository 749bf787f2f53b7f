import type {
  Certificate,
  ImportedCertificate,
  Ipv6Range,
  ResourceShare,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Vpc,
} from './neighbour-resources.ts';
import type { Tags } from './state.ts';

/** What the services beside Lattice do to what they keep. */
export interface NeighbourInputs {
  readonly RequestCertificate: RequestCertificate;
  readonly ImportCertificate: ImportCertificate;
  readonly DeleteCertificate: ArnInput;
  readonly CreateResourceShare: CreateResourceShare;
  readonly UpdateResourceShare: UpdateResourceShare;
  readonly DeleteResourceShare: ArnInput;
  readonly AssociateResourceShare: ShareMembers;
  readonly DisassociateResourceShare: ShareMembers;
  readonly AnswerInvitation: AnswerInvitation;
  readonly CreateVpc: CreateVpc;
  readonly HaveVpc: HaveVpc;
  readonly CreateSubnet: CreateSubnet;
  readonly AssociateIpv6Range: AssociateIpv6Range;
  readonly DisassociateIpv6Range: { readonly associationId: string };
  readonly CreateSecurityGroup: CreateSecurityGroup;
  readonly AuthorizeIngress: AuthorizeIngress;
  readonly RevokeIngress: RevokeIngress;
  readonly DeleteVpcResource: DeleteVpcResource;
  readonly CreateEc2Tags: CreateEc2Tags;
  readonly DeleteEc2Tags: DeleteEc2Tags;
}

export interface NeighbourResults {
  readonly RequestCertificate: Certificate;
  readonly ImportCertificate: Certificate;
  readonly DeleteCertificate: Certificate;
  readonly CreateResourceShare: ResourceShare;
  readonly UpdateResourceShare: ResourceShare;
  readonly DeleteResourceShare: ResourceShare;
  readonly AssociateResourceShare: ResourceShare;
  readonly DisassociateResourceShare: ResourceShare;
  readonly AnswerInvitation: ResourceShare;
  readonly CreateVpc: Vpc;
  readonly HaveVpc: Vpc;
  readonly CreateSubnet: Subnet;
  readonly AssociateIpv6Range: Ipv6Association;
  readonly DisassociateIpv6Range: Ipv6Association;
  readonly CreateSecurityGroup: SecurityGroup;
  readonly AuthorizeIngress: readonly SecurityGroupRule[];
  readonly RevokeIngress: undefined;
  readonly DeleteVpcResource: undefined;
  readonly CreateEc2Tags: undefined;
  readonly DeleteEc2Tags: undefined;
}

export interface ArnInput {
  readonly arn: string;
}

export interface RequestCertificate {
  readonly domainName: string;
  /** In lower case, without the domain name. */
  readonly otherNames: readonly string[];
  readonly validationMethod: 'DNS' | 'EMAIL';
  readonly keyAlgorithm: string;
  readonly tags: Tags;
  /** ACM's idempotency token. */
  readonly clientToken?: string;
}

/** A certificate that was read and fits its key. */
export interface ImportCertificate {
  /** Of the certificate whose place it takes. */
  readonly arn?: string;
  readonly names: readonly [string, ...string[]];
  readonly keyAlgorithm: string;
  readonly tags: Tags;
  readonly parts: Omit<ImportedCertificate, 'kind' | 'importedAt'>;
}

export interface CreateResourceShare {
  readonly name: string;
  readonly allowExternalPrincipals: boolean;
  readonly resourceArns: readonly string[];
  readonly principals: readonly string[];
  readonly tags: Tags;
  readonly clientToken?: string;
}

export interface UpdateResourceShare extends ArnInput {
  readonly name?: string;
  readonly allowExternalPrincipals?: boolean;
}

export interface ShareMembers extends ArnInput {
  readonly resourceArns: readonly string[];
  readonly principals: readonly string[];
}

export interface AnswerInvitation extends ArnInput {
  readonly answer: 'ACCEPTED' | 'REJECTED';
}

/** A range of IPv6 as it is asked for; that of a subnet is a part of its VPC's. */
export type Ipv6Wish =
  | { readonly from: 'amazon' }
  | { readonly from: 'pool'; readonly cidrBlock: string; readonly pool: string }
  | { readonly from: 'vpc'; readonly cidrBlock: string };

/** Of a VPC or a subnet; its id says which. */
export interface AssociateIpv6Range {
  readonly id: string;
  readonly ipv6: Ipv6Wish;
}

/** A range, and whose it is, or was. */
export interface Ipv6Association {
  readonly id: string;
  readonly range: Ipv6Range;
}

export interface CreateVpc {
  readonly cidrBlock: string;
  readonly ipv6?: Ipv6Wish;
  readonly tags: Tags;
}

/** A VPC that is there, whatever EC2 was told: where pods of this machine run. */
export interface HaveVpc {
  readonly id: string;
  readonly cidrBlock: string;
  /** Of IPv6. */
  readonly cidrBlock6?: string;
  readonly tags: Tags;
}

export interface CreateSubnet extends CreateVpc {
  readonly vpcId: string;
  readonly availabilityZone: string;
}

export interface CreateSecurityGroup {
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  readonly tags: Tags;
}

/** Rules that get their ids. */
export interface AuthorizeIngress {
  readonly groupId: string;
  readonly rules: readonly Omit<SecurityGroupRule, 'id'>[];
}

/** Rules by what they say, or by id. */
export interface RevokeIngress extends AuthorizeIngress {
  readonly ids: readonly string[];
}

/** A VPC, a subnet or a security group; its id says which. */
export interface DeleteVpcResource {
  readonly id: string;
}

/** Of VPCs, subnets, security groups and instances. */
export interface CreateEc2Tags {
  readonly ids: readonly string[];
  readonly tags: Tags;
  /** AWS gives them: their keys may begin with `aws:`. */
  readonly byAws?: true;
}

export interface DeleteEc2Tags {
  readonly ids: readonly string[];
  /** Whatever their value when it is absent. */
  readonly tags: readonly { readonly key: string; readonly value?: string }[];
}
