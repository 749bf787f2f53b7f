import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Certificate } from '../../certificates/certificate.ts';
import { certificatesIn } from '../../certificates/pem.ts';

/**
 * Why Envoy would not serve a certificate; undefined when it would. All hosts of a port share a listener, which Envoy takes
 * whole or not at all, so one bad certificate among them would keep every change of the others from it.
 */
export function whyUnservable({ cert, key }: Certificate): string | undefined {
  const [own, ...chain] = certificatesIn(cert).map(parsed);
  if (own === undefined) return 'the certificate cannot be read';
  const unreadable = chain.indexOf(undefined);
  if (unreadable >= 0) return `certificate ${unreadable + 1} of its chain cannot be read`;
  if (own.raw.includes(mustStaple)) return 'it demands OCSP stapling, and Envoy is given no OCSP response';
  return whyUnusable(own, key);
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** The object identifier of the extension of RFC 7633, of which Node tells nothing. */
const mustStaple = Buffer.from('06082b06010505070118', 'hex');

/** The algorithm of keys of elliptic curves with a curve by its name: P-256, P-384, P-521. */
const curves = ['06082a8648ce3d030107', '06052b81040022', '06052b81040023'].map((curve) =>
  Buffer.from(`06072a8648ce3d0201${curve}`, 'hex'),
);

function whyUnusable({ raw }: X509Certificate, key: string): string | undefined {
  const read = parsedKey(key);
  if (read === undefined) return 'its private key cannot be read';
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = read;
  if (type === 'rsa') {
    const { modulusLength = 0 } = details;
    return modulusLength < 2048
      ? `its RSA key has ${modulusLength} bits, and Envoy serves none below 2048`
      : undefined;
  }
  return type === 'ec' && curves.some((curve) => raw.includes(curve))
    ? undefined
    : 'Envoy serves keys of RSA, and of P-256, P-384 and P-521 by their names, and no others';
}

function parsedKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
