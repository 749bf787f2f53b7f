import { Buffer } from 'node:buffer';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const dayMs = 86_400_000;

/**
 * A certificate that vouches only for itself (P-256, valid for a year), for a server that its clients know by this very
 * certificate, or do not verify at all. `hosts` are names and IPv4 addresses, the first is the subject.
 */
export function selfSigned(hosts: readonly [string, ...string[]], now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(objectId('2.5.4.3'), utf8(hosts[0]))));
  const validity = sequence(time(now - dayMs), time(now + 365 * dayMs));
  const body = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(randomBytes(12)),
    sequence(objectId(ecdsaWithSha256)),
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(sequence(objectId(subjectAltName), octets(sequence(...hosts.map(alternative)))))),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, sequence(objectId(ecdsaWithSha256)), bits(signature));
  return {
    cert: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const subjectAltName = '2.5.29.17';

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

// DER: a tag, a length, the contents.

function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), length(body.length), body]);
}

function length(size: number): Buffer {
  if (size < 128) return Buffer.of(size);
  return size < 256 ? Buffer.of(0x81, size) : Buffer.of(0x82, size >> 8, size & 0xff);
}

const sequence = (...contents: readonly Uint8Array[]): Buffer => element(0x30, ...contents);
const set = (...contents: readonly Uint8Array[]): Buffer => element(0x31, ...contents);
const explicit = (tag: number, content: Uint8Array): Buffer => element(0xa0 + tag, content);
const octets = (content: Uint8Array): Buffer => element(0x04, content);
const bits = (content: Uint8Array): Buffer => element(0x03, Buffer.of(0), content);
const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));

/** An address where it is one, else a DNS name. */
function alternative(host: string): Buffer {
  return isIPv4(host)
    ? element(0x87, Buffer.from(host.split('.').map(Number)))
    : element(0x82, Buffer.from(host));
}

/** Positive: a leading zero where the first bit would make it negative. */
function integer(bytes: Buffer): Buffer {
  return element(0x02, (bytes[0] ?? 0) >= 128 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return element(0x18, Buffer.from(digits));
}

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): readonly number[] {
  const digits = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift((rest % 128) + 128);
  }
  return digits;
}
