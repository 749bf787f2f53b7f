import { principalOf } from '../../api/credentials.ts';
import type { AccessKey, Session } from '../../api/credentials.ts';
import { accountOfKey, defaultSecret } from '../../auth/default-credential.ts';
import type { Change } from './entry.ts';
import { keyOf } from './entry.ts';

/** Documents of identity policies, by the ARN of the user or role. Who is not here may do everything. */
export type PolicyTexts = ReadonlyMap<string, readonly string[]>;

/** How the authorizer learns of a key that an operator listed. */
export function keyChange(key: AccessKey, texts: PolicyTexts): Change {
  const { accessKeyId, secretAccessKey } = key;
  const principal = principalOf(key);
  const identity = { policies: texts.get(principal.arn) ?? [everything] };
  const entry = { kind: 'credential', accessKeyId, secretAccessKey, principal, identity } as const;
  return { key: keyOf.credential(accessKeyId), entry };
}

/** How it learns of users whose keys nobody listed, but whom policies limit: the key of each has its name. */
export function limitedChanges(texts: PolicyTexts, defaultAccount: string): readonly Change[] {
  return [...texts.keys()].flatMap((arn) => {
    const [, account, user] = /^arn:[^:]+:iam::(\d{12}):user\/(\w+)$/.exec(arn) ?? [];
    if (account === undefined || user === undefined || accountOfKey(user, defaultAccount) !== account)
      return [];
    return [keyChange({ accessKeyId: user, secretAccessKey: defaultSecret, account, user }, texts)];
  });
}

/** How it learns of a session that began. */
export function sessionChange({ policies, ...session }: Session, texts: PolicyTexts): Change {
  const identity = {
    policies: texts.get(session.principal.roleArn) ?? [everything],
    ...(policies.length === 0 ? {} : { session: policies }),
  };
  return { key: keyOf.credential(session.accessKeyId), entry: { kind: 'credential', ...session, identity } };
}

const everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
