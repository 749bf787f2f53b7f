import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { emptyRegion } from './state/transition.ts';
import { createPast } from './past.ts';

const settings = { latency: 'none', healthChecks: 'absent', quotas: new Map() } as const;
const [first, second, third] = ['us-east-1', 'us-east-2', 'us-west-1'].map((name) =>
  emptyRegion(name, settings),
);

suite('the past of a region', () => {
  test('is the present without a lag', () => {
    assert.ok(first !== undefined && second !== undefined);
    const past = createPast(first, 0);
    assert.equal(past.at(0), first);
    past.record(second, 10);
    assert.equal(past.at(10), second);
  });

  test('shows what held a lag before, to the millisecond', () => {
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const past = createPast(first, 100);
    past.record(second, 10);
    past.record(third, 50);
    assert.deepEqual(
      [60, 109, 110, 149, 150].map((now) => past.at(now).region),
      ['us-east-1', 'us-east-1', 'us-east-2', 'us-east-2', 'us-west-1'],
    );
  });

  test('shows the oldest it knows when the lag grows', () => {
    assert.ok(first !== undefined && second !== undefined);
    const past = createPast(first, 0);
    past.record(second, 10);
    past.setLag(1_000);
    assert.equal(past.at(20), second);
  });
});
