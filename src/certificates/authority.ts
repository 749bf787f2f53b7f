import { Buffer } from 'node:buffer';
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { certify, extension, keyId, privatePem } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { bits, element, generalName, objectId, octets, sequence, yes } from './der.ts';

/** A certificate authority that clients are told to trust. */
export interface Authority {
  /** What clients need, as PEM. */
  readonly cert: string;
  /** With its key, to be kept for `openAuthority`. */
  readonly certificate: Certificate;
  /** A certificate for servers of these names and IPv4 addresses; `*.` covers one label. Valid for a year from `now`. */
  issue(hosts: readonly [string, ...string[]], now: number): Certificate;
}

const dayMs = 86_400_000;
const bitsOfKeys = 2048;

/**
 * Makes an authority (RSA, like those of the Lattice it stands for, whose TLS 1.2 suites all need RSA). Takes some tenths
 * of a second.
 */
export function createAuthority(name: string, now: number): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bitsOfKeys });
  const cert = certify(
    {
      subject: name,
      issuer: name,
      publicKey,
      notBefore: now - dayMs,
      notAfter: now + 3650 * dayMs,
      extensions: [
        extension('2.5.29.19', sequence(yes), true),
        extension('2.5.29.15', bits(Buffer.of(0b0000_0110), 1), true),
        extension('2.5.29.14', octets(keyId(publicKey))),
      ],
    },
    privateKey,
  );
  return openAuthority({ cert, key: privatePem(privateKey) });
}

/** An authority that was kept. Throws when the text is no certificate or no key. */
export function openAuthority(certificate: Certificate): Authority {
  const { cert } = certificate;
  const authorityKey = createPrivateKey(certificate.key);
  const issuer = new X509Certificate(cert).subject.replace(/^CN=/, '');
  const issuerKeyId = keyId(createPublicKey(authorityKey));
  // One key for all that it issues: a key takes a hundred times as long as a signature.
  let served: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;
  return {
    cert,
    certificate,
    issue: (hosts, now) => {
      served ??= generateKeyPairSync('rsa', { modulusLength: bitsOfKeys });
      const { publicKey, privateKey } = served;
      const issued = certify(
        {
          // A common name has room for 64 characters; the alternative names are what counts.
          subject: hosts[0].slice(0, 64),
          issuer,
          publicKey,
          notBefore: now - dayMs,
          notAfter: now + 365 * dayMs,
          extensions: [
            extension('2.5.29.17', sequence(...hosts.map(generalName))),
            extension('2.5.29.15', bits(Buffer.of(0b1010_0000), 5), true),
            extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))),
            extension('2.5.29.14', octets(keyId(publicKey))),
            extension('2.5.29.35', sequence(element(0x80, issuerKeyId))),
          ],
        },
        authorityKey,
      );
      return { cert: issued, key: privatePem(privateKey) };
    },
  };
}
