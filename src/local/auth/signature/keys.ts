import type { Credential } from '../credential.ts';
import { asciiBytes, bytesOfHex, hexOf } from '../primitives.ts';
import type { P256Verifier, Primitives } from '../primitives.ts';

/** Keys derived from secrets. They hold for a day or longer, so deriving one per request would be waste. */
export interface SigningKeys {
  readonly symmetric: (credential: Credential, date: string, region: string) => Uint8Array;
  readonly asymmetric: (credential: Credential) => P256Verifier;
}

/** Enough for every key of a busy world, little enough to forget about. */
const capacity = 4096;

/** Of one service, as credential scopes name it. */
export function createSigningKeys({ hmacSha256, p256 }: Primitives, service: string): SigningKeys {
  const symmetric = createCache<Uint8Array>();
  const asymmetric = createCache<P256Verifier>();
  return {
    symmetric: (credential, date, region) =>
      symmetric(`${credential.accessKeyId}/${date}/${region}`, credential, (secret) => {
        const steps = [date, region, service, 'aws4_request'];
        let key: Uint8Array | string = `AWS4${secret}`;
        for (const step of steps) key = hmacSha256(keyBytes(key), step);
        return keyBytes(key);
      }),
    asymmetric: (credential) =>
      asymmetric(credential.accessKeyId, credential, (secret) =>
        p256(privateKeyOf(secret, credential.accessKeyId, hmacSha256)),
      ),
  };
}

function keyBytes(key: Uint8Array | string): Uint8Array {
  return typeof key === 'string' ? asciiBytes(key) : key;
}

/** A value is good for the secret it was derived from; the oldest go when there are too many. */
function createCache<Value>() {
  const entries = new Map<
    string,
    { readonly secret: Credential['secretAccessKey']; readonly value: Value }
  >();
  return (name: string, credential: Credential, derive: (secret: string) => Value): Value => {
    const known = entries.get(name);
    const secret = credential.secretAccessKey;
    if (known !== undefined && (known.secret === secret || known.secret.is(secret.reveal())))
      return known.value;
    const value = derive(secret.reveal());
    entries.delete(name);
    for (const oldest of entries.keys()) {
      if (entries.size < capacity) break;
      entries.delete(oldest);
    }
    entries.set(name, { secret, value });
    return value;
  };
}

/** Order of the P-256 group. */
const groupOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * The private key of SigV4A: the first output of a counter-mode derivation (NIST SP 800-108 with HMAC-SHA256) that falls
 * below the group's order, plus one.
 */
function privateKeyOf(secret: string, accessKeyId: string, hmac: Primitives['hmacSha256']): Uint8Array {
  const key = asciiBytes(`AWS4A${secret}`);
  const start = asciiBytes('\0\0\0\u0001AWS4-ECDSA-P256-SHA256\0');
  for (let counter = 1; counter < 255; counter++) {
    const input = [start, asciiBytes(accessKeyId), [counter, 0, 0, 1, 0]].flatMap((bytes) => [...bytes]);
    const candidate = BigInt(`0x${hexOf(hmac(key, Uint8Array.from(input)))}`);
    if (candidate > groupOrder - 2n) continue;
    const found = bytesOfHex((candidate + 1n).toString(16).padStart(64, '0'));
    if (found !== undefined) return found;
  }
  throw new Error('No private key in 254 tries, which does not happen with a working HMAC.');
}
