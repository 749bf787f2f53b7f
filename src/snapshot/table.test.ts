import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceKind } from '../kinds/core.gen.ts';
import type { KubeObject } from '../kinds/object.ts';
import type { StoreState } from './stores.ts';
import { tableOf } from './table.ts';

function service(name: string, port: unknown = 80): KubeObject {
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' } };
  return Object.assign(object, { spec: { ports: [{ port }] } });
}

function storeOf(objects: readonly KubeObject[], state: StoreState = 'synced') {
  return { state, list: () => [...objects] };
}

test('what has not changed is not read again', () => {
  const [a, b] = [service('a'), service('b')];
  const first = tableOf(serviceKind, storeOf([b, a]), undefined);
  assert.deepEqual([...first.byName.keys()], ['default/a', 'default/b']);
  const second = tableOf(serviceKind, storeOf([a, b]), first);
  assert.equal(second.all, first.all);
  const third = tableOf(serviceKind, storeOf([a, service('b')]), second);
  assert.equal(third.all[0], first.all[0]);
  assert.notEqual(third.all[1], first.all[1]);
  assert.deepEqual(
    tableOf(serviceKind, storeOf([b]), third).all.map(({ metadata }) => metadata.name),
    ['b'],
  );
});

test('what cannot be read is told each time, and what a store does not hold as it stands now', () => {
  const objects = [service('a', 'http'), service('b')];
  const first = tableOf(serviceKind, storeOf(objects, 'pending'), undefined);
  assert.equal(first.gap, 'objects of kind Service are not all listed yet');
  const second = tableOf(serviceKind, storeOf(objects), first);
  assert.ok(!('gap' in second));
  assert.deepEqual(
    second.unreadable.map(({ problem }) => problem),
    ['spec.ports[0].port must be a whole number, and is "http".'],
  );
});
