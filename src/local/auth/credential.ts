import type { Secret } from './secret.ts';

/** Who may stand behind a request. Anonymous is whoever did not sign. */
export type Principal = { readonly kind: 'anonymous' } | AuthenticatedPrincipal;

export type AuthenticatedPrincipal = Root | User | AssumedRole | FederatedUser;

interface Known {
  /** Twelve digits. */
  readonly account: string;
  /** As logs and refusals name the caller; for a session that of the session. */
  readonly arn: string;
  /** `aws:userid`: a unique id, for sessions `ID:session`, for federated users `ACCOUNT:name`. */
  readonly userId: string;
  /** Tags of the user or role, with the session's own over them. Keys are unique in any case, as in IAM. */
  readonly tags: Readonly<Record<string, string>>;
  readonly organization?: Organization;
}

/** Signed with the keys of an account itself: no identity policy limits it. */
export interface Root extends Known {
  readonly kind: 'root';
}

export interface User extends Known {
  readonly kind: 'user';
  readonly name: string;
}

export interface AssumedRole extends Known {
  readonly kind: 'assumedRole';
  /** ARN of the role with its path; `arn` is `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  readonly roleArn: string;
  /** The OpenID Connect or SAML provider that vouched for the session. */
  readonly federatedBy?: string;
}

export interface FederatedUser extends Known {
  readonly kind: 'federatedUser';
}

export interface Organization {
  readonly id: string;
  /** From the organization down to the account's own unit: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`. */
  readonly path: string;
}

/** What an access key id stands for. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Present on temporary credentials; the request must carry it. */
  readonly sessionToken?: Secret;
  /** When temporary credentials end, in milliseconds since 1970. */
  readonly expiresAt?: number;
  readonly principal: AuthenticatedPrincipal;
  /** Further condition keys of the session, such as `aws:MultiFactorAuthPresent` or `aws:SourceIdentity`. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
  /** Attributes of the certificate behind a session of Roles Anywhere. Logs show them. */
  readonly certificate?: CertificateAttributes;
}

export interface CertificateAttributes {
  readonly subjectCN?: string;
  readonly issuerOU?: string;
  readonly sanNameCN?: string;
  readonly sanDns?: string;
  readonly sanUri?: string;
}

/** The table of keys. The control plane keeps it; the authorizer only looks. */
export interface CredentialDirectory {
  readonly find: (accessKeyId: string) => Credential | undefined;
}
