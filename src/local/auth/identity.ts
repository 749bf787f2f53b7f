import type { AuthenticatedPrincipal } from './credential.ts';
import type { Access } from './policy/access.ts';
import { compilePolicy } from './policy/compile.ts';
import type { Evaluate } from './policy/compile.ts';
import type { Policy } from './policy/document.ts';

/** All policies that limit a caller from its own side. */
export interface Identity {
  /** Of the user with its groups, or of the role. */
  readonly policies: readonly Policy[];
  readonly boundary?: Policy;
  /** Given when the session began; absent when none was. */
  readonly session?: readonly Policy[];
  /** Service control policies, by level from the organization's root down to the account. */
  readonly serviceControl: readonly (readonly Policy[])[];
}

/** Where a caller's own side says no. */
export type IdentityPolicyKind = 'identity' | 'boundary' | 'session' | 'serviceControl';

export type IdentityFinding =
  | { readonly effect: 'Allow' }
  | { readonly effect: 'Deny' | 'none'; readonly policy: IdentityPolicyKind; readonly statement?: string };

/**
 * A caller's own side as a function: any Deny denies, otherwise each kind of policy must allow, and of service control
 * policies each level. The root of an account needs no policy of its own, only its organization's consent.
 */
export function compileIdentity(
  { policies, boundary, session, serviceControl }: Identity,
  kind: AuthenticatedPrincipal['kind'],
): (access: Access) => IdentityFinding {
  const layers = [
    ...serviceControl.map((level) => layer('serviceControl', level)),
    ...(boundary === undefined ? [] : [layer('boundary', [boundary])]),
    ...(session === undefined ? [] : [layer('session', session)]),
    ...(kind === 'root' ? [] : [layer('identity', policies)]),
  ];
  return (access) => {
    let silent: IdentityFinding | undefined;
    for (const { policy, evaluate } of layers) {
      const answer = strongest(evaluate, access);
      if (answer.effect === 'Deny') return { effect: 'Deny', policy, statement: answer.statement };
      if (answer.effect === 'none') silent ??= { effect: 'none', policy };
    }
    return silent ?? { effect: 'Allow' };
  };
}

function strongest(evaluate: readonly Evaluate[], access: Access): ReturnType<Evaluate> {
  let found: ReturnType<Evaluate> = { effect: 'none' };
  for (const each of evaluate) {
    const answer = each(access);
    if (answer.effect === 'Deny') return answer;
    if (answer.effect === 'Allow') found = answer;
  }
  return found;
}

function layer(policy: IdentityPolicyKind, listed: readonly Policy[]) {
  return { policy, evaluate: listed.map(compilePolicy) };
}
