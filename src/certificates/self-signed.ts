import { generateKeyPairSync } from 'node:crypto';
import { certify, extension, privatePem } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { generalName, sequence } from './der.ts';

const dayMs = 86_400_000;

/**
 * A certificate that vouches only for itself (P-256, valid for a year), for a server that its clients know by this very
 * certificate, or do not verify at all. `hosts` are names and IPv4 addresses, the first is the subject.
 */
export function selfSigned(hosts: readonly [string, ...string[]], now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [name] = hosts;
  const cert = certify(
    {
      subject: name,
      issuer: name,
      publicKey,
      notBefore: now - dayMs,
      notAfter: now + 365 * dayMs,
      extensions: [extension('2.5.29.17', sequence(...hosts.map(generalName)))],
    },
    privateKey,
  );
  return { cert, key: privatePem(privateKey) };
}
