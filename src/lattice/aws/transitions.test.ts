import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Transitions } from './transitions.ts';

const creating = { phase: 'inProgress', of: 'create' } as const;
const active = { phase: 'active' } as const;

/**
 * Things that begin one after the other, each looked at when that is due or `busyMs` later, until it is seen at rest: how
 * many looks the last one took, and how late its last look was.
 */
function watch(
  transitions: Transitions,
  count: number,
  takesMs: number,
  busyMs = 0,
): { readonly looks: number; readonly lateMs: number } {
  let last = { looks: 0, lateMs: 0 };
  for (let thing = 0; thing < count; thing += 1) last = watchOne(transitions, takesMs, busyMs);
  return last;
}

let started = 0;

function watchOne(
  transitions: Transitions,
  takesMs: number,
  busyMs: number,
): { readonly looks: number; readonly lateMs: number } {
  started += 1;
  const [key, began] = [`thing-${started}`, started * 60_000];
  for (let [now, looks] = [began, 0]; ; looks += 1) {
    const state = now - began < takesMs ? creating : active;
    const due = transitions.next(key, 'service', state, { now, askedAt: now });
    if (due === undefined) return { looks, lateMs: now - began - takesMs };
    assert.ok(due > now);
    now = due + busyMs;
  }
}

test('without experience it looks soon, and then less and less often', () => {
  const { looks, lateMs } = watch(new Transitions(), 1, 5_000);
  assert.ok(looks <= 18, `${looks} looks`);
  assert.ok(lateMs <= 2_500, `${lateMs} ms late`);
});

test('with experience one or two looks are enough, and little time is lost', () => {
  const transitions = new Transitions();
  watch(transitions, 10, 5_000);
  for (let count = 0; count < 10; count += 1) {
    const { looks, lateMs } = watch(transitions, 1, 5_000);
    assert.ok(looks <= 3, `${looks} looks`);
    assert.ok(lateMs <= 350, `${lateMs} ms late`);
  }
});

test('what becomes quick is soon looked at quickly', () => {
  const transitions = new Transitions();
  watch(transitions, 10, 5_000);
  watch(transitions, 60, 20);
  assert.ok(watch(transitions, 1, 20).lateMs <= 100);
});

test('that looks come late is not taken for the time that the transition takes', () => {
  const transitions = new Transitions();
  watch(transitions, 20, 5, 60);
  assert.ok(watch(transitions, 1, 5, 60).lateMs <= 70);
});

test('where many begin at once they are looked at in common moments', () => {
  const transitions = new Transitions();
  watch(transitions, 20, 20);
  const now = 10_000_000;
  const dues = Array.from({ length: 100 }, (_, i) =>
    transitions.next(`many-${i}`, 'service', creating, { now: now + 7 * i, askedAt: now + 7 * i }),
  );
  assert.ok(new Set(dues).size <= 12, `${new Set(dues).size} moments`);
});

test('what takes very long is looked at every half minute', () => {
  const transitions = new Transitions();
  let now = 0;
  while (now < 300_000) now = transitions.next('a', 'service', creating, { now, askedAt: now }) ?? now;
  assert.equal((transitions.next('a', 'service', creating, { now, askedAt: now }) ?? 0) - now, 30_000);
});
