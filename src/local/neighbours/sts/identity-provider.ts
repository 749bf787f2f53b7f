import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isRecord } from '../../contract/validate.ts';

/** An OpenID Connect provider whose tokens can be verified. */
export interface IdentityProvider {
  readonly keys: readonly ProviderKey[];
  /** Audiences that its tokens may be for; any when absent. */
  readonly clientIds?: readonly string[];
}

interface ProviderKey {
  readonly kid?: string;
  readonly key: KeyObject;
}

/** A provider from its JSON Web Key Set, which may have `clientIds` beside its `keys`; a text says what is wrong with it. */
export function readProvider(json: unknown): IdentityProvider | string {
  const { keys: given, clientIds } = isRecord(json) ? json : {};
  if (!Array.isArray(given) || given.length === 0) return 'it is no JSON Web Key Set: { "keys": [KEY, …] }';
  const keys: ProviderKey[] = [];
  for (const [index, each] of given.entries()) {
    const key = isRecord(each) ? publicKey(each) : undefined;
    if (key === undefined) return `keys[${index}] is no public key of kind RSA or EC`;
    keys.push(key);
  }
  if (clientIds === undefined) return { keys };
  return isTexts(clientIds) ? { keys, clientIds } : 'its clientIds are no list of texts';
}

/** Whether one of the provider's keys signed a token of three parts. */
export function isSignedBy({ keys }: IdentityProvider, token: string): boolean {
  const [head = '', claims = '', signature = ''] = token.split('.');
  const header = decoded(head);
  if (!isRecord(header)) return false;
  const { alg, kid } = header;
  const algorithm = typeof alg === 'string' && Object.hasOwn(algorithms, alg) ? algorithms[alg] : undefined;
  if (algorithm === undefined) return false;
  const data = Buffer.from(`${head}.${claims}`);
  return keys.some(
    (each) =>
      (kid === undefined || each.kid === undefined || each.kid === kid) &&
      each.key.asymmetricKeyType === algorithm.type &&
      verify(
        algorithm.hash,
        data,
        { key: each.key, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      ),
  );
}

const algorithms: Readonly<Record<string, { readonly hash: string; readonly type: 'rsa' | 'ec' }>> = {
  RS256: { hash: 'sha256', type: 'rsa' },
  RS384: { hash: 'sha384', type: 'rsa' },
  RS512: { hash: 'sha512', type: 'rsa' },
  ES256: { hash: 'sha256', type: 'ec' },
  ES384: { hash: 'sha384', type: 'ec' },
  ES512: { hash: 'sha512', type: 'ec' },
};

function publicKey(jwk: Readonly<Record<string, unknown>>): ProviderKey | undefined {
  try {
    const key = createPublicKey({ format: 'jwk', key: { ...jwk } });
    const { kid } = jwk;
    return typeof kid === 'string' ? { kid, key } : { key };
  } catch {
    return undefined;
  }
}

/** The JSON in a part of a token. */
export function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
