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
  return { time, publisher, calls, wrote, woken, lines, answer, over };
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
  const { time, publisher, calls, wrote } = scene();
  const a = gateway('a');
  publisher.publish([{ write: 'finalizers', object: a, finalizers: ['x'] }, status(a), status(gateway('b'))]);
  await time.pass(1_000);
  assert.deepEqual(calls, ['0 gateways/a', '0 b/status', '100 a/status']);
  assert.deepEqual(wrote.toSorted(), ['a', 'a', 'b']);
});

test('an object whose writes are on their way gets no more of them, and a pass when they have settled', async () => {
  const { time, publisher, calls, woken } = scene();
  publisher.publish([status(gateway('a'))]);
  publisher.publish([status(gateway('a')), status(gateway('b'))]);
  await time.pass(1_000);
  assert.deepEqual(calls, ['0 a/status', '0 b/status']);
  assert.deepEqual(woken, ['100 a write settled']);
  await time.pass(1_000);
  publisher.publish([status(gateway('a'))]);
  await time.pass(1_000);
  assert.equal(calls.length, 3);
  assert.equal(woken.length, 1);
});

test('what a pass would not write any more while it is on its way is looked at again when it has settled', async () => {
  const { time, publisher, woken } = scene();
  publisher.publish([status(gateway('a'))]);
  publisher.publish([status(gateway('b'))]);
  await time.pass(1_000);
  assert.deepEqual(woken, ['100 a write settled']);
});

test('a write that fails is tried again after a pause that grows, at once when somebody edits the object', async () => {
  const { time, publisher, calls, woken, answer, lines } = scene();
  answer.status = 422;
  const pauses: number[] = [];
  for (let count = 1; count <= 4; count += 1) {
    publisher.publish([status(gateway('a'))]);
    await time.pass(100);
    const failedAt = time.elapsed;
    publisher.publish([status(gateway('a'))]);
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
  publisher.publish([status(gateway('a'))]);
  await time.pass(100);
  publisher.publish([status(gateway('a', '2'))]);
  await time.pass(1);
  assert.equal(calls.length, 6);
});

function told(reason: string, message: string): Readonly<Record<string, unknown>> {
  return { conditions: [{ type: 'Programmed', status: 'False', reason, message }] };
}

test('other words for the same are told once a second, other reasons at once', async () => {
  const { time, publisher, calls, woken } = scene();
  const object = { ...gateway('a'), status: told('Pending', 'one call is under way') };
  const publish = (reason: string, message: string): void =>
    publisher.publish([{ write: 'status', object, status: told(reason, message) }]);
  publish('Pending', 'the second is');
  await time.pass(200);
  publish('Pending', 'the third is');
  publish('Pending', 'the fourth is');
  await time.pass(200);
  assert.deepEqual(calls, ['0 a/status']);
  publish('Invalid', 'no');
  await time.pass(100);
  assert.deepEqual(calls, ['0 a/status', '400 a/status']);
  publish('Pending', 'the fifth is');
  await time.pass(5_000);
  publish('Pending', 'the sixth is');
  await time.pass(1_000);
  assert.deepEqual(calls, ['0 a/status', '400 a/status', '5500 a/status']);
  assert.deepEqual(
    woken.map((line) => line.split(' ')[0]),
    ['1100', '1500'],
  );
});

test('other words are told also where a timer fires a little too early', async () => {
  const { time, publisher, calls, woken } = scene({ earlyMs: 0.5 });
  const object = { ...gateway('a'), status: told('Pending', 'one call is under way') };
  const saying = (message: string): Write => ({ write: 'status', object, status: told('Pending', message) });
  publisher.publish([saying('this')]);
  await time.pass(100);
  publisher.publish([saying('that')]);
  await time.pass(999.5);
  assert.deepEqual(woken, ['1099.5 what an object says is worth telling']);
  publisher.publish([saying('that')]);
  await time.pass(0);
  assert.equal(calls.length, 2);
});

test('what a finalizer or a note was waited for goes on at once', async () => {
  const { time, publisher, woken } = scene();
  publisher.publish([{ write: 'finalizers', object: gateway('a'), finalizers: ['x'] }]);
  await time.pass(1_000);
  publisher.publish([{ write: 'annotations', object: gateway('b'), annotations: { found: 'NONE' } }]);
  await time.pass(1_000);
  assert.deepEqual(woken, ['100 a write settled', '1100 a write settled']);
});

test('what is lost to a newer version is computed again soon, whether or not a watch tells of it', async () => {
  const { time, publisher, calls, woken, answer, lines } = scene();
  answer.status = 409;
  publisher.publish([status(gateway('a'))]);
  await time.pass(101);
  publisher.publish([status(gateway('a'))]);
  await time.pass(10_000);
  assert.deepEqual([calls.length, woken.length, lines], [1, 1, []]);
});

test('what is lost with its object is not computed again', async () => {
  const { time, publisher, woken, answer, lines } = scene();
  answer.status = 404;
  publisher.publish([status(gateway('a'))]);
  await time.pass(10_000);
  assert.deepEqual([woken, lines], [[], []]);
});

test('what is lost to a write of our own, which no watch tells, is left to a pass that begins at once', async () => {
  const { time, publisher, woken, answer } = scene();
  publisher.publish([status(gateway('a'))]);
  await time.pass(200);
  answer.status = 409;
  publisher.publish([{ write: 'finalizers', object: gateway('a'), finalizers: [] }]);
  await time.pass(1_000);
  assert.deepEqual(woken, ['300 a write settled']);
});

test('nothing begins after the end of its lifetime', async () => {
  const { time, publisher, calls, over, lines, woken } = scene();
  const a = gateway('a');
  publisher.publish([{ write: 'finalizers', object: a, finalizers: ['x'] }, status(a)]);
  await time.pass(50);
  over.abort(new Error('over'));
  await time.pass(10_000);
  assert.deepEqual([calls.length, lines, woken], [1, [], []]);
});
