/** What a controller tells Prometheus of what happened to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unrestrained } from '../../src/controller/settings.ts';
import { annotations } from '../../src/kinds/names.ts';
import { begin, gateway, listenerForOthers, parameters, route } from './scene.ts';

const world = [parameters({}), gateway(), route('shop', { path: '/shop' })];

test('every call of AWS is counted by its operation and its end, and so is every write to the cluster', async () => {
  const scene = await begin();
  await scene.apply(...world);
  await scene.settle();
  const metrics = scene.metrics();
  for (const name of ['aws_api_calls_total', 'aws_api_requests_total']) {
    assert.equal(
      metrics.get(`${name}{service="VPC Lattice",operation="CreateService",status_code="201",error_code=""}`),
      1,
    );
  }
  const calls = '{service="VPC Lattice",operation="CreateService"}';
  assert.equal(metrics.get(`aws_api_call_duration_seconds_count${calls}`), 1);
  assert.equal(metrics.get(`aws_api_call_retries_sum${calls}`), 0);
  assert.ok((metrics.get('trellis_cluster_writes_total{write="status",result="done"}') ?? 0) > 0);
  assert.ok((metrics.get('trellis_passes_total{result="done"}') ?? 0) > 0);
  assert.deepEqual(scene.problems(), []);
});

test('what is ours is counted by its type, and everything is as it should be', async () => {
  const scene = await begin();
  await scene.apply(...world);
  await scene.settle();
  assert.deepEqual(beginningWith(scene.metrics(), 'trellis_resources'), [
    'trellis_resources{type="listener"} 1',
    'trellis_resources{type="rule"} 1',
    'trellis_resources{type="service"} 1',
    'trellis_resources{type="serviceAssociation"} 1',
    'trellis_resources{type="serviceNetwork"} 1',
    'trellis_resources{type="targetGroup"} 1',
    'trellis_resources{type="targets"} 1',
    'trellis_resources{type="vpcAssociation"} 1',
  ]);
  assert.deepEqual(
    beginningWith(scene.metrics(), 'trellis_plan_steps').filter((line) => !line.includes('op="keep"')),
    [],
  );
});

test('orphans are counted, and what the brake holds', async () => {
  const scene = await begin();
  const names = Array.from({ length: 11 }, (_, i) => `shop-${i}`);
  await scene.apply(parameters({}), gateway(), ...names.map((name) => route(name, { path: `/${name}` })));
  await scene.settle();
  await scene.patch('Gateway', 'main', listenerForOthers);
  await scene.settle();
  assert.equal(scene.metrics().get('trellis_held{by="brake",type="service"}'), 11);
  assert.deepEqual(beginningWith(scene.metrics(), 'trellis_orphans'), []);

  await scene.rebuild();
  assert.equal(scene.metrics().get('trellis_orphans{type="service"}'), 11);
});

test('what somebody paused is counted as held by that', async () => {
  const scene = await begin();
  await scene.apply(...world);
  await scene.settle();
  await scene.patch('HTTPRoute', 'shop', {
    metadata: { annotations: { [annotations.paused]: 'true' } },
    spec: { rules: [{ matches: [{ path: { value: '/x' } }], backendRefs: [{ name: 'shop', port: 80 }] }] },
  });
  await scene.settle();
  assert.equal(scene.metrics().get('trellis_held{by="pause",type="rule"}'), 1);
});

test('nothing is looked at later than is promised, minute after minute', async () => {
  const scene = await begin({ settings: { safety: unrestrained, verifyEveryMs: 120_000 } });
  await scene.apply(...world);
  await scene.settle();
  let oldest = 0;
  for (let passed = 0; passed < 20; passed += 1) {
    await scene.pass(61_000);
    const promised = scene.metrics().get('trellis_drift_found_within_seconds') ?? 0;
    oldest = Math.max(oldest, scene.metrics().get('trellis_oldest_look_seconds') ?? Number.NaN);
    assert.ok(promised > 120 && promised < 130, `${promised} s`);
    assert.ok(oldest < promised + 2, `${oldest} s`);
  }
  assert.ok(oldest > 60, `${oldest} s`);
  assert.ok((scene.metrics().get('trellis_audited') ?? 0) >= 7);
});

test('every watch says how it stands', async () => {
  const scene = await begin();
  await scene.settle();
  const states = beginningWith(scene.metrics(), 'trellis_watch_state');
  assert.ok(states.includes('trellis_watch_state{kind="HTTPRoute",state="synced"} 1'));
  assert.ok(states.includes('trellis_watch_state{kind="TLSRoute",state="absent"} 1'));
  assert.equal(scene.metrics().get('trellis_watch_failing{kind="HTTPRoute"}'), 0);
});

function beginningWith(metrics: ReadonlyMap<string, number>, name: string): readonly string[] {
  return [...metrics]
    .filter(([key]) => key.startsWith(`${name}{`))
    .map(([key, value]) => `${key} ${value}`)
    .toSorted();
}
