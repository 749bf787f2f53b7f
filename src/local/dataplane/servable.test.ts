import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { KeyPairKeyObjectResult } from 'node:crypto';
import { suite, test } from 'node:test';
import { extension } from '../../certificates/certificate.ts';
import { certificateWith, rsaKey } from '../../../test/certificates.ts';
import { whyUnservable } from './servable.ts';

function why(pair: KeyPairKeyObjectResult): string {
  return whyUnservable(certificateWith(pair, 'cart.example.com')) ?? 'it would';
}

suite('what Envoy would serve', () => {
  const good = certificateWith(rsaKey(2048), 'cart.example.com');

  test('is a certificate with a key of RSA or of a curve that it knows, with or without a chain', () => {
    assert.equal(whyUnservable(good), undefined);
    assert.equal(
      whyUnservable({ ...good, cert: `of Bob:\n${good.cert}${good.cert}that is all\n` }),
      undefined,
    );
    const curve = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    assert.equal(whyUnservable(certificateWith(curve, 'cart.example.com')), undefined);
  });

  test('is none with a key that is too short, or of another kind', () => {
    assert.match(why(rsaKey(1024)), /has 1024 bits/);
    assert.match(why(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })), /and no others/);
    assert.match(why(generateKeyPairSync('ed25519')), /and no others/);
  });

  test('is none with a curve that is spelled out', () => {
    const spelledOut = generateKeyPairSync('ec', { namedCurve: 'prime256v1', paramEncoding: 'explicit' });
    assert.match(why(spelledOut), /by their names/);
  });

  test('is none that demands OCSP stapling', () => {
    const tlsFeature = extension('1.3.6.1.5.5.7.1.24', Buffer.of(0x30, 3, 2, 1, 5));
    const stapled = certificateWith(rsaKey(2048), 'cart.example.com', [tlsFeature]);
    assert.match(String(whyUnservable(stapled)), /OCSP/);
  });

  test('is none when it, its key, or a certificate of its chain, cannot be read', () => {
    const bad = '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n';
    assert.match(String(whyUnservable({ ...good, cert: bad })), /^the certificate cannot/);
    assert.match(String(whyUnservable({ ...good, key: bad })), /^its private key cannot/);
    assert.match(
      String(whyUnservable({ ...good, cert: `${good.cert}${good.cert}${bad}` })),
      /certificate 2 of its/,
    );
  });
});
