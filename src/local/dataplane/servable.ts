import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Certificate } from '../../certificates/certificate.ts';

/**
 * Why Envoy would not serve a certificate; undefined when it would. All hosts of a port share a listener, which Envoy takes
 * whole or not at all, so one bad certificate among them would keep every change of the others from it.
 */
export function whyUnservable({ cert, key }: Certificate): string | undefined {
  const unreadable = cert
    .split(/(?<=-----END CERTIFICATE-----)/)
    .filter((pem) => pem.trim() !== '')
    .findIndex((pem) => !isCertificate(pem));
  if (unreadable === 0) return 'the certificate cannot be read';
  if (unreadable > 0) return `certificate ${unreadable} of its chain cannot be read`;
  return whyUnusable(key);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== '';
  } catch {
    return false;
  }
}

const curves: readonly unknown[] = ['prime256v1', 'secp384r1', 'secp521r1'];

function whyUnusable(key: string): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = createPrivateKey(key);
  if (type === 'rsa') {
    const { modulusLength = 0 } = details;
    return modulusLength < 2048
      ? `its RSA key has ${modulusLength} bits, and Envoy serves none below 2048`
      : undefined;
  }
  if (type !== 'ec') return `Envoy serves keys of RSA, P-256, P-384 and P-521, not ${type}`;
  return curves.includes(details.namedCurve)
    ? undefined
    : `Envoy serves no keys of the curve ${details.namedCurve}`;
}
