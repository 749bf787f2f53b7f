/**
 * Whether a Secret's value, in base64 as the API server gives it, holds PEM blocks of a label with well-formed contents:
 * each must be one DER sequence of just its length. What the sequence says is for whoever serves the certificate.
 */
export function holdsPem(encoded: string | undefined, label: RegExp): boolean {
  const text = encoded === undefined ? undefined : decodeText(encoded);
  if (text === undefined) return false;
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g)].filter(
    ([, name = '']) => label.test(name),
  );
  return blocks.length > 0 && blocks.every(([, , body = '']) => isSequence(decode(body)));
}

export const certificateLabel = /^(TRUSTED |X509 )?CERTIFICATE$/;
export const privateKeyLabel = /PRIVATE KEY$/;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decode(encoded: string): readonly number[] | undefined {
  const compact = encoded.replaceAll(/\s+/g, '').replace(/={0,2}$/, '');
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const character of compact) {
    const value = alphabet.indexOf(character);
    if (value < 0) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return bytes;
}

/** PEM is ASCII; whatever else there is does not matter. */
function decodeText(encoded: string): string | undefined {
  const bytes = decode(encoded);
  return bytes?.map((byte) => String.fromCharCode(byte)).join('');
}

function isSequence(bytes: readonly number[] | undefined): boolean {
  const [tag, first] = bytes ?? [];
  if (bytes === undefined || tag !== 0x30 || first === undefined) return false;
  if (first < 0x80) return bytes.length === 2 + first;
  const lengthBytes = first & 0x7f;
  const length = bytes.slice(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  return lengthBytes > 0 && lengthBytes <= 4 && bytes.length === 2 + lengthBytes + length;
}
