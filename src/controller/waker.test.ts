import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../ports/clock.ts';
import { createWaker } from './waker.ts';

const stillClock: Clock = {
  now: () => 0,
  monotonic: () => 0,
  sleep: async (ms, signal) => {
    if (ms === 0) return;
    await new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  },
};
const forever = new AbortController().signal;

test('wakes that come while nobody sleeps end the next sleep at once, with every reason once', async () => {
  const waker = createWaker(stillClock);
  waker.wake('route changed');
  waker.wake('route changed');
  waker.wake('call settled');
  assert.deepEqual(await waker.sleep(undefined, forever), ['route changed', 'call settled']);
});

test('a sleeper is woken by the first reason', async () => {
  const waker = createWaker(stillClock);
  const sleeping = waker.sleep(undefined, forever);
  waker.wake('slice changed');
  assert.deepEqual(await sleeping, ['slice changed']);
});

test('a time that has come ends the sleep without a reason', async () => {
  assert.deepEqual(await createWaker(stillClock).sleep(-5, forever), []);
});

test('work that watches for the next wake is interrupted by it, once', async () => {
  const waker = createWaker(stillClock);
  const first = waker.nextWake();
  waker.wake('x');
  assert.ok(first.aborted);
  await waker.sleep(undefined, forever);
  assert.ok(!waker.nextWake().aborted);
});

test('a sleeper who is told to stop stops', async () => {
  const stop = new AbortController();
  const sleeping = createWaker(stillClock).sleep(undefined, stop.signal);
  stop.abort(new Error('stop'));
  await assert.rejects(sleeping, /stop/);
});
