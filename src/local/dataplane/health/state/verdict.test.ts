import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterCheck, isHealthyCode, unchecked } from './verdict.ts';
import type { Checked } from './verdict.ts';

const thresholds = { healthyThresholdCount: 3, unhealthyThresholdCount: 2 };

function after(checks: string): Checked['verdict'] {
  let checked = unchecked;
  for (const check of checks) checked = afterCheck(checked, check === '+', thresholds);
  return checked.verdict;
}

test('a new target is healthy after its first success', () => {
  assert.equal(after(''), 'INITIAL');
  assert.equal(after('+'), 'HEALTHY');
  assert.equal(after('-+'), 'HEALTHY');
});

test('a new target that fails is unhealthy when the threshold is reached', () => {
  assert.equal(after('-'), 'INITIAL');
  assert.equal(after('--'), 'UNHEALTHY');
});

test('a verdict falls only after as many checks in a row as its threshold says', () => {
  assert.equal(after('+-'), 'HEALTHY');
  assert.equal(after('+-+-'), 'HEALTHY');
  assert.equal(after('+--'), 'UNHEALTHY');
  assert.equal(after('+--++'), 'UNHEALTHY');
  assert.equal(after('+--++-++'), 'UNHEALTHY');
  assert.equal(after('+--+++'), 'HEALTHY');
});

test('healthy codes are single codes, lists and ranges', () => {
  assert.deepEqual(
    [200, 201].map((code) => isHealthyCode(code, '200')),
    [true, false],
  );
  assert.deepEqual(
    [200, 201, 202].map((code) => isHealthyCode(code, '200,202')),
    [true, false, true],
  );
  assert.deepEqual(
    [199, 200, 299, 300].map((code) => isHealthyCode(code, '200-299')),
    [false, true, true, false],
  );
});
