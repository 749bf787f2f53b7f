import type { Credential } from '../../auth/credential.ts';
import { denialText } from '../../auth/decide.ts';
import { compileIdentity } from '../../auth/identity.ts';
import type { IdentityFinding } from '../../auth/identity.ts';
import { accessByApi } from '../../auth/policy/access.ts';
import type { Access } from '../../auth/policy/access.ts';
import type { Policy } from '../../auth/policy/document.ts';
import { parsePolicy } from '../../auth/policy/parse.ts';
import type { OperationName } from '../../contract/operations.gen.ts';
import { findByArn } from '../../state/tags.ts';
import type { RegionState } from '../../state/state.ts';
import type { Credentials } from '../credentials.ts';
import { companionsOf } from './companions.ts';
import { conditionKeysOf } from './condition-keys.ts';
import type { ConditionKeys } from './condition-keys.ts';
import { subjectsOf } from './subjects.ts';
import type { Members } from './subjects.ts';

/** Policies of users and roles, by their ARN. Whoever is not here may do everything. */
export type IdentityPolicies = ReadonlyMap<string, readonly Policy[]>;

/** Where and when somebody calls. */
export interface Circumstance {
  readonly caller: Credential;
  readonly state: RegionState;
  readonly now: number;
  readonly userAgent?: string;
}

/** Says what a caller's own policies do not permit: a sentence, or nothing. */
export interface Permissions {
  readonly forLattice: (
    operation: OperationName,
    members: Members,
    circumstance: Circumstance,
  ) => string | undefined;
  /** Of a service beside Lattice: `acm:RequestCertificate` on an ARN or `*`. */
  readonly forAction: (action: string, resource: string, circumstance: Circumstance) => string | undefined;
}

export function createPermissions(policies: IdentityPolicies, credentials: Credentials): Permissions {
  const compiled = new Map<string, (access: Access) => IdentityFinding>();

  /** `undefined` for a caller whom nothing limits. */
  const identityOf = ({
    accessKeyId,
    principal,
  }: Credential): ((access: Access) => IdentityFinding) | undefined => {
    const session = credentials.sessionOf(accessKeyId)?.policies ?? [];
    const arn = principal.kind === 'assumedRole' ? principal.roleArn : principal.arn;
    const own = policies.get(arn);
    if (principal.kind === 'root' || (own === undefined && session.length === 0)) return undefined;
    const key = `${accessKeyId} ${arn}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const identity = compileIdentity(
      {
        policies: own ?? everything,
        serviceControl: [],
        ...(session.length === 0 ? {} : { session: session.flatMap(readable) }),
      },
      principal.kind,
    );
    compiled.set(key, identity);
    return identity;
  };

  return {
    forLattice: (operation, members, circumstance) => {
      const identity = identityOf(circumstance.caller);
      if (identity === undefined) return undefined;
      const { state } = circumstance;
      const asking = { state, account: circumstance.caller.principal.account };
      const keys = conditionKeysOf(operation, members, asking);
      const resources = subjectsOf(operation, members, asking);
      // A batch has no action of its own.
      const action = `vpc-lattice:${operation === 'BatchUpdateRule' ? 'UpdateRule' : operation}`;
      const isTagging = operation !== 'TagResource' && members['tags'] !== undefined;
      const asked = [
        ...resources.map((resource) => ({ action, resource, keys })),
        ...(isTagging && resources[0] !== undefined
          ? [
              {
                action: 'vpc-lattice:TagResource',
                resource: resources[0],
                keys: { ...keys, 'vpc-lattice:CreateAction': [operation] },
              },
            ]
          : []),
        ...companionsOf(operation, members).map((companion) => ({
          action: companion,
          resource: '*',
          keys: {},
        })),
      ];
      for (const each of asked) {
        const refused = refusal(identity, each, circumstance);
        if (refused !== undefined) return refused;
      }
      return undefined;
    },
    forAction: (action, resource, circumstance) => {
      const identity = identityOf(circumstance.caller);
      return identity === undefined
        ? undefined
        : refusal(identity, { action, resource, keys: {} }, circumstance);
    },
  };
}

interface Wish {
  readonly action: string;
  readonly resource: string;
  readonly keys: ConditionKeys;
}

/** Why an identity may not what it wishes. */
function refusal(
  identity: (access: Access) => IdentityFinding,
  { action, resource, keys }: Wish,
  circumstance: Circumstance,
): string | undefined {
  const access = accessTo(action, resource, { keys, circumstance });
  const finding = identity(access);
  if (finding.effect === 'Allow') return undefined;
  const denial = {
    layer: 'Identity',
    policy: finding.policy,
    explicit: finding.effect === 'Deny',
  } as const;
  return denialText(denial, access).replace('AccessDeniedException: ', '');
}

function accessTo(
  action: string,
  resource: string,
  { keys, circumstance }: { readonly keys: ConditionKeys; readonly circumstance: Circumstance },
): Access {
  const { caller, state, now, userAgent } = circumstance;
  const { principal, context } = caller;
  const [, , , , owner = principal.account] = resource.split(':');
  const found = resource === '*' ? undefined : findByArn(state, resource, { account: owner });
  return accessByApi({
    principal,
    action,
    session: {
      ...context,
      ...keys,
      'aws:RequestedRegion': [state.region],
      ...(userAgent === undefined ? {} : { 'aws:UserAgent': [userAgent] }),
    },
    resource: {
      arn: resource,
      account: owner === '' ? principal.account : owner,
      tags: found === undefined || 'refused' in found ? {} : found.tags,
    },
    now,
  });
}

const everything: readonly Policy[] = readable(
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
);

/** Documents of sessions were looked at when they began. */
function readable(text: string): readonly Policy[] {
  const policy = parsePolicy(text, 'identity');
  return 'problems' in policy ? [] : [policy];
}
