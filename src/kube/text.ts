import { isAscii } from 'node:buffer';

/** UTF-8 as text. Most of what an API server sends is ASCII, which is found out much faster than UTF-8 is decoded. */
export function textOf(bytes: Uint8Array): string {
  return decoderOf(bytes)(0, bytes.length);
}

/** Gives parts of the bytes as text; none may begin or end within a character. */
export function decoderOf(bytes: Uint8Array): (from: number, to: number) => string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Latin-1 of ASCII is the same text without a look at every byte.
  const encoding = isAscii(buffer) ? 'latin1' : 'utf8';
  return (from, to) => buffer.toString(encoding, from, to);
}
