import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import * as fc from 'fast-check';
import {
  systemPrimitives,
  vectors,
  signedAt,
  keys,
  longTerm,
  temporary,
  verify,
  credentialFor,
  codeOf,
  find,
  withHeader,
} from '../../../../test/auth/signed-requests.ts';
import { Sha256 } from '../../../../test/auth/sign.ts';
import { Secret } from '../secret.ts';
import { refusalText } from './refusal.ts';
import { headersOf, splitTarget } from './request-head.ts';
import { createVerifier } from './verify.ts';

describe('requests of independent signers', () => {
  for (const by of new Set(vectors.map((vector) => vector.by))) {
    test(`all that ${by} signs is authenticated`, () => {
      const mine = vectors.filter((vector) => vector.by === by);
      assert.equal(mine.length, 32);
      const failed = mine.filter(
        (vector) => verify(vector, { credential: credentialFor(vector) }).kind !== 'authenticated',
      );
      assert.deepEqual(failed, []);
    });

    test(`none of ${by} is authenticated with another secret`, () => {
      for (const vector of vectors.filter((each) => each.by === by)) {
        const credential = { ...credentialFor(vector), secretAccessKey: new Secret('another') };
        assert.equal(codeOf(verify(vector, { credential })), 'mismatch');
      }
    });
  }

  test('what the AWS SDK for JavaScript signs and presigns is authenticated', async () => {
    const segment = fc.string({ unit: 'binary', maxLength: 6 }).map(escaped);
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { maxLength: 4 }),
        fc.dictionary(
          fc.string({ minLength: 1, maxLength: 3 }),
          fc.string({ unit: 'binary', maxLength: 4 }),
          { maxKeys: 3 },
        ),
        fc.boolean(),
        async (segments, query, presign) => {
          const path = `/${segments.join('/')}`;
          const headers = { host: 'rates.local', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
          const request = new HttpRequest({
            headers,
            method: 'GET',
            protocol: 'https:',
            hostname: 'rates.local',
            path,
            query,
          });
          const signer = new SignatureV4({
            credentials: keys,
            region: 'us-west-2',
            service: 'vpc-lattice-svcs',
            sha256: Sha256,
          });
          const date = { signingDate: new Date(signedAt) };
          const signed = presign
            ? await signer.presign(request, { ...date, expiresIn: 600 })
            : await signer.sign(request, date);
          const parameters = Object.entries(signed.query ?? {}).map(
            ([name, value]) => `${escaped(name)}=${escaped(String(value))}`,
          );
          const target = parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
          assert.equal(
            codeOf(verify({ method: 'GET', target, headers: Object.entries(signed.headers) })),
            'authenticated',
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Lone halves of surrogate pairs have no bytes, so no client can send them. */
function escaped(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '')).replaceAll('.', '%2E');
}

describe('rules of a signature', () => {
  const base = find('botocore', 'plain path');
  const presigned = find('crt presigned', 'plain path');

  test('a request without a signature is anonymous, other schemes of authorization included', () => {
    assert.equal(codeOf(verify({ ...base, headers: [['host', 'x']] })), 'anonymous');
    assert.equal(codeOf(verify({ ...base, headers: [['authorization', 'Bearer abc']] })), 'anonymous');
    assert.equal(codeOf(verify({ ...base, target: '/?X-Amz-Note=1', headers: [] })), 'anonymous');
  });

  test('a hash of the payload is refused in the words of Lattice, and so is its absence', () => {
    const hashed = verify(withHeader(base, 'x-amz-content-sha256', 'e3b0c442'));
    assert.equal(codeOf(hashed), 'payloadSigned');
    assert.equal(codeOf(verify(withHeader(base, 'x-amz-content-sha256', undefined))), 'payloadSigned');
    assert.equal(
      hashed.kind === 'refused' && refusalText(hashed.refusal),
      'InvalidSignatureException: Signed payloads are not supported',
    );
  });

  test('a signature in a header lives five minutes in either direction', () => {
    assert.equal(codeOf(verify(base, { now: signedAt + 300_000 })), 'authenticated');
    assert.equal(codeOf(verify(base, { now: signedAt + 300_001 })), 'expired');
    assert.equal(codeOf(verify(base, { now: signedAt - 300_000 })), 'authenticated');
    assert.equal(codeOf(verify(base, { now: signedAt - 300_001 })), 'notYetCurrent');
  });

  test('a presigned request lives as long as it says', () => {
    assert.equal(codeOf(verify(presigned, { now: signedAt + 600_000 })), 'authenticated');
    assert.equal(codeOf(verify(presigned, { now: signedAt + 600_001 })), 'expired');
  });

  test('the scope must name this region, or a set of regions that has it', () => {
    assert.equal(codeOf(verify(base, { region: 'eu-west-1' })), 'scopeRegion');
    const inSet = find('signature-v4a', 'plain path');
    assert.equal(codeOf(verify(inSet, { region: 'eu-west-1' })), 'authenticated');
    assert.equal(codeOf(verify(inSet, { region: 'ap-south-1' })), 'scopeRegion');
  });

  test('temporary credentials need their token until they expire, others must not have one', () => {
    const withToken = find('botocore', 'session token');
    assert.equal(codeOf(verify(withToken, { credential: longTerm })), 'tokenInvalid');
    assert.equal(codeOf(verify(base, { credential: temporary })), 'tokenInvalid');
    const expired = { ...temporary, expiresAt: signedAt };
    assert.equal(codeOf(verify(withToken, { credential: expired })), 'tokenExpired');
  });

  test('an unknown key, an unsigned x-amz header, a missing signed header and two signatures are refused', () => {
    assert.equal(
      codeOf(verify(base, { credential: { ...longTerm, accessKeyId: 'AKIAOTHER' } })),
      'unknownKey',
    );
    assert.equal(codeOf(verify(withHeader(base, 'x-amz-extra', '1'))), 'notSigned');
    assert.equal(codeOf(verify(withHeader(base, 'host', undefined))), 'headerMissing');
    const [, line = ''] = base.headers.find(([name]) => name === 'Authorization') ?? [];
    const twice = [...presigned.headers, ['authorization', line]];
    assert.equal(codeOf(verify({ ...presigned, headers: twice })), 'ambiguous');
  });

  test('a rotated secret is believed at once and the old one no longer', () => {
    let credential = longTerm;
    const authenticate = createVerifier({
      primitives: systemPrimitives,
      credentials: { find: () => credential },
      region: 'us-west-2',
    });
    const head = {
      method: 'GET',
      ...splitTarget(base.target),
      headers: headersOf(base.headers.map(([n = '', v = '']) => [n, v])),
    };
    assert.equal(codeOf(authenticate(head, signedAt)), 'authenticated');
    credential = { ...longTerm, secretAccessKey: new Secret('rotated') };
    assert.equal(codeOf(authenticate(head, signedAt)), 'mismatch');
  });

  test('one verifier believes what is signed today and what was signed yesterday', async () => {
    const authenticate = createVerifier({
      primitives: systemPrimitives,
      credentials: { find: () => longTerm },
      region: 'us-west-2',
    });
    const signer = new SignatureV4({
      credentials: keys,
      region: 'us-west-2',
      service: 'vpc-lattice-svcs',
      sha256: Sha256,
    });
    for (const now of [signedAt, signedAt - 86_400_000, signedAt]) {
      const headers = { host: 'rates.local', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
      const request = new HttpRequest({ method: 'GET', hostname: 'rates.local', path: '/', headers });
      const signed = await signer.sign(request, { signingDate: new Date(now) });
      const head = { method: 'GET', ...splitTarget('/'), headers: headersOf(Object.entries(signed.headers)) };
      assert.equal(codeOf(authenticate(head, now)), 'authenticated');
    }
  });

  test('a secret never prints', () => {
    assert.equal(
      `${String(longTerm.secretAccessKey)} ${JSON.stringify(longTerm.secretAccessKey)}`,
      '[redacted] "[redacted]"',
    );
  });
});
