import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { virtualTime } from '../../test/simulation/virtual-clock.ts';
import { seededRandom } from '../../test/simulation/seeded-random.ts';
import { DeadlineExceeded, within } from './deadline.ts';

function scene() {
  const time = virtualTime(seededRandom(1));
  return { time, clock: time.clock(), parent: new AbortController() };
}

test('work that does not heed its signal is left when time is up', async () => {
  const { time, clock, parent } = scene();
  const result = within(clock, 1_000, parent.signal, async () => new Promise(() => undefined));
  const refused = assert.rejects(result, new DeadlineExceeded(1_000));
  await time.pass(1_000);
  await refused;
});

test('the signal of the work is aborted with its parent, for the same reason', async () => {
  const { clock, parent } = scene();
  let given: AbortSignal | undefined;
  const result = within(clock, 1_000, parent.signal, async (signal) => {
    given = signal;
    return new Promise(() => undefined);
  });
  const reason = new Error('stopped');
  parent.abort(reason);
  await assert.rejects(result, reason);
  assert.equal(given?.reason, reason);
  await assert.rejects(
    within(clock, 1_000, parent.signal, async () => 'begun'),
    reason,
  );
});

test('of work that is done a parent who lives on keeps nothing', async () => {
  const { clock, parent } = scene();
  assert.equal(await within(clock, 1_000, parent.signal, async () => 'done'), 'done');
  await assert.rejects(
    within(clock, 1_000, parent.signal, async () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.deepEqual(getEventListeners(parent.signal, 'abort'), []);
});
