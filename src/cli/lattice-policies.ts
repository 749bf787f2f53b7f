import type { IdentityPolicies } from '../local/api/permissions/permissions.ts';
import type { Policy } from '../local/auth/policy/document.ts';
import { parsePolicy } from '../local/auth/policy/parse.ts';
import type { PolicyTexts } from '../local/dataplane/authorization/known-keys.ts';
import { isRecord } from '../local/contract/validate.ts';
import { UserError } from './command.ts';
import { jsonIn } from './json-file.ts';

/** What users and roles may do: for the API as policies, and for the authorizer of traffic, which reads its own, as texts. */
export interface GivenPolicies {
  readonly policies: IdentityPolicies;
  readonly texts: PolicyTexts;
}

/** The policies of users and roles in the file that `--policies` names; nothing when it is absent. */
export function policiesIn(path: string | undefined): GivenPolicies | undefined {
  if (path === undefined) return undefined;
  const json = jsonIn(path, '--policies');
  if (!isRecord(json)) {
    throw new UserError(`--policies: ${path} has to be { ARN of a user or role: [policy, …], … }.`);
  }
  const policies = new Map<string, readonly Policy[]>();
  const texts = new Map<string, readonly string[]>();
  for (const [arn, documents] of Object.entries(json)) {
    if (!/^arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\/[\w+=,.@/-]+$/.test(arn)) {
      throw new UserError(`--policies: ${arn} in ${path} is no ARN of a user or role.`);
    }
    const list: readonly unknown[] = Array.isArray(documents) ? documents : [documents];
    policies.set(
      arn,
      list.map((each) => policyIn(each, `${arn} in ${path}`)),
    );
    texts.set(
      arn,
      list.map((each) => JSON.stringify(each)),
    );
  }
  return { policies, texts };
}

function policyIn(document: unknown, where: string): Policy {
  const policy = parsePolicy(JSON.stringify(document) ?? '', 'identity');
  if (!('problems' in policy)) return policy;
  const [{ at, message } = { at: '', message: 'it is no policy.' }] = policy.problems;
  throw new UserError(
    `--policies: a policy of ${where} is refused${at === '' ? '' : ` at ${at}`}: ${message}`,
  );
}
