import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../model/limits.gen.ts';
import { isServiceName, listenerName, ruleName, serviceName, targetGroupName } from './names.ts';

const long = 'a'.repeat(253);

test('a service is called after its route and namespace, each cut as it has always been', () => {
  assert.equal(serviceName('rates', 'default'), 'rates-default');
  assert.equal(serviceName('a-name-of-nineteen--x', 'default'), 'a-name-of-nineteen-default');
  assert.equal(serviceName(long, long).length, 39);
});

test('names that Lattice would refuse are told apart', () => {
  for (const name of ['rates-default', 'abc', 'a'.repeat(40)]) assert.ok(isServiceName(name), name);
  for (const name of ['ab', 'a'.repeat(41), 'svc-a', 'a--b', '-ab', 'ab-', 'a.b', 'Abc']) {
    assert.ok(!isServiceName(name), name);
  }
});

test('names that people do not choose fit, whatever they are made of', () => {
  const made = [
    [listenerName('v1.2', 'my--team', 65_535, 'TLS_PASSTHROUGH'), limits.ListenerName],
    [listenerName(long, long, 65_535, 'HTTPS'), limits.ListenerName],
    [listenerName('listener-x', 'default', 80, 'HTTP'), limits.ListenerName],
    [ruleName('GET&^/a&x=~1'), limits.RuleName],
    [targetGroupName(long, 'my--service', 'identity'), limits.TargetGroupName],
    [targetGroupName(long, long, 'identity'), limits.TargetGroupName],
  ] as const;
  for (const [name, { min, max, pattern }] of made) {
    assert.match(name, new RegExp(`^${pattern}$`));
    assert.ok(name.length >= min && name.length <= max, `${name}: ${name.length}`);
  }
});

test('target group names are the same for the same identity and differ for another', () => {
  const name = targetGroupName('default', 'parking', 'one');
  assert.match(name, /^k8s-default-parking-[a-z]{10}$/);
  assert.equal(name, targetGroupName('default', 'parking', 'one'));
  const names = Array.from({ length: 2000 }, (_, i) =>
    targetGroupName('default', 'parking', `identity ${i}`),
  );
  assert.equal(new Set(names).size, names.length);
});
