import { principalOf } from '../../api/credentials.ts';
import type { AccessKey, Session } from '../../api/credentials.ts';
import type { Change } from './entry.ts';
import { keyOf } from './entry.ts';

/** How the authorizer learns of a key that an operator listed. Its owner may do everything, as far as its own side goes. */
export function keyChange(key: AccessKey): Change {
  const { accessKeyId, secretAccessKey } = key;
  const identity = { policies: [everything] };
  const entry = {
    kind: 'credential',
    accessKeyId,
    secretAccessKey,
    principal: principalOf(key),
    identity,
  } as const;
  return { key: keyOf.credential(accessKeyId), entry };
}

/** How it learns of a session that began. */
export function sessionChange({ policies, ...session }: Session): Change {
  const identity = {
    policies: [everything],
    ...(policies.length === 0 ? {} : { session: policies }),
  };
  return { key: keyOf.credential(session.accessKeyId), entry: { kind: 'credential', ...session, identity } };
}

const everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
