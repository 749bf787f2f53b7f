import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { connect } from 'node:tls';
import { test } from 'node:test';
import { createAuthority, openAuthority } from './authority.ts';
import { selfSigned } from './self-signed.ts';

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

test('an authority vouches for what it issues, also after it was kept', () => {
  const now = Date.now();
  const created = createAuthority('Trellis local world', now);
  for (const authority of [created, openAuthority(created.certificate)]) {
    const issuer = new X509Certificate(authority.cert);
    assert.ok(issuer.ca);
    const { cert, key } = authority.issue(['rates.example', '*.shop.example', '127.0.0.1'], now);
    const issued = new X509Certificate(cert);
    assert.ok(issued.checkIssued(issuer));
    assert.ok(issued.verify(issuer.publicKey));
    assert.ok(issued.publicKey.equals(createPublicKey(key)));
    assert.equal(issued.checkHost('cart.shop.example'), '*.shop.example');
    assert.equal(issued.checkHost('a.cart.shop.example'), undefined);
    assert.equal(issued.ca, false);
  }
});

test('clients that verify strictly accept it', async () => {
  const authority = createAuthority('Trellis local world', Date.now());
  const server = createServer(authority.issue(['rates.example'], Date.now()), (_, response) =>
    response.end('hello'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const socket = connect({
    host: '127.0.0.1',
    port: address.port,
    servername: 'rates.example',
    ca: authority.cert,
  });
  await once(socket, 'secureConnect');
  assert.ok(socket.authorized);
  socket.destroy();
  server.close();
});
