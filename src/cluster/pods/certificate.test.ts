import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { selfSigned } from './certificate.ts';

test('the certificate is for its names and addresses, valid now, and signed by its own key', () => {
  const now = Date.UTC(2026, 10, 21, 12);
  const { cert, key } = selfSigned(['trellis', '127.0.0.1'], now);
  const certificate = new X509Certificate(cert);
  assert.equal(certificate.subject, 'CN=trellis');
  assert.equal(certificate.checkHost('trellis'), 'trellis');
  assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(certificate.checkIP('127.0.0.2'), undefined);
  assert.ok(certificate.verify(createPublicKey(key)));
  assert.equal(Date.parse(certificate.validFrom), now - 86_400_000);
});
