import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binomialInterval } from './binomial.ts';

test('the interval is the exact one', () => {
  // The quantiles of B(2000, 0.1) at 5e-7 and 1 - 5e-7 are 138 and 269.
  const { low, high } = binomialInterval(2000, 0.1, 1e-6);
  assert.ok(Math.abs(low - 138) <= 1 && Math.abs(high - 269) <= 1, `${low} to ${high}`);
});
