import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { KeyPairKeyObjectResult } from 'node:crypto';
import { suite, test } from 'node:test';
import { certificateWith, rsaKey } from '../../../../test/certificates.ts';
import { readCertificate } from './read-certificate.ts';

function read(pair: KeyPairKeyObjectResult, chain?: string): ReturnType<typeof readCertificate> {
  const { cert, key } = certificateWith(pair, 'cart.example.com');
  const [certificate, privateKey] = [base64(cert), base64(key)];
  return readCertificate({
    certificate,
    privateKey,
    chain: chain === undefined ? undefined : base64(chain),
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

suite('a certificate that is imported into ACM', () => {
  test('has a key that ACM knows, in its words', () => {
    const pairs = {
      RSA_1024: rsaKey(1024),
      RSA_2048: rsaKey(2048),
      EC_prime256v1: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
      EC_secp384r1: generateKeyPairSync('ec', { namedCurve: 'secp384r1' }),
    };
    for (const [name, pair] of Object.entries(pairs)) {
      const found = read(pair);
      assert.equal(typeof found === 'string' ? found : found.keyAlgorithm, name);
    }
  });

  test('is refused with a key of another kind', () => {
    for (const pair of [
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
      generateKeyPairSync('ed25519'),
      rsaKey(1280),
    ]) {
      const found = read(pair);
      assert.match(typeof found === 'string' ? found : 'none', /^The private key is not supported: /);
    }
  });

  test('is refused with a chain of which one cannot be read, wherever it stands', () => {
    const good = certificateWith(rsaKey(2048), 'authority').cert;
    const bad = '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n';
    for (const chain of [good, good + good, `of Bob:\n${good}that is all\n`]) {
      assert.equal(typeof read(rsaKey(2048), chain), 'object');
    }
    for (const chain of [bad, good + bad, bad + good, '']) {
      assert.equal(read(rsaKey(2048), chain), 'The certificate chain cannot be read.');
    }
  });
});
