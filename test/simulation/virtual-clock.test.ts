import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from './seeded-random.ts';
import { Stalled, virtualTime } from './virtual-clock.ts';

const timeOf = (seed: number): ReturnType<typeof virtualTime> => virtualTime(seededRandom(seed));

test('time passes to the next event, and only when nothing else can happen', async () => {
  const time = timeOf(1);
  const clock = time.clock();
  const seen: string[] = [];
  const sleeper = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    for (let i = 0; i < 100; i++) await Promise.resolve();
    seen.push(`${name} at ${clock.monotonic()}`);
    await clock.sleep(5);
    seen.push(`${name} at ${clock.monotonic()}`);
  };
  await time.run(Promise.all([sleeper('slow', 20), sleeper('fast', 10)]));
  assert.deepEqual(seen, ['fast at 10', 'fast at 15', 'slow at 20', 'slow at 25']);
});

test('what happens at one instant happens in an order that the seed decides', async () => {
  assert.equal(await orderOf(7), await orderOf(7));
  const orders = new Set(await Promise.all([1, 2, 3, 4, 5].map(orderOf)));
  assert.ok(orders.size > 1, 'another seed gives another order');
});

test('an aborted sleep ends at once with the reason, and time does not wait for it', async () => {
  const time = timeOf(1);
  const clock = time.clock();
  const stop = new AbortController();
  const sleeping = clock.sleep(60_000, stop.signal);
  time.schedule(10, () => stop.abort(new Error('enough')));
  await assert.rejects(time.run(sleeping), /enough/);
  assert.equal(time.elapsed, 10);
  await assert.rejects(clock.sleep(1, stop.signal), /enough/);
});

test('work that nothing can bring on is reported, not waited for', async () => {
  const time = timeOf(1);
  await assert.rejects(time.run(Promise.withResolvers<void>().promise), Stalled);
  await assert.rejects(time.run(time.clock().sleep(2_000), 1_000), /longer than 1000 ms/);
});

test('passing time stops exactly there and leaves later events in the queue', async () => {
  const time = timeOf(1);
  const seen: number[] = [];
  time.schedule(10, () => seen.push(10));
  time.schedule(20, () => seen.push(20));
  await time.pass(15);
  assert.deepEqual([time.elapsed, ...seen], [15, 10]);
  await time.pass(5);
  assert.deepEqual([time.elapsed, ...seen], [20, 10, 20]);
});

test('the wall clock may be skewed and step, the monotonic one does not', async () => {
  const time = timeOf(1);
  const [right, skewed] = [time.clock(), time.clock({ skewMs: -5_000 })];
  assert.equal(right.now() - skewed.now(), 5_000);
  skewed.step(60_000);
  await time.pass(1_000);
  assert.equal(skewed.now() - right.now(), 55_000);
  assert.equal(skewed.monotonic(), right.monotonic());
});

test('nothing of a killed process wakes', async () => {
  const time = timeOf(1);
  const [victim, survivor] = [time.clock(), time.clock()];
  const seen: string[] = [];
  const stop = new AbortController();
  void victim.sleep(10).then(() => seen.push('victim'));
  void victim.sleep(10, stop.signal).catch(() => seen.push('aborted victim'));
  void survivor.sleep(20).then(() => seen.push('survivor'));
  victim.kill();
  void victim.sleep(1).then(() => seen.push('victim'));
  stop.abort();
  await time.pass(100);
  assert.deepEqual(seen, ['survivor']);
});

async function orderOf(seed: number): Promise<string> {
  const time = timeOf(seed);
  const clock = time.clock();
  const seen: number[] = [];
  const wake = async (i: number): Promise<void> => {
    await clock.sleep(10);
    seen.push(i);
  };
  await time.run(Promise.all([0, 1, 2, 3, 4].map(wake)));
  return seen.join('');
}
