import type {
  AssumedRole,
  AuthenticatedPrincipal,
  Credential,
  CredentialDirectory,
} from '../auth/credential.ts';
import { accountOfKey, defaultCredential, defaultSecret } from '../auth/default-credential.ts';
import { Secret } from '../auth/secret.ts';

/** A key that an operator listed. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Twelve digits. */
  readonly account: string;
  /** Name of the IAM user; the account itself when absent. */
  readonly user?: string;
}

/** What STS gives to whoever assumed a role. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly principal: AssumedRole;
  readonly context: Readonly<Record<string, readonly string[]>>;
  /** Policy documents of the session; it may do what its role may when there are none. */
  readonly policies: readonly string[];
}

/** Whose keys are whose. */
export interface Credentials extends CredentialDirectory {
  readonly find: (accessKeyId: string) => Credential | undefined;
  /** Of an unlisted key, or of one whose signature nobody looks at. */
  readonly accountOf: (accessKeyId: string) => string;
  /** The session of a key, until some time after its end. */
  readonly sessionOf: (accessKeyId: string) => Session | undefined;
  /** Makes a session known; resolves when everybody knows it who has to. */
  readonly begin: (session: Session) => Promise<void>;
}

export interface CredentialOptions {
  readonly keys: readonly AccessKey[];
  /** Of keys that are not listed and are no account number. */
  readonly defaultAccount: string;
  /** Now, in milliseconds since 1970. */
  readonly now: () => number;
  /** Is told of each session before its keys are given away. */
  readonly onSession?: (session: Session) => Promise<void>;
}

/** Longer than any clock is wrong: until then the answer is that the session expired, and not that it is unknown. */
const rememberedMs = 3_600_000;

/**
 * Keys that are listed, sessions that began here, and every other key, which signs with the secret `local` as the user
 * of its name. Sessions are in memory and end with the process, as their clients can always get new ones.
 */
export function createCredentials({
  keys,
  defaultAccount,
  now,
  onSession = () => Promise.resolve(),
}: CredentialOptions): Credentials {
  const listed = new Map(keys.map((key) => [key.accessKeyId, listedCredential(key)]));
  const sessions = new Map<string, { readonly session: Session; readonly credential: Credential }>();
  const find = (accessKeyId: string): Credential | undefined => {
    const found = listed.get(accessKeyId) ?? sessions.get(accessKeyId)?.credential;
    if (found !== undefined || accessKeyId.startsWith(sessionKeyPrefix)) return found;
    const account = accountOfKey(accessKeyId, defaultAccount);
    return defaultCredential(accessKeyId, { account, secretAccessKey: defaultSecret });
  };
  return {
    find,
    accountOf: (accessKeyId) =>
      find(accessKeyId)?.principal.account ?? accountOfKey(accessKeyId, defaultAccount),
    sessionOf: (accessKeyId) => sessions.get(accessKeyId)?.session,
    begin: async (session) => {
      for (const [id, { session: old }] of sessions) {
        if (old.expiresAt + rememberedMs < now()) sessions.delete(id);
      }
      sessions.set(session.accessKeyId, { session, credential: sessionCredential(session) });
      await onSession(session);
    },
  };
}

/** Of every temporary key, as at AWS. */
export const sessionKeyPrefix = 'ASIA';

function listedCredential(key: AccessKey): Credential {
  const { accessKeyId, secretAccessKey } = key;
  return { accessKeyId, secretAccessKey: new Secret(secretAccessKey), principal: principalOf(key) };
}

/** Who stands behind a listed key. */
export function principalOf({ accessKeyId, account, user }: AccessKey): AuthenticatedPrincipal {
  const arn = (path: string): string => `arn:aws:iam::${account}:${path}`;
  if (user === undefined) return { kind: 'root', account, arn: arn('root'), userId: account, tags: {} };
  const name = user.split('/').at(-1) ?? user;
  return { kind: 'user', name, account, arn: arn(`user/${user}`), userId: accessKeyId, tags: {} };
}

function sessionCredential(session: Session): Credential {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt, principal, context } = session;
  return {
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    sessionToken: new Secret(sessionToken),
    expiresAt,
    principal,
    context,
  };
}
