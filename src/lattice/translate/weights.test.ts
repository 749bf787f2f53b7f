import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expressibleWeights } from './weights.ts';

test('weights that Lattice takes stay as they are written', () => {
  assert.deepEqual(expressibleWeights([10, 90]), [10, 90]);
  assert.deepEqual(expressibleWeights([999, 0]), [999, 0]);
});

test('greater weights keep their ratio exactly', () => {
  assert.deepEqual(expressibleWeights([9000, 1000]), [9, 1]);
  assert.deepEqual(expressibleWeights([1_000_000, 0, 500_000]), [2, 0, 1]);
  assert.deepEqual(expressibleWeights([1_000_000]), [1]);
});

test('a ratio that would have to be rounded is refused', () => {
  assert.equal(expressibleWeights([1000, 1]), undefined);
  assert.equal(expressibleWeights([1_000_000, 999_999]), undefined);
});
