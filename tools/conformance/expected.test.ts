import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featuresOfEnforcedGrants, supportedFeatures } from '../../src/kinds/features.ts';
import { notClaimed } from './expected.ts';

test('no feature is both claimed and said to be out of reach', () => {
  const claimed: readonly string[] = [...supportedFeatures, ...featuresOfEnforcedGrants];
  assert.deepEqual(
    claimed.filter((feature) => notClaimed.has(feature)),
    [],
  );
});
