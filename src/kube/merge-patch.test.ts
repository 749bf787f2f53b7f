import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { mergePatch } from './merge-patch.ts';
import { isRecord } from '../kinds/record.ts';

test('only what differs is in the patch', () => {
  const before = { same: { a: 1 }, changed: 1, gone: true, deep: { x: 1, y: 1 } };
  const after = { same: { a: 1 }, changed: 2, deep: { x: 1, y: 2 }, made: [] };
  assert.deepEqual(mergePatch(before, after), { gone: null, changed: 2, deep: { y: 2 }, made: [] });
});

test('equal values have no difference, whatever the order of their members', () => {
  assert.equal(mergePatch({ a: [{ b: 1, c: 2 }] }, { a: [{ c: 2, b: 1 }] }), undefined);
  assert.equal(mergePatch({ a: 1 }, { a: 1, b: undefined }), undefined);
});

test('a list that differs anywhere is replaced', () => {
  assert.deepEqual(mergePatch({ a: [1, 2, 3] }, { a: [1, 2] }), { a: [1, 2] });
});

/** RFC 7386, section 2. */
function apply(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result = new Map(Object.entries(isRecord(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name);
    else result.set(name, apply(result.get(name), value));
  }
  return Object.fromEntries(result);
}

const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constantFrom(0, 1, 'x', '', true), tie('list'), tie('record')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  record: fc
    .array(fc.tuple(name, tie('value')), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries)),
}));

test('applying the patch gives what was wanted, and then nothing differs', () => {
  fc.assert(
    fc.property(value, value, (before, after) => {
      const patch = mergePatch(before, after);
      const result = patch === undefined ? before : apply(before, patch);
      assert.deepEqual(result, after);
      assert.equal(mergePatch(result, after), undefined);
    }),
  );
});
