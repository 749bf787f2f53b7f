/** What a request may say of its signature: each rule that a claim has to keep, and how a request that breaks it is refused. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { codeOf, credentialFor, find, verify, withHeader } from '../../../../test/auth/signed-requests.ts';
import type { Signed } from '../../../../test/auth/signed-requests.ts';

const plain = find('botocore', 'plain path');
const presigned = find('crt presigned', 'plain path');
const asymmetric = find('signature-v4a', 'plain path');
const withToken = find('botocore', 'session token');

/** The header with another text in place of one that is in it. */
function edited(request: Signed, header: string, from: string | RegExp, to: string): Signed {
  const [, value = ''] = request.headers.find(([name = '']) => name.toLowerCase() === header) ?? [];
  const changed = value.replace(from, to);
  assert.notEqual(changed, value, `${header} has ${String(from)}`);
  return withHeader(request, header, changed);
}

const claiming = (from: string | RegExp, to: string, request = plain): Signed =>
  edited(request, 'authorization', from, to);

const asking = (from: string | RegExp, to: string): Signed => {
  const target = presigned.target.replace(from, to);
  assert.notEqual(target, presigned.target);
  return { ...presigned, target };
};

/** The header once more. */
function again(request: Signed, header: string, value?: string): Signed {
  const found = request.headers.find(([name = '']) => name.toLowerCase() === header);
  return { ...request, headers: [...request.headers, [header, value ?? found?.[1] ?? '']] };
}

const cases: readonly (readonly [sentence: string, request: Signed, code: string])[] = [
  ['host is under every signature', claiming('host;', ''), 'notSigned'],
  ['so is the date', claiming(';x-amz-date', ''), 'notSigned'],
  ['so is what else begins with x-amz-', claiming('x-amz-content-sha256;', ''), 'notSigned'],
  ['a token is, too', claiming(';x-amz-security-token', '', withToken), 'notSigned'],
  ['what is under the signature is there', claiming('host;', 'host;x-absent;'), 'headerMissing'],
  [
    'names of headers are sorted',
    claiming('host;x-amz-content-sha256', 'x-amz-content-sha256;host'),
    'malformed',
  ],
  ['each once', claiming('host;', 'host;host;'), 'malformed'],
  ['in lower case', claiming('host;', 'Host;'), 'malformed'],
  ['a scope is for this service', claiming('/vpc-lattice-svcs/', '/vpc-lattice/'), 'scopeService'],
  ['in this region', claiming('/us-west-2/', '/us-east-1/'), 'scopeRegion'],
  ['of one region the whole name', claiming('/us-west-2/', '/us-*/'), 'scopeRegion'],
  ['of the day of the date', claiming('/20261121/', '/20261120/'), 'scopeDate'],
  ['with its end', claiming('/aws4_request', '/aws5_request'), 'malformed'],
  ['and nothing behind it', claiming('/aws4_request', '/aws4_request/more'), 'malformed'],
  ['a set of regions has this one', edited(asymmetric, 'x-amz-region-set', /.*/, 'eu-*'), 'scopeRegion'],
  [
    'with a star that stands for no letter twice',
    edited(asymmetric, 'x-amz-region-set', /.*/, 'us-west*west-2'),
    'scopeRegion',
  ],
  ['a set is told once', again(asymmetric, 'x-amz-region-set', '*'), 'malformed'],
  ['and only to the algorithm that has sets', again(plain, 'x-amz-region-set', '*'), 'malformed'],
  ['the algorithm is one of two', claiming('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'), 'algorithm'],
  ['a claim has a key', claiming(/Credential=[^,]*, /, ''), 'incomplete'],
  ['and a signature', claiming(/, Signature=.*/, ''), 'incomplete'],
  ['and names headers', claiming(/SignedHeaders=[^,]*, /, ''), 'incomplete'],
  ['each part once', claiming(/(, Signature=.*)/, '$1$1'), 'malformed'],
  ['there is one claim', again(plain, 'authorization'), 'ambiguous'],
  ['also beside another scheme', again(plain, 'authorization', 'Bearer x'), 'ambiguous'],
  ['one date', again(plain, 'x-amz-date'), 'malformed'],
  ['one token', again(withToken, 'x-amz-security-token'), 'tokenInvalid'],
  ['one word about the payload', again(plain, 'x-amz-content-sha256'), 'payloadSigned'],
  [
    'a query has each parameter once',
    asking('&X-Amz-Date=', '&X-Amz-Date=20261121T115959Z&X-Amz-Date='),
    'malformed',
  ],
  ['a life of seconds', asking('Expires=600', 'Expires=6e2'), 'malformed'],
  ['of some', asking('Expires=600', 'Expires=0'), 'malformed'],
  ['of a week at most', asking('Expires=600', 'Expires=604801'), 'malformed'],
  ['a week is no mistake, but another request', asking('Expires=600', 'Expires=604800'), 'mismatch'],
];

suite('a claim', () => {
  for (const [sentence, request, code] of cases) {
    test(`${sentence}: ${code}`, () => {
      assert.equal(codeOf(verify(request, { credential: credentialFor(request) })), code);
    });
  }
});
