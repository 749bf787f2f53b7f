import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { assignPriorities } from './priorities.ts';
import type { Ranked } from './priorities.ts';

const listOf = (priorities: ReadonlyMap<string, number>) => [...priorities.entries()];

test('new rules get priorities with gaps between them', () => {
  const { of, moved } = assignPriorities([{ key: 'a' }, { key: 'b' }, { key: 'c' }], new Set());
  assert.deepEqual(listOf(of), [
    ['a', 100],
    ['b', 200],
    ['c', 300],
  ]);
  assert.deepEqual(moved, []);
});

test('rules that are in the right order keep their priorities', () => {
  const { of, moved } = assignPriorities(
    [{ key: 'a', current: 1 }, { key: 'new' }, { key: 'b', current: 9 }],
    new Set(),
  );
  assert.equal(of.get('a'), 1);
  assert.equal(of.get('b'), 9);
  assert.deepEqual(moved, []);
});

test('of two rules that change places one moves', () => {
  const { moved } = assignPriorities(
    [
      { key: 'b', current: 200 },
      { key: 'a', current: 100 },
      { key: 'c', current: 300 },
    ],
    new Set(),
  );
  assert.equal(moved.length, 1);
});

test('without room between two neighbours, everything moves to fresh numbers', () => {
  const { of, moved } = assignPriorities(
    [{ key: 'a', current: 1 }, { key: 'new' }, { key: 'b', current: 2 }],
    new Set(),
  );
  assert.deepEqual(moved, ['a', 'b']);
  assert.ok([...of.values()].every((number) => number > 2));
});

const listeners = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 24 })
  .chain((numbers) =>
    fc.record({
      numbers: fc.constant(numbers),
      order: fc.shuffledSubarray(numbers, { minLength: 0 }),
      created: fc.array(fc.nat(30), { maxLength: 8 }),
    }),
  )
  .map(({ numbers, order, created }) => {
    const ranked: Ranked[] = order.map((current) => ({ key: `old-${current}`, current }));
    created.forEach((at, index) => ranked.splice(Math.min(at, ranked.length), 0, { key: `new-${index}` }));
    return { ranked, taken: new Set(numbers.filter((number) => !order.includes(number))) };
  });

test('every rule gets a number, rising in order, and no two rules ever share one whatever happens first', () => {
  fc.assert(
    fc.property(listeners, ({ ranked, taken }) => {
      const { of, moved } = assignPriorities(ranked, taken);
      const numbers = ranked.map(({ key }) => of.get(key) ?? Number.NaN);
      numbers.forEach((number, index) => {
        assert.ok(Number.isInteger(number) && number >= 1 && number <= 2000);
        assert.ok(index === 0 || number > (numbers[index - 1] ?? 0));
        assert.ok(!taken.has(number));
      });
      const before = new Map(ranked.map(({ key, current }) => [current, key]));
      for (const [key, number] of of) {
        const holder = before.get(number);
        assert.ok(holder === undefined || holder === key, `${key} takes the number of ${holder}`);
      }
      for (const { key, current } of ranked) {
        assert.equal(moved.includes(key), current !== undefined && of.get(key) !== current);
      }
    }),
  );
});
