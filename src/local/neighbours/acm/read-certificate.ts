import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { certificatesIn } from '../../../certificates/pem.ts';
import type { ImportCertificate } from '../../state/neighbour-command.ts';

/** A certificate with its key, or why ACM would not have it. Base64 of PEM, as the API carries it. */
export function readCertificate(given: {
  readonly certificate: string;
  readonly privateKey: string;
  readonly chain: string | undefined;
}): Pick<ImportCertificate, 'names' | 'keyAlgorithm' | 'parts'> | string {
  const certificate = pemIn(given.certificate);
  const privateKey = pemIn(given.privateKey);
  const chain = given.chain === undefined ? undefined : pemIn(given.chain);
  const read = certificateIn(certificate);
  if (read === undefined)
    return 'The certificate field contains more than one certificate, or none that can be read.';
  const key = keyIn(privateKey);
  if (key === undefined) return 'The private key is not supported: it has to be PEM, without a password.';
  const keyAlgorithm = algorithmOf(key);
  if (keyAlgorithm === undefined) {
    return 'The private key is not supported: RSA keys have 1024, 2048, 3072 or 4096 bits, others are of P-256, P-384 or P-521.';
  }
  if (!read.checkPrivateKey(key)) return 'The private key does not match the certificate.';
  if (chain !== undefined && !isChain(certificatesIn(chain))) {
    return 'The certificate chain cannot be read.';
  }
  const names = namesOf(read);
  const [first] = names;
  if (first === undefined) return 'The certificate has neither a common name nor a DNS name.';
  return {
    names: [first, ...names.slice(1)],
    keyAlgorithm,
    parts: {
      certificate,
      privateKey,
      ...(chain === undefined ? {} : { chain }),
      notBefore: read.validFromDate.getTime(),
      notAfter: read.validToDate.getTime(),
      serial: (read.serialNumber.match(/../g) ?? []).join(':').toLowerCase(),
      subject: lineOf(read.subject),
      issuer: lineOf(read.issuer),
    },
  };
}

/** Clients send the bytes of a file as base64. */
function pemIn(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function certificateIn(pem: string): X509Certificate | undefined {
  if (pem.split('-----BEGIN CERTIFICATE-----').length !== 2) return undefined;
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function isChain(certificates: readonly string[]): boolean {
  return certificates.length > 0 && certificates.every((pem) => certificateIn(pem) !== undefined);
}

function keyIn(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/** The common name, then the DNS names, each once. */
function namesOf(certificate: X509Certificate): readonly string[] {
  const [, common] = /^CN=(.+)$/m.exec(certificate.subject) ?? [];
  const alternatives = (certificate.subjectAltName ?? '')
    .split(', ')
    .flatMap((each) => (each.startsWith('DNS:') ? [each.slice(4)] : []));
  const names = [...(common === undefined ? [] : [common]), ...alternatives];
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

/** In ACM's words; undefined for what it does not import. */
function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): string | undefined {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails;
  const named = asymmetricKeyType === 'rsa' ? `RSA_${modulusLength}` : `EC_${namedCurve}`;
  return imported.includes(named) ? named : undefined;
}

const imported: readonly string[] = [
  'RSA_1024',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'EC_prime256v1',
  'EC_secp384r1',
  'EC_secp521r1',
];

function lineOf(name: string): string {
  return name.split('\n').join(', ');
}
