import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Transitions } from './transitions.ts';

const creating = { phase: 'inProgress', of: 'create' } as const;
const active = { phase: 'active' } as const;

/** Looks at each thing when that is due or `busyMs` later, until it is seen at rest: how many looks, how late the last is. */
function watch(
  transitions: Transitions,
  key: string,
  takesMs: number,
  busyMs = 0,
): { readonly looks: number; readonly lateMs: number } {
  let looks = 0;
  for (let now = 0; ; looks += 1) {
    const due = transitions.next(key, 'service', now < takesMs ? creating : active, { now, askedAt: now });
    if (due === undefined) return { looks, lateMs: now - takesMs };
    assert.ok(due > now);
    now = due + busyMs;
  }
}

test('without experience it looks soon, and then less and less often', () => {
  const { looks, lateMs } = watch(new Transitions(), 'a', 5_000);
  assert.ok(looks <= 18, `${looks} looks`);
  assert.ok(lateMs <= 2_500, `${lateMs} ms late`);
});

test('with experience one or two looks are enough, and little time is lost', () => {
  const transitions = new Transitions();
  for (let count = 0; count < 10; count += 1) watch(transitions, `before-${count}`, 5_000);
  for (let count = 0; count < 10; count += 1) {
    const { looks, lateMs } = watch(transitions, `now-${count}`, 5_000);
    assert.ok(looks <= 3, `${looks} looks`);
    assert.ok(lateMs <= 350, `${lateMs} ms late`);
  }
});

test('what becomes quick is soon looked at quickly', () => {
  const transitions = new Transitions();
  for (let count = 0; count < 10; count += 1) watch(transitions, `before-${count}`, 5_000);
  for (let count = 0; count < 60; count += 1) watch(transitions, `between-${count}`, 20);
  assert.ok(watch(transitions, 'now', 20).lateMs <= 100);
});

test('that looks come late is not taken for the time that the transition takes', () => {
  const transitions = new Transitions();
  for (let count = 0; count < 20; count += 1) watch(transitions, `before-${count}`, 5, 60);
  assert.ok(watch(transitions, 'now', 5, 60).lateMs <= 70);
});

test('what takes very long is looked at every half minute', () => {
  const transitions = new Transitions();
  let now = 0;
  while (now < 300_000) now = transitions.next('a', 'service', creating, { now, askedAt: now }) ?? now;
  assert.equal((transitions.next('a', 'service', creating, { now, askedAt: now }) ?? 0) - now, 30_000);
});
