import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { PersistentTable } from './persistent-table.ts';
import type { Lookup } from './persistent-table.ts';

const byRemainder: Lookup<number> = { of: (value) => (value % 7 === 6 ? undefined : `r${value % 7}`) };

const change = fc.record({
  /** Which of the versions so far is changed; the youngest more often than not. */
  from: fc.oneof(fc.constant(-1), fc.constant(-1), fc.constant(-1), fc.nat(50)),
  key: fc.nat(60).map((number) => `k${number}`),
  value: fc.option(fc.nat(1_000), { freq: 3 }),
});

suite('a persistent table', () => {
  test('is in every version what a map would be, whichever version was changed', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200, size: 'max' }), fc.nat(90), (changes, before) => {
        const entries = Array.from({ length: before }, (_, at): [string, number] => [`k${at * 3}`, at]);
        const versions = [{ table: PersistentTable.of(entries), map: new Map(entries) }];
        for (const { from, key, value } of changes) {
          const version = versions.at(from < 0 ? -1 : from % versions.length);
          assert.ok(version !== undefined);
          const map = new Map(version.map);
          if (value === null) map.delete(key);
          else map.set(key, value);
          const table = value === null ? version.table.without(key) : version.table.with(key, value);
          table.lookUp(byRemainder, 'r1');
          versions.push({ table, map });
        }
        for (const { table, map } of versions) {
          assert.deepEqual([...table], [...map]);
          assert.deepEqual([...table.keys()], [...map.keys()]);
          assert.deepEqual([...table.values()], [...map.values()]);
          assert.equal(table.size, map.size);
          for (const key of ['k0', 'k3', 'k59', 'none']) {
            assert.equal(table.get(key), map.get(key));
            assert.equal(table.has(key), map.has(key));
          }
          const found = [...table.lookUp(byRemainder, 'r3')].toSorted((a, b) => a - b);
          const wanted = [...map.values()].filter((value) => value % 7 === 3).toSorted((a, b) => a - b);
          assert.deepEqual(found, wanted);
          assert.equal(
            table.find((value) => value > 500),
            [...map.values()].find((value) => value > 500),
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  test('holds many entries in order', () => {
    let table = PersistentTable.of<number>([]);
    for (let at = 0; at < 5_000; at += 1) table = table.with(`k${at}`, at);
    assert.equal(table.size, 5_000);
    assert.deepEqual(
      [...table.values()].slice(4_990),
      [4990, 4991, 4992, 4993, 4994, 4995, 4996, 4997, 4998, 4999],
    );
    for (let at = 0; at < 4_990; at += 1) table = table.without(`k${at}`);
    assert.deepEqual([...table.keys()].slice(0, 2), ['k4990', 'k4991']);
    assert.equal(table.without('k1'), table);
  });
});
