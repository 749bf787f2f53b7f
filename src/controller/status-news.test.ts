import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../test/simulation/seeded-random.ts';
import { virtualTime } from '../../test/simulation/virtual-clock.ts';
import { StatusNews } from './status-news.ts';

function scene() {
  const time = virtualTime(seededRandom(1));
  const told: string[] = [];
  const signal = new AbortController().signal;
  const news = new StatusNews({
    clock: time.clock(),
    signal,
    onNews: (reason) => void told.push(`${time.elapsed} ${reason}`),
  });
  const saw = (version: number, said: string, weight = 1): boolean =>
    news.defer(
      { op: 'modified', before: object(version - 1, '', 1), object: object(version, said, weight) },
      `route at ${version}`,
    );
  return { time, told, news, saw };
}

function object(version: number, said: string, weight: number) {
  const metadata = { name: 'cart', uid: 'cart', resourceVersion: String(version) };
  return { apiVersion: 'v1', kind: 'Route', metadata, spec: { weight }, status: { said } };
}

test('a change of nothing but a status is news a second later', async () => {
  const { time, told, saw } = scene();
  assert.equal(saw(2, 'something'), true);
  assert.equal(saw(3, 'something else'), true);
  await time.pass(5_000);
  assert.deepEqual(told, ['1000 route at 3']);
});

test('a status that we turn out to have written is no news', async () => {
  const { time, told, news, saw } = scene();
  saw(2, 'ours');
  news.wrote(object(2, 'ours', 1));
  await time.pass(5_000);
  assert.deepEqual(told, []);
});

test('a status that was written over ours is news', async () => {
  const { time, told, news, saw } = scene();
  saw(2, 'ours');
  saw(3, 'of somebody else');
  news.wrote(object(2, 'ours', 1));
  await time.pass(5_000);
  assert.deepEqual(told, ['1000 route at 3']);
});

test('whatever else changes is for others to tell, and with it what was put off', async () => {
  const { time, told, saw } = scene();
  saw(2, 'something');
  assert.equal(saw(3, 'something', 9), false);
  await time.pass(5_000);
  assert.deepEqual(told, []);
});
