import type { AuthenticatedPrincipal, Principal } from '../credential.ts';
import type { Element, PrincipalPattern } from './document.ts';

/** A principal as policies write it under `AWS`, or why it is none. Wildcards are only allowed alone. */
export function parsePrincipal(text: string): PrincipalPattern | { readonly problem: string } {
  if (text === '*') return { kind: 'everyone' };
  if (/^\d{12}$/.test(text)) return { kind: 'account', account: text };
  const [, root] = /^arn:aws[a-z-]*:iam::(\d{12}):root$/.exec(text) ?? [];
  if (root !== undefined) return { kind: 'account', account: root };
  return identities.some((form) => form.test(text))
    ? { kind: 'arn', arn: text }
    : { problem: `Invalid principal in policy: "AWS": "${text}"` };
}

const identities: readonly RegExp[] = [
  /^arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\/[\w+=,.@/-]+$/,
  /^arn:aws[a-z-]*:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+$/,
  /^arn:aws[a-z-]*:sts::\d{12}:federated-user\/[\w+=,.@-]+$/,
];

/** Whether a statement's Principal or NotPrincipal takes in a caller. */
export function coversPrincipal({ not, patterns }: Element<PrincipalPattern>, principal: Principal): boolean {
  return not ? !isExempt(patterns, principal) : patterns.some((pattern) => matches(pattern, principal));
}

function matches(pattern: PrincipalPattern, principal: Principal): boolean {
  if (pattern.kind === 'everyone') return true;
  if (principal.kind === 'anonymous') return false;
  switch (pattern.kind) {
    case 'account':
      return pattern.account === principal.account;
    case 'arn':
      return identitiesOf(principal).includes(pattern.arn);
    case 'federated':
      return principal.kind === 'assumedRole' && principal.federatedBy === pattern.provider;
    // AWS services do not call through Lattice here.
    case 'service':
      return false;
  }
}

/**
 * NotPrincipal spares only a caller of whom everything is listed: the account, and the user, or the role and its session.
 * IAM evaluates each of them as a principal of its own.
 */
function isExempt(patterns: readonly PrincipalPattern[], principal: Principal): boolean {
  if (patterns.some(({ kind }) => kind === 'everyone')) return true;
  if (principal.kind === 'anonymous') return false;
  const isVouched = patterns.some((pattern) => pattern.kind === 'federated' && matches(pattern, principal));
  const listed = patterns.map((pattern) => (pattern.kind === 'arn' ? pattern.arn : undefined));
  const isAccountListed = patterns.some(
    (pattern) => pattern.kind === 'account' && matches(pattern, principal),
  );
  return isAccountListed && (isVouched || identitiesOf(principal).every((arn) => listed.includes(arn)));
}

/** The ARNs by which a policy may name a caller, the account apart. */
export function identitiesOf(principal: AuthenticatedPrincipal): readonly string[] {
  switch (principal.kind) {
    case 'root':
      return [];
    case 'assumedRole':
      return [principal.roleArn, principal.arn];
    case 'user':
    case 'federatedUser':
      return [principal.arn];
  }
}
