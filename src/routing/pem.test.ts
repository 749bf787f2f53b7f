import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateLabel, holdsPem, privateKeyLabel } from './pem.ts';

const pem = (label: string, body: readonly number[]): string =>
  Buffer.from(
    `-----BEGIN ${label}-----\n${Buffer.from(body).toString('base64')}\n-----END ${label}-----\n`,
  ).toString('base64');

test('a block of the label with one whole sequence is well-formed', () => {
  assert.ok(holdsPem(pem('CERTIFICATE', [0x30, 3, 2, 1, 5]), certificateLabel));
  assert.ok(holdsPem(pem('RSA PRIVATE KEY', [0x30, 0x81, 1, 0]), privateKeyLabel));
});

test('nothing, plain text, another label and a cut body are not', () => {
  assert.ok(!holdsPem(undefined, certificateLabel));
  assert.ok(!holdsPem(Buffer.from('Hello world').toString('base64'), certificateLabel));
  assert.ok(!holdsPem(pem('CERTIFICATE', [0x30, 3, 2, 1, 5]), privateKeyLabel));
  assert.ok(!holdsPem(pem('CERTIFICATE', [0x30, 4, 2, 1, 5]), certificateLabel));
  assert.ok(!holdsPem(pem('CERTIFICATE', [0x31, 3, 2, 1, 5]), certificateLabel));
  assert.ok(!holdsPem('%%%', certificateLabel));
});
