import { createECDH, createHmac, createPublicKey, hash, verify } from 'node:crypto';
import type { Primitives } from './auth/primitives.ts';

/** Node's own cryptography, synchronous as the authorizer needs it. */
export const systemPrimitives: Primitives = {
  sha256: (text) => hash('sha256', text, 'hex'),
  hmacSha256: (key, message) => createHmac('sha256', key).update(message).digest(),
  p256: (privateKey) => {
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(privateKey);
    // An uncompressed point: 4, then both coordinates.
    const point = pair.getPublicKey();
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((bytes) => bytes.toString('base64url'));
    const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } });
    return (message, signature) => verify('sha256', Buffer.from(message), key, signature);
  },
};
