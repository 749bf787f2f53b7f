/** A policy document that has been read: every form IAM allows is here once, as lists. */
export interface Policy {
  readonly version: PolicyVersion;
  readonly statements: readonly Statement[];
}

/** Only the newer one has policy variables. */
export type PolicyVersion = '2008-10-17' | '2012-10-17';

export interface Statement {
  /** The statement's Sid, or its place in the document, from 1. */
  readonly name: string;
  readonly effect: Effect;
  /** Absent in policies of identities, which apply to whoever has them. */
  readonly principal?: Element<PrincipalPattern>;
  readonly action: Element<string>;
  readonly resource: Element<string>;
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

export type Effect = 'Allow' | 'Deny';

/** `Action` and `NotAction` and their like: what is listed, or all but that. */
export interface Element<Pattern> {
  readonly not: boolean;
  readonly patterns: readonly Pattern[];
}

export type PrincipalPattern =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'account'; readonly account: string }
  /** A user, role, session or federated user. */
  | { readonly kind: 'arn'; readonly arn: string }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'federated'; readonly provider: string };

export interface Condition {
  /** How the values of a request are taken together; absent for keys of one value. */
  readonly quantifier?: 'ForAnyValue' | 'ForAllValues';
  readonly operator: OperatorName;
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

export type OperatorName = (typeof operatorNames)[number];

export const operatorNames = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'DateEquals',
  'DateNotEquals',
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'ArnEquals',
  'ArnNotEquals',
  'ArnLike',
  'ArnNotLike',
  'Null',
] as const;
