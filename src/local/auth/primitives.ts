/** The cryptography that pure code is given. All of it is synchronous; the edge has it from `node:crypto`. */
export interface Primitives {
  /** SHA-256 of the UTF-8 bytes of a text, in lower-case hexadecimal digits. */
  readonly sha256: (text: string) => string;
  readonly hmacSha256: (key: Uint8Array, message: Uint8Array | string) => Uint8Array;
  /** A verifier for what the private key signs. Making one costs a point multiplication, so keep it. */
  readonly p256: (privateKey: Uint8Array) => P256Verifier;
}

/** Whether a DER signature is this key's, over the SHA-256 of the UTF-8 bytes of the message. Never throws. */
export type P256Verifier = (message: string, signature: Uint8Array) => boolean;

/** Bytes of a text of ASCII characters, such as a key or a scope. Others keep their low byte only. */
export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

/** Lower-case hexadecimal digits to bytes; undefined for anything else. */
export function bytesOfHex(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-f]{2})+$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
