import type { IdentityFinding, IdentityPolicyKind } from './identity.ts';
import { actionOf, resourceOf } from './policy/access.ts';
import type { Access } from './policy/access.ts';
import type { Evaluate } from './policy/compile.ts';

/** What stands between a caller and a service. A layer that is absent has auth type NONE and is skipped. */
export interface Guards {
  readonly network?: Guard;
  readonly service?: Guard;
}

/** A layer with auth type AWS_IAM. Without a policy it lets nobody through. */
export interface Guard {
  readonly evaluate?: Evaluate;
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly denial: Denial };

export interface Denial {
  readonly layer: Layer;
  readonly policy: PolicyName;
  /** A Deny that applied; otherwise nothing allowed. */
  readonly explicit: boolean;
  /** The statement of an explicit Deny. */
  readonly statement?: string;
}

/** As access logs name it in `authDeniedReason`. */
export type Layer = 'Identity' | 'Network' | 'Service';

export type PolicyName = IdentityPolicyKind | 'network' | 'service';

/**
 * Whether a caller may: its own policies, the network's and the service's must each allow, and none may deny. A Deny
 * anywhere is named before a missing Allow; among equals the order is identity, network, service.
 */
export function decide(
  access: Access,
  guards: Guards,
  identity: (access: Access) => IdentityFinding,
): Decision {
  if (guards.network === undefined && guards.service === undefined) return { allowed: true };
  const denials = [
    access.principal.kind === 'anonymous' ? undefined : identityDenial(identity(access)),
    guardDenial('Network', 'network', guards.network, access),
    guardDenial('Service', 'service', guards.service, access),
  ].filter((denial) => denial !== undefined);
  const denial = denials.find(({ explicit }) => explicit) ?? denials[0];
  return denial === undefined ? { allowed: true } : { allowed: false, denial };
}

function identityDenial(finding: IdentityFinding): Denial | undefined {
  if (finding.effect === 'Allow') return undefined;
  const { effect, policy, statement } = finding;
  return {
    layer: 'Identity',
    policy,
    explicit: effect === 'Deny',
    ...(statement === undefined ? {} : { statement }),
  };
}

function guardDenial(
  layer: Layer,
  policy: PolicyName,
  guard: Guard | undefined,
  access: Access,
): Denial | undefined {
  if (guard === undefined) return undefined;
  const finding = guard.evaluate?.(access) ?? { effect: 'none' };
  switch (finding.effect) {
    case 'Allow':
      return undefined;
    case 'Deny':
      return { layer, policy, explicit: true, statement: finding.statement };
    case 'none':
      return { layer, policy, explicit: false };
  }
}

/** The body of the 403. */
export function denialText({ policy, explicit }: Denial, access: Access): string {
  const user = access.principal.kind === 'anonymous' ? 'anonymous' : access.principal.arn;
  const action = actionOf(access);
  const name = policyNames[policy];
  const because = explicit
    ? `with an explicit deny in ${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`
    : `because no ${name} allows the ${action} action`;
  return `AccessDeniedException: User: ${user} is not authorized to perform: ${action} on resource: ${resourceOf(access)} ${because}`;
}

const policyNames: Readonly<Record<PolicyName, string>> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  serviceControl: 'service control policy',
  network: 'network-based policy',
  service: 'service-based policy',
};
