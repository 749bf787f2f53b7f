import type { Session } from '../../api/credentials.ts';
import { sessionKeyPrefix } from '../../api/credentials.ts';
import { parsePolicy } from '../../auth/policy/parse.ts';
import { systemPrimitives } from '../../primitives.ts';
import { integerIn, tagsIn, textIn, textsIn } from '../input.ts';
import { declined, isDeclined } from '../neighbour.ts';
import type { Asked, Declined, Input, Operation } from '../neighbour.ts';
import { unlessTrusted } from './role-trust.ts';
import type { Candidate } from './role-trust.ts';
import { readWebIdentity } from './web-identity.ts';

/** Any well-formed role is there; it can be assumed by whomever it trusts. */
export const assumeRole: Operation = async (input, asked) => {
  const role = readRole(input);
  if (isDeclined(role)) return role;
  if (asked.caller === undefined) return notSigned;
  const { principal, context = {} } = asked.caller;
  const externalId = textIn(input, 'ExternalId');
  const keys = {
    ...context,
    ...keysOf(role),
    ...(externalId === undefined ? {} : { 'sts:ExternalId': [externalId] }),
  };
  const untrusted = unlessTrusted(asked.roles, {
    ...candidateOf(role),
    action: 'AssumeRole',
    principal,
    keys,
    now: asked.now,
  });
  if (untrusted !== undefined) return untrusted;
  const isChained = principal.kind === 'assumedRole';
  if (isChained && role.durationSeconds > 3_600) {
    const message =
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.';
    return validation(message);
  }
  return await begun({ ...role, context: {} }, asked);
};

/** As `assumeRole`, for whoever holds a token. */
export const assumeRoleWithWebIdentity: Operation = async (input, asked) => {
  const role = readRole(input);
  if (isDeclined(role)) return role;
  const { roles, now } = asked;
  const { providers } = roles;
  const identity = readWebIdentity(textIn(input, 'WebIdentityToken') ?? '', { providers, now });
  if (isDeclined(identity)) return identity;
  const { issuer, subject, audience } = identity;
  const provider = issuer.replace(/^https:\/\//, '');
  const [, , , , account = ''] = role.roleArn.split(':');
  const context = {
    [`${provider}:sub`]: [subject],
    [`${provider}:aud`]: [audience],
  };
  const federatedBy = `arn:aws:iam::${account}:oidc-provider/${provider}`;
  const principal = { ...federatedPrincipal, account, federatedBy };
  const keys = { ...context, ...keysOf(role) };
  const untrusted = unlessTrusted(roles, {
    ...candidateOf(role),
    action: 'AssumeRoleWithWebIdentity',
    principal,
    keys,
    now,
  });
  if (untrusted !== undefined) return untrusted;
  const output = await begun({ ...role, context, federatedBy }, asked);
  return {
    ...output,
    SubjectFromWebIdentityToken: subject,
    Audience: audience,
    Provider: federatedBy,
  };
};

/** Whoever has a token is nobody yet but the provider's. */
const federatedPrincipal = { kind: 'assumedRole', arn: '', roleArn: '', userId: '', tags: {} } as const;

function candidateOf({ roleArn, tags }: Role): Pick<Candidate, 'roleArn' | 'isTagging'> {
  return { roleArn, isTagging: Object.keys(tags).length > 0 };
}

/** What trust policies may ask of a call. */
function keysOf({ sessionName, tags, sourceIdentity }: Role): Candidate['keys'] {
  const tagKeys = Object.keys(tags);
  return {
    'sts:RoleSessionName': [sessionName],
    ...(sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': [sourceIdentity] }),
    ...(tagKeys.length === 0 ? {} : { 'aws:TagKeys': tagKeys }),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, [value]])),
  };
}

interface Role {
  readonly roleArn: string;
  readonly roleName: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly policies: readonly string[];
  readonly sourceIdentity?: string;
}

/** Checked as STS does, member by member. */
function readRole(input: Input): Role | Declined {
  const roleArn = textIn(input, 'RoleArn') ?? '';
  const [, roleName] =
    /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[\w+=,.@/-]+\/)?([\w+=,.@-]{1,64})$/.exec(roleArn) ?? [];
  if (roleName === undefined) return validation(`${roleArn} is invalid`);
  const sessionName = textIn(input, 'RoleSessionName') ?? '';
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    return validation(
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}`,
    );
  }
  const durationSeconds =
    input['DurationSeconds'] === undefined ? 3_600 : integerIn(input, 'DurationSeconds');
  if (durationSeconds === undefined || durationSeconds < 900 || durationSeconds > 43_200) {
    return validation(
      `1 validation error detected: Value '${String(input['DurationSeconds'])}' at 'durationSeconds' failed to satisfy constraint: Member must be between 900 and 43200`,
    );
  }
  if (textsIn(input, 'PolicyArns').length > 0 || input['PolicyArns'] !== undefined) {
    return validation('There are no managed policies here; give the session a Policy.');
  }
  const policy = textIn(input, 'Policy');
  if (policy !== undefined && 'problems' in parsePolicy(policy, 'identity')) {
    return declined('MalformedPolicyDocument', 'The policy is not in the valid JSON format.');
  }
  const sourceIdentity = textIn(input, 'SourceIdentity');
  return {
    roleArn,
    roleName,
    sessionName,
    durationSeconds,
    tags: tagsIn(input, 'Tags'),
    policies: policy === undefined ? [] : [policy],
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  };
}

interface Beginning extends Role {
  readonly context: Readonly<Record<string, readonly string[]>>;
  readonly federatedBy?: string;
}

async function begun(role: Beginning, asked: Asked): Promise<object> {
  const { roleArn, roleName, sessionName, durationSeconds, sourceIdentity, federatedBy } = role;
  const [, partition = 'aws', , , account = ''] = roleArn.split(':');
  const { random, now, credentials } = asked;
  const drawn = (length: number): string => {
    let text = '';
    while (text.length < length) text += alphabet[Math.floor(random.next() * alphabet.length)] ?? '';
    return text;
  };
  // As at AWS the same for one role, whoever assumes it.
  const roleId = `AROA${systemPrimitives.sha256(roleArn).toUpperCase().slice(0, 17)}`;
  const arn = `arn:${partition}:sts::${account}:assumed-role/${roleName}/${sessionName}`;
  const session: Session = {
    accessKeyId: `${sessionKeyPrefix}${drawn(16)}`,
    secretAccessKey: drawn(40),
    sessionToken: drawn(120),
    expiresAt: (Math.floor(now / 1_000) + durationSeconds) * 1_000,
    principal: {
      kind: 'assumedRole',
      account,
      arn,
      roleArn,
      userId: `${roleId}:${sessionName}`,
      tags: role.tags,
      ...(federatedBy === undefined ? {} : { federatedBy }),
    },
    context: {
      ...role.context,
      ...(sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': [sourceIdentity] }),
    },
    policies: role.policies,
  };
  await credentials.begin(session);
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expiresAt).toISOString().replace('.000', ''),
    },
    AssumedRoleUser: { AssumedRoleId: session.principal.userId, Arn: arn },
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
  };
}

/** Base 32, of which the keys of AWS are. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The refusal of a call that nobody signed, of those that need it. */
export const notSigned = declined(
  'MissingAuthenticationToken',
  'Request is missing Authentication Token',
  403,
);

function validation(message: string): Declined {
  return declined('ValidationError', message);
}
