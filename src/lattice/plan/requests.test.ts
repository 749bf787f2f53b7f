import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeaderMatch, HttpMatch } from '../model/resource.ts';
import { isMatchedBy, sampleRequests } from './requests.ts';

const below: HttpMatch = { path: { kind: 'prefix', value: '/a', caseSensitive: true }, headers: [] };
const exact: HttpMatch = { path: { kind: 'exact', value: '/a', caseSensitive: true }, headers: [] };

test('a prefix and an exact path inside it are told apart: one request meets both, and one only the prefix', () => {
  const met = sampleRequests([below, exact]).map((request) => [
    isMatchedBy(below, request),
    isMatchedBy(exact, request),
  ]);
  assert.deepEqual(met, [
    [true, false],
    [true, true],
  ]);
});

test('no request meets what excludes one another', () => {
  const [get, post] = ['GET', 'POST'].map((method): HttpMatch => ({ ...below, method }));
  assert.ok(get !== undefined && post !== undefined);
  const samples = sampleRequests([get, post]);
  assert.ok(samples.every((request) => !isMatchedBy(get, request) || !isMatchedBy(post, request)));
  assert.equal(samples.length, 2);
});

test('three that meet have a request in common, whatever they say of headers', () => {
  const matches = (['exact', 'prefix', 'contains'] as const).map((kind): HttpMatch => ({
    headers: [header(kind, { exact: 'One-Two', prefix: 'one', contains: 'TWO' }[kind])],
  }));
  assert.ok(sampleRequests(matches).some((request) => matches.every((match) => isMatchedBy(match, request))));
});

function header(kind: HeaderMatch['kind'], value: string): HeaderMatch {
  return { name: 'X-V', kind, value, caseSensitive: false };
}
