import type { IdentityPolicies } from '../local/api/permissions/permissions.ts';
import type { Policy } from '../local/auth/policy/document.ts';
import { parsePolicy } from '../local/auth/policy/parse.ts';
import type { PolicyKind } from '../local/auth/policy/parse.ts';
import type { PolicyTexts } from '../local/dataplane/authorization/known-keys.ts';
import { isRecord } from '../local/contract/validate.ts';
import type { Roles } from '../local/neighbours/sts/role-trust.ts';
import { UserError } from './command.ts';
import { jsonIn } from './json-file.ts';

/** What users and roles may do: for the API as policies, and for the authorizer of traffic, which reads its own, as texts. */
export interface GivenPolicies {
  readonly policies: IdentityPolicies;
  readonly texts: PolicyTexts;
  /** Who may become one of the roles. */
  readonly trust: Roles['trust'];
}

/** The policies of users and roles in the file that `--policies` names; nothing when it is absent. */
export function policiesIn(path: string | undefined): GivenPolicies | undefined {
  if (path === undefined) return undefined;
  const json = jsonIn(path, '--policies');
  if (!isRecord(json)) {
    throw new UserError(
      `--policies: ${path} has to be { ARN of a user or role: [policy, …] or { "policies": [policy, …], "trust": policy }, … }.`,
    );
  }
  const policies = new Map<string, readonly Policy[]>();
  const texts = new Map<string, readonly string[]>();
  const trust = new Map<string, Policy>();
  for (const [arn, given] of Object.entries(json)) {
    if (!/^arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\/[\w+=,.@/-]+$/.test(arn)) {
      throw new UserError(`--policies: ${arn} in ${path} is no ARN of a user or role.`);
    }
    const where = `${arn} in ${path}`;
    const { documents, trusted } = partsOf(given, where);
    if (trusted !== undefined) trust.set(arn, policyIn(trusted, 'trust', where));
    if (documents === undefined) continue;
    policies.set(
      arn,
      documents.map((each) => policyIn(each, 'identity', where)),
    );
    texts.set(
      arn,
      documents.map((each) => JSON.stringify(each)),
    );
  }
  return { policies, texts, trust };
}

interface Parts {
  /** Absent when nothing is said of what the user or role may do. */
  readonly documents?: readonly unknown[];
  readonly trusted?: unknown;
}

/** One policy, a list of them, or an object with a list and with whom the role trusts. */
function partsOf(given: unknown, where: string): Parts {
  if (Array.isArray(given)) return { documents: given };
  if (!isRecord(given) || 'Statement' in given) return { documents: [given] };
  const { policies, trust, ...others } = given;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new UserError(`--policies: ${where} has "${unknown}"; it may have "policies" and "trust".`);
  }
  if (policies !== undefined && !Array.isArray(policies)) {
    throw new UserError(`--policies: the "policies" of ${where} are no list.`);
  }
  if (trust !== undefined && !where.includes(':role/')) {
    throw new UserError(`--policies: ${where} is no role, and so trusts nobody.`);
  }
  return {
    ...(policies === undefined ? {} : { documents: policies }),
    ...(trust === undefined ? {} : { trusted: trust }),
  };
}

function policyIn(document: unknown, kind: PolicyKind, where: string): Policy {
  const policy = parsePolicy(JSON.stringify(document) ?? '', kind);
  if (!('problems' in policy)) return policy;
  const [{ at, message } = { at: '', message: 'it is no policy.' }] = policy.problems;
  throw new UserError(
    `--policies: a policy of ${where} is refused${at === '' ? '' : ` at ${at}`}: ${message}`,
  );
}
