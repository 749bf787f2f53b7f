import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEqual } from './equal.ts';

test('the order of members does not matter, that of items does', () => {
  assert.ok(isEqual({ a: [1, { b: 2 }], c: null }, { c: null, a: [1, { b: 2 }] }));
  assert.ok(!isEqual([1, 2], [2, 1]));
  assert.ok(!isEqual([], {}));
});

test('a member that is undefined is absent, and one of the name of an inherited one is not', () => {
  assert.ok(isEqual({ a: undefined, b: 1 }, { b: 1 }));
  assert.ok(isEqual({ b: 1 }, { a: undefined, b: 1 }));
  assert.ok(!isEqual({}, { constructor: 'x' }));
  assert.ok(!isEqual({ constructor: 'x' }, {}));
});

test('what is no plain data is only itself', () => {
  const map = new Map([[1, 2]]);
  assert.ok(isEqual(map, map));
  assert.ok(!isEqual(map, new Map([[1, 2]])));
  assert.ok(!isEqual(new Set(), new Set()));
});
