import type { AuthenticatedPrincipal } from '../../auth/credential.ts';
import { accessByApi } from '../../auth/policy/access.ts';
import { compilePolicy } from '../../auth/policy/compile.ts';
import type { Policy } from '../../auth/policy/document.ts';
import { declined } from '../neighbour.ts';
import type { Declined } from '../neighbour.ts';
import type { IdentityProvider } from './identity-provider.ts';

/** Whom roles trust, and whose tokens are verified. */
export interface Roles {
  /** Trust policies by the ARN of the role; a role that is not here trusts everybody. */
  readonly trust: ReadonlyMap<string, Policy>;
  /** By issuer; tokens of others are believed. */
  readonly providers: ReadonlyMap<string, IdentityProvider>;
}

/** Who wants to become a role, and how. */
export interface Candidate {
  readonly roleArn: string;
  readonly action: 'AssumeRole' | 'AssumeRoleWithWebIdentity';
  readonly principal: AuthenticatedPrincipal;
  /** Condition keys of the call. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly isTagging: boolean;
  readonly now: number;
}

/** The refusal of somebody whom a role does not trust; its tags are a permission of their own. */
export function unlessTrusted({ trust }: Roles, candidate: Candidate): Declined | undefined {
  const { roleArn, action, principal, keys, isTagging, now } = candidate;
  const policy = trust.get(roleArn);
  if (policy === undefined) return undefined;
  const evaluate = compilePolicy(policy);
  const [, , , , account = ''] = roleArn.split(':');
  for (const name of isTagging ? [action, 'TagSession'] : [action]) {
    const access = accessByApi({
      principal,
      action: `sts:${name}`,
      session: keys,
      resource: { arn: roleArn, account, tags: {} },
      now,
    });
    if (evaluate(access).effect === 'Allow') continue;
    const who = action === 'AssumeRole' ? `User: ${principal.arn} is not` : 'Not';
    const where = action === 'AssumeRole' ? ` on resource: ${roleArn}` : '';
    return declined('AccessDenied', `${who} authorized to perform: sts:${name}${where}`, 403);
  }
  return undefined;
}
