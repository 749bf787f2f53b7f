/** Certificates that say whatever a test wants. */
import { generateKeyPairSync } from 'node:crypto';
import type { KeyPairKeyObjectResult } from 'node:crypto';
import { certify, privatePem } from '../src/certificates/certificate.ts';
import type { Certificate } from '../src/certificates/certificate.ts';
import { readCertificate } from '../src/local/neighbours/acm/read-certificate.ts';

/** For one host, with this key, and signed by a key of RSA that nobody else has. */
export function certificateWith(
  { publicKey, privateKey }: KeyPairKeyObjectResult,
  host: string,
  extensions: readonly Buffer[] = [],
): Certificate {
  const issuer = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [notBefore, notAfter] = [Date.now() - 60_000, Date.now() + 86_400_000];
  const statement = { subject: host, issuer: 'nobody', publicKey, notBefore, notAfter, extensions };
  return { cert: certify(statement, issuer.privateKey), key: privatePem(privateKey) };
}

export function rsaKey(modulusLength: number): KeyPairKeyObjectResult {
  return generateKeyPairSync('rsa', { modulusLength });
}

/** As ACM reads it, for the command that imports it. Throws when ACM does not. */
export function importable(
  { cert, key }: Certificate,
  chain?: string,
): NonNullable<Exclude<ReturnType<typeof readCertificate>, string>> {
  const read = readCertificate({
    certificate: base64(cert),
    privateKey: base64(key),
    chain: chain === undefined ? undefined : base64(chain),
  });
  if (typeof read === 'string') throw new Error(read);
  return read;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
