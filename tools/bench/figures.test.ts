import assert from 'node:assert/strict';
import { test } from 'node:test';
import { medianInterval, spread } from './figures.ts';

test('the interval of the median of fifteen values is from the fourth to the twelfth', () => {
  const values = Array.from({ length: 15 }, (_, index) => index + 1);
  assert.deepEqual(medianInterval(values), { low: 4, median: 8, high: 12 });
});

test('a spread is minimum, median and maximum, of an even count too', () => {
  assert.deepEqual(spread([4, 1, 3, 2]), { min: 1, median: 2.5, max: 4 });
});
