import { createCredentials } from '../local/api/credentials.ts';
import type { Credentials } from '../local/api/credentials.ts';
import type { Signatures } from '../local/api/authenticate.ts';
import type { IdentityPolicies } from '../local/api/permissions/permissions.ts';
import type { Change } from '../local/dataplane/authorization/entry.ts';
import { keyChange, limitedChanges, sessionChange } from '../local/dataplane/authorization/known-keys.ts';
import type { Roles } from '../local/neighbours/sts/role-trust.ts';
import { UserError } from './command.ts';
import type { Command, Values } from './command.ts';
import { accessKeysIn } from './lattice-credentials.ts';
import { policiesIn } from './lattice-policies.ts';
import { providersIn } from './lattice-providers.ts';

/** Who calls, and what they may do. */
export const identityOptions = {
  credentials: {
    value: 'FILE',
    summary:
      'access keys as JSON: { "accessKeys": [{ "accessKeyId", "secretAccessKey", "account", "user" }] }; every other key signs with the secret local',
  },
  signatures: {
    value: 'WHAT',
    summary: 'whether calls that are signed wrongly are refused',
    choices: ['verified', 'ignored'],
    default: 'verified',
  },
  policies: {
    value: 'FILE',
    summary:
      'what users and roles may do, as JSON: { ARN: [identity policy, …] }, or { ARN: { "policies": […], "trust": POLICY } } with who may assume a role; who is not named may do everything, and may be assumed by everybody',
  },
  'identity-providers': {
    value: 'FILE',
    summary:
      'OpenID Connect providers whose tokens are verified, as JSON: { ISSUER: JSON Web Key Set }; tokens of others are believed',
  },
} as const satisfies Command['options'];

/** Whose keys are whose, from the command line. */
export interface Identities {
  readonly credentials: Credentials;
  readonly signatures: Signatures;
  readonly roles: Roles;
  /** Absent when nobody is limited. */
  readonly policies?: IdentityPolicies;
  /** What the authorizer of traffic has to know of it from the start. */
  readonly known: readonly Change[];
}

export interface IdentityPorts {
  readonly now: () => number;
  /** Tells the authorizer of traffic, where there is one. */
  readonly tell: (changes: readonly Change[]) => Promise<void>;
}

/** Reads the files that the options name. */
export function identitiesIn(values: Values, { now, tell }: IdentityPorts): Identities {
  const limits = policiesIn(values.optional('policies'));
  const texts = limits?.texts ?? new Map<string, readonly string[]>();
  const keys = accessKeysIn(values.optional('credentials'));
  const defaultAccount = values.text('account');
  if (!/^\d{12}$/.test(defaultAccount)) {
    throw new UserError(`--account wants twelve digits, not ${defaultAccount}.`);
  }
  const credentials = createCredentials({
    keys,
    defaultAccount,
    now,
    onSession: async (session) => tell([sessionChange(session, texts)]),
  });
  return {
    credentials,
    signatures: values.text('signatures') === 'ignored' ? 'ignored' : 'verified',
    roles: {
      trust: limits?.trust ?? new Map(),
      providers: providersIn(values.optional('identity-providers')),
    },
    ...(limits === undefined ? {} : { policies: limits.policies }),
    known: [...limitedChanges(texts, defaultAccount), ...keys.map((key) => keyChange(key, texts))],
  };
}
