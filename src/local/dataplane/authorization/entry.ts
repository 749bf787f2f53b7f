import type { AuthenticatedPrincipal, CertificateAttributes } from '../../auth/credential.ts';

/**
 * One row of what the authorizer knows. Rows are plain JSON, since they go to a worker; each stands alone, so that a change
 * costs what it touches.
 */
export type Entry =
  | NetworkEntry
  | ServiceEntry
  | AssociationEntry
  | HostEntry
  | CredentialEntry
  | DefaultCredentialEntry;

/** A change of one row; without an entry it goes. */
export interface Change {
  readonly key: string;
  readonly entry?: Entry;
}

export interface NetworkEntry {
  readonly kind: 'network';
  readonly arn: string;
  /** Absent with auth type NONE. */
  readonly guard?: GuardEntry;
}

/** Auth type AWS_IAM. Without a policy nobody passes. */
export interface GuardEntry {
  readonly policy?: string;
}

export interface ServiceEntry {
  readonly kind: 'service';
  readonly arn: string;
  readonly account: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly guard?: GuardEntry;
  /** Ports on which clients call over TLS. */
  readonly securePorts: readonly number[];
}

/** Of a VPC with a network: where calls come from. */
export interface AssociationEntry {
  readonly kind: 'association';
  readonly networkId: string;
  readonly vpcId: string;
  readonly vpcOwner: string;
}

/** A name under which clients of a network call a service. */
export interface HostEntry {
  readonly kind: 'host';
  readonly serviceId: string;
}

/** An access key and whoever has it. */
export interface CredentialEntry {
  readonly kind: 'credential';
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiresAt?: number;
  readonly principal: AuthenticatedPrincipal;
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly certificate?: CertificateAttributes;
  readonly identity: IdentityEntry;
}

/** Policies of the caller's own side, as documents. */
export interface IdentityEntry {
  readonly policies: readonly string[];
  readonly boundary?: string;
  readonly session?: readonly string[];
  readonly serviceControl?: readonly (readonly string[])[];
}

/**
 * Keys that are in no row: each is a user of that name in its account, may do everything, and signs with one secret that
 * everybody knows. Without this row such keys are unknown.
 */
export interface DefaultCredentialEntry {
  readonly kind: 'defaultCredential';
  readonly secretAccessKey: string;
  /** Account by access key id; a key of twelve digits that is not there is the account of that number. */
  readonly accounts: Readonly<Record<string, string>>;
  readonly defaultAccount: string;
}

export const keyOf = {
  network: (id: string) => `network/${id}`,
  service: (id: string) => `service/${id}`,
  association: (id: string) => `association/${id}`,
  host: (networkId: string, host: string) => `host/${networkId}/${host}`,
  credential: (accessKeyId: string) => `credential/${accessKeyId}`,
  defaultCredential: () => 'defaultCredential',
} as const;
