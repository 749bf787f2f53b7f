import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Endpoint } from '../../routing/backends/backend.ts';
import { chooseTargets } from './targets.ts';

const ready = { ready: true, serving: true, terminating: false };
const starting = { ready: false, serving: false, terminating: false };
const leaving = { ready: false, serving: true, terminating: true };
const left = { ready: false, serving: false, terminating: true };

test('requests go to pods that are ready and stay', () => {
  assert.deepEqual(chosen([ready, starting, leaving, left]), [0]);
});

test('when all readiness fails at once, nobody who stays is taken out', () => {
  assert.deepEqual(chosen([starting, starting, leaving]), [0, 1]);
});

test('when all leave, those that still serve are kept', () => {
  assert.deepEqual(chosen([left, leaving]), [1]);
});

test('pods that have left are no targets', () => {
  assert.deepEqual(chosen([left]), []);
});

function chosen(states: readonly Omit<Endpoint, 'address' | 'port'>[]): readonly number[] {
  const members = states.map((state, i) => ({ address: `10.0.0.${i}`, port: 80, ...state }));
  return chooseTargets(members).map(({ id }) => Number(id.split('.').at(-1)));
}
