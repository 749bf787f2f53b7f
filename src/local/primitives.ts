import { createECDH, createPublicKey, hash, verify } from 'node:crypto';
import type { Primitives } from './auth/primitives.ts';

/** Node's own cryptography, synchronous as the authorizer needs it. */
export const systemPrimitives: Primitives = {
  sha256: (text) => hash('sha256', text, 'hex'),
  hmacSha256,
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

/** RFC 2104 by two hashes at once: Node's own makes a key object and two streams first, which costs four times as much. */
function hmacSha256(key: Uint8Array, message: Uint8Array | string): Uint8Array {
  const short = key.length > blockSize ? hash('sha256', key, 'buffer') : key;
  const text = typeof message === 'string' ? Buffer.from(message) : message;
  const inner = hash('sha256', Buffer.concat([padded(short, 0x36), text]), 'buffer');
  return hash('sha256', Buffer.concat([padded(short, 0x5c), inner]), 'buffer');
}

const blockSize = 64;

function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(blockSize).fill(pad);
  for (let index = 0; index < key.length; index++) block[index] = pad ^ (key[index] ?? 0);
  return block;
}
