import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingLog } from '../../test/kube/recording-log.ts';
import { seededRandom } from '../../test/simulation/seeded-random.ts';
import { virtualTime } from '../../test/simulation/virtual-clock.ts';
import type { KubeObject } from '../kinds/object.ts';
import { createKubeClient } from '../kube/client.ts';
import type { Wire } from '../ports/wire.ts';
import type { Write } from '../status/write.ts';
import { Publisher } from './publish.ts';

/** An API server that answers each PATCH after 100 ms, with what `answer` says at that time. */
function scene({ earlyMs = 0 } = {}) {
  const random = seededRandom(1);
  const time = virtualTime(random);
  const clock = time.clock();
  const calls: string[] = [];
  const woken: string[] = [];
  const { log, lines } = recordingLog();
  const over = new AbortController();
  const answer = { status: 200 };
  const wire: Wire = async ({ target, body }) => {
    calls.push(`${time.elapsed} ${target.split('/').slice(-2).join('/')}`);
    await clock.sleep(100);
    const { status } = answer;
    const [name] = target
      .replace(/\/status$/, '')
      .split('/')
      .slice(-1);
    const text =
      status === 200
        ? { apiVersion: 'v1', kind: 'Any', metadata: { name, resourceVersion: '2' } }
        : { apiVersion: 'v1', kind: 'Status', status: 'Failure', code: status, reason: 'Any', message: 'no' };
    assert.ok(body !== undefined);
    return {
      status,
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode(JSON.stringify(text)),
    };
  };
  const wrote: string[] = [];
  const publisher = new Publisher({
    kube: {
      client: createKubeClient({ wire, clock, userAgent: 'test' }),
      wrote: ({ metadata }) => wrote.push(metadata.name),
    },
    clock: { ...clock, sleep: async (ms, signal) => clock.sleep(Math.max(0, ms - earlyMs), signal) },
    random,
    log,
    lifetime: over.signal,
    wake: (reason) => woken.push(`${time.elapsed} ${reason}`),
  });
  /** What a pass that looked at the cluster just now, or by then, has to tell. */
  const publish = (writes: readonly Write[], settled = publisher.settled): void =>
    publisher.publish(writes, settled);
  return { time, publish, calls, wrote, woken, lines, answer, over };
}

function gateway(name: string, resourceVersion = '1'): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { namespace: 'shop', name, resourceVersion, uid: name },
  };
}

function status(object: KubeObject): Write {
  return { write: 'status', object, status: {} };
}

test('objects do not wait for each other, writes to one object do', async () => {
  const { time, publish, calls, wrote } = scene();
  const a = gateway('a');
  publish([{ write: 'finalizers', object: a, finalizers: ['x'] }, status(a), status(gateway('b'))]);
  await time.pass(1_000);
  assert.deepEqual(calls, ['0 gateways/a', '0 b/status', '100 a/status']);
  assert.deepEqual(wrote.toSorted(), ['a', 'a', 'b']);
});

test('an object whose writes are on their way gets no more of them, and a pass when they have settled', async () => {
  const { time, publish, calls, woken } = scene();
  publish([status(gateway('a'))]);
  publish([status(gateway('a', 'newer')), status(gateway('b'))]);
  await time.pass(1_000);
  assert.deepEqual(calls, ['0 a/status', '0 b/status']);
  assert.deepEqual(woken, ['100 a write settled']);
  await time.pass(1_000);
  publish([status(gateway('a'))]);
  await time.pass(1_000);
  assert.equal(calls.length, 3);
  assert.equal(woken.length, 1);
});

test('an object of which passes say what is on its way already needs none of them when it has settled', async () => {
  const { time, publish, calls, woken, answer } = scene();
  for (const _ of [1, 2, 3]) publish([status(gateway('a'))]);
  await time.pass(1_000);
  assert.deepEqual(calls, ['0 a/status']);
  assert.deepEqual(woken, []);
  answer.status = 500;
  for (const _ of [1, 2]) publish([status(gateway('a', '2'))]);
  await time.pass(5_000);
  assert.equal(woken.length, 1);
  assert.match(woken[0] ?? '', /a write that failed is tried again/);
});

test('what a pass would not write any more while it is on its way is looked at again when it has settled', async () => {
  const { time, publish, woken } = scene();
  publish([status(gateway('a'))]);
  publish([status(gateway('b'))]);
  await time.pass(1_000);
  assert.deepEqual(woken, ['100 a write settled']);
});

test('a write that fails is tried again after a pause that grows, at once when somebody edits the object', async () => {
  const { time, publish, calls, woken, answer, lines } = scene();
  answer.status = 422;
  const pauses: number[] = [];
  for (let count = 1; count <= 4; count += 1) {
    publish([status(gateway('a'))]);
    await time.pass(100);
    const failedAt = time.elapsed;
    publish([status(gateway('a'))]);
    await time.pass(1);
    assert.equal(calls.length, count);
    while (woken.length < count) await time.pass(10);
    pauses.push(time.elapsed - failedAt);
  }
  assert.ok(
    pauses.every((pause, i) => pause >= 120 * 2 ** i && pause <= 260 * 2 ** i),
    pauses.join(),
  );
  assert.deepEqual(new Set(lines), new Set(['warn write failed']));
  publish([status(gateway('a'))]);
  await time.pass(100);
  publish([status(gateway('a', '2'))]);
  await time.pass(1);
  assert.equal(calls.length, 6);
});

function told(reason: string, message: string): Readonly<Record<string, unknown>> {
  return { conditions: [{ type: 'Programmed', status: 'False', reason, message }] };
}

test('other words for the same are told once a second, other reasons at once', async () => {
  const { time, publish, calls, woken } = scene();
  const object = { ...gateway('a'), status: told('Pending', 'one call is under way') };
  const say = (reason: string, message: string): void =>
    publish([{ write: 'status', object, status: told(reason, message) }]);
  say('Pending', 'the second is');
  await time.pass(200);
  say('Pending', 'the third is');
  say('Pending', 'the fourth is');
  await time.pass(200);
  assert.deepEqual(calls, ['0 a/status']);
  say('Invalid', 'no');
  await time.pass(100);
  assert.deepEqual(calls, ['0 a/status', '400 a/status']);
  say('Pending', 'the fifth is');
  await time.pass(5_000);
  say('Pending', 'the sixth is');
  await time.pass(1_000);
  assert.deepEqual(calls, ['0 a/status', '400 a/status', '5500 a/status']);
  assert.deepEqual(
    woken.map((line) => line.split(' ')[0]),
    ['1100', '1500'],
  );
});

test('other words are told also where a timer fires a little too early', async () => {
  const { time, publish, calls, woken } = scene({ earlyMs: 0.5 });
  const object = { ...gateway('a'), status: told('Pending', 'one call is under way') };
  const saying = (message: string): Write => ({ write: 'status', object, status: told('Pending', message) });
  publish([saying('this')]);
  await time.pass(100);
  publish([saying('that')]);
  await time.pass(999.5);
  assert.deepEqual(woken, ['1099.5 what an object says is worth telling']);
  publish([saying('that')]);
  await time.pass(0);
  assert.equal(calls.length, 2);
});

test('what a finalizer or a note was waited for goes on at once', async () => {
  const { time, publish, woken } = scene();
  publish([{ write: 'finalizers', object: gateway('a'), finalizers: ['x'] }]);
  await time.pass(1_000);
  publish([{ write: 'annotations', object: gateway('b'), annotations: { found: 'NONE' } }]);
  await time.pass(1_000);
  assert.deepEqual(woken, ['100 a write settled', '1100 a write settled']);
});

test('what is lost to a newer version is computed again soon, whether or not a watch tells of it', async () => {
  const { time, publish, calls, woken, answer, lines } = scene();
  answer.status = 409;
  publish([status(gateway('a'))]);
  await time.pass(101);
  publish([status(gateway('a'))]);
  await time.pass(10_000);
  assert.deepEqual([calls.length, woken.length, lines], [1, 1, []]);
});

test('what is lost with its object is not computed again', async () => {
  const { time, publish, woken, answer, lines } = scene();
  answer.status = 404;
  publish([status(gateway('a'))]);
  await time.pass(10_000);
  assert.deepEqual([woken, lines], [[], []]);
});

test('what ended after a pass had looked at the cluster is looked at again if the pass says something else', async () => {
  const { time, publish, calls, woken } = scene();
  publish([status(gateway('a'))]);
  await time.pass(200);
  publish([status(gateway('a'))], 0);
  assert.deepEqual(woken, []);
  publish([{ write: 'finalizers', object: gateway('a'), finalizers: [] }], 0);
  assert.deepEqual(woken, ['200 a write settled']);
  publish([], 0);
  publish([]);
  await time.pass(1_000);
  assert.deepEqual(calls, ['0 a/status']);
  assert.deepEqual(woken, ['200 a write settled', '200 a write settled']);
});

test('nothing begins after the end of its lifetime', async () => {
  const { time, publish, calls, over, lines, woken } = scene();
  const a = gateway('a');
  publish([{ write: 'finalizers', object: a, finalizers: ['x'] }, status(a)]);
  await time.pass(50);
  over.abort(new Error('over'));
  await time.pass(10_000);
  assert.deepEqual([calls.length, lines, woken], [1, [], []]);
});
