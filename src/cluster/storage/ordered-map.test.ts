import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { emptyMap, erase, insert, lookUp, scan } from './ordered-map.ts';
import type { OrderedMap } from './ordered-map.ts';

const keys = fc.stringMatching(/^[abc]{1,3}\/[abc]{0,4}$/u);
const changes = fc.array(fc.record({ key: keys, add: fc.boolean() }), { maxLength: 400 });

test('an ordered map holds what a Map holds, in the order of its keys', () => {
  fc.assert(
    fc.property(changes, keys, (list, prefix) => {
      const model = new Map<string, number>();
      let map: OrderedMap<number> = emptyMap();
      for (const [index, { key, add }] of list.entries()) {
        map = add ? insert(map, key, index) : erase(map, key);
        if (add) model.set(key, index);
        else model.delete(key);
      }
      const sorted = [...model].toSorted(([a], [b]) => (a < b ? -1 : 1));
      assert.deepEqual([...scan(map, '')], sorted);
      assert.equal(map.size, model.size);
      assert.deepEqual(
        [...scan(map, prefix)],
        sorted.filter(([key]) => key.startsWith(prefix)),
      );
      assert.deepEqual(
        [...scan(map, '', prefix)],
        sorted.filter(([key]) => key >= prefix),
      );
      for (const { key } of list) assert.equal(lookUp(map, key), model.get(key));
    }),
  );
});

test('an older version of a map stays as it was', () => {
  fc.assert(
    fc.property(changes, changes, (first, second) => {
      const build = (from: OrderedMap<number>, list: typeof first): OrderedMap<number> =>
        list.reduce((map, { key, add }, index) => (add ? insert(map, key, index) : erase(map, key)), from);
      const old = build(emptyMap(), first);
      const before = [...scan(old, '')];
      build(old, second);
      assert.deepEqual([...scan(old, '')], before);
    }),
  );
});
