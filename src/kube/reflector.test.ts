import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentsOf, opsOf, scene } from '../../test/kube/reflector-scene.ts';
import { Stalled } from '../../test/simulation/virtual-clock.ts';
import { thing } from '../../test/kube/fake-api-server.ts';
import { recordingLog } from '../../test/kube/recording-log.ts';
import { createStore, untilSettled } from './store.ts';

test('a list is read page by page and appears in the store at once', async () => {
  const sizes: number[] = [];
  const { time, server, store, changes, signal, stop } = scene({
    onChange: (_, store) => sizes.push(store.list().length),
  });
  for (const name of ['b', 'a', 'd', 'c']) server.put(name);
  assert.deepEqual([store.state, store.list()], ['pending', []]);
  await time.run(untilSettled([store], signal));
  assert.deepEqual(contentsOf(store), server.at(server.resourceVersion));
  assert.deepEqual(sizes, [4, 4, 4, 4, 4]);
  assert.deepEqual(opsOf(changes), ['added a', 'added b', 'added c', 'added d', 'synced']);
  assert.deepEqual(server.calls.slice(1, 3), [
    '/apis/example.org/v1/things?limit=500',
    '/apis/example.org/v1/things?limit=500&continue=5%3A3',
  ]);
  assert.ok(!('managedFields' in (store.get('default', 'a')?.metadata ?? {})));
  stop();
});

test('where the server offers it, a list is the beginning of the watch', async () => {
  const { time, server, store, changes, signal, stop } = scene({ watchLists: 'sends' });
  for (const name of ['b', 'a']) server.put(name);
  await time.run(untilSettled([store], signal));
  server.remove('a');
  await time.pass(1_000);
  assert.deepEqual(opsOf(changes), ['added a', 'added b', 'synced', 'deleted a']);
  assert.equal(server.calls.length, 1);
  assert.match(
    server.calls[0] ?? '',
    /\?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=\d+$/,
  );
  stop();
});

test('a server that does not say when such a list is over is asked for pages, now and from then on', async () => {
  const { time, server, store, changes, signal, stop } = scene({ watchLists: 'ignores' });
  server.put('a');
  await time.run(untilSettled([store], signal));
  assert.ok(time.elapsed > 10_000 && time.elapsed < 11_000, `synced after ${time.elapsed} ms`);
  await time.pass(1_000);
  server.failStreams('error 410');
  await time.pass(5_000);
  assert.deepEqual(opsOf(changes), ['added a', 'synced']);
  assert.equal(server.calls.filter((target) => target.includes('sendInitialEvents')).length, 1);
  stop();
});

test('changes arrive over a watch that asks for bookmarks and lasts five to ten minutes', async () => {
  const { time, server, store, changes, signal, stop } = scene();
  await time.run(untilSettled([store], signal));
  server.put('a');
  server.put('a');
  server.remove('a');
  await time.pass(1_000);
  assert.deepEqual(opsOf(changes), ['synced', 'added a', 'modified a', 'deleted a']);
  const target = server.calls.at(-1) ?? '';
  assert.match(target, /watch=true&allowWatchBookmarks=true&resourceVersion=1&timeoutSeconds=(3|4|5)\d\d$/);
  stop();
});

test('a watch goes on from the last bookmark, without a new list', async () => {
  const { time, server, store, signal, stop } = scene();
  await time.run(untilSettled([store], signal));
  await time.pass(1_000);
  server.tick();
  server.failStreams('bookmark');
  server.compact();
  await time.pass(1_000);
  assert.equal(store.resourceVersion, '2');
  const before = server.calls.length;
  server.failStreams('reset');
  await time.pass(1_000);
  assert.match(server.calls.slice(before).join(' '), /^\S*watch=true\S*&resourceVersion=2\S*$/);
  stop();
});

test('what was deleted and made again while nobody looked is another object', async () => {
  const { time, server, store, changes, signal, stop } = scene();
  server.put('a');
  await time.run(untilSettled([store], signal));
  await time.pass(1_000);
  server.failStreams('reset');
  server.remove('a');
  server.put('a');
  server.compact();
  await time.pass(10_000);
  assert.deepEqual(opsOf(changes), ['added a', 'synced', 'deleted a', 'added a']);
  stop();
});

test('a kind that is not served is absent, and followed as soon as it is', async () => {
  const { time, server, store, changes, logged, signal, stop } = scene();
  server.dropKind();
  await time.run(untilSettled([store], signal));
  assert.equal(store.state, 'absent');
  await time.pass(60_000);
  assert.ok(server.calls.length <= 5, 'asked again, but slowly');
  server.restoreKind();
  server.put('a');
  await time.pass(61_000);
  assert.deepEqual(opsOf(changes), ['absent', 'added a', 'synced']);
  assert.deepEqual(logged, ['info the server does not serve this kind']);
  stop();
});

test('a kind that is not served is asked for again as soon as its definition changes', async () => {
  const definitions = createStore({ ...thing, kind: 'CustomResourceDefinition' }, recordingLog().log);
  const { time, server, store, signal, stop } = scene({ definitions });
  server.dropKind();
  await time.run(untilSettled([store], signal));
  await time.pass(600_000);
  const before = server.calls.length;
  const define = (name: string): void =>
    definitions.write({ op: 'apply', object: { apiVersion: 'v1', kind: 'any', metadata: { name } } });
  define('others.example.org');
  await time.pass(1_000);
  assert.equal(server.calls.length, before);
  server.restoreKind();
  define('things.example.org');
  await time.pass(1_000);
  assert.equal(store.state, 'synced');
  stop();
});

test('a kind that is served no more has vanished, which is not the same as empty', async () => {
  const { time, server, store, changes, signal, stop } = scene();
  server.put('a');
  await time.run(untilSettled([store], signal));
  await time.pass(1_000);
  server.failStreams('stall');
  server.dropKind();
  await time.pass(700_000);
  assert.deepEqual([store.state, store.synced], ['vanished', false]);
  assert.deepEqual(opsOf(changes), ['added a', 'synced', 'vanished']);
  assert.ok(store.get('default', 'a') !== undefined, 'the last that was seen stays');
  server.restoreKind();
  await time.pass(61_000);
  assert.deepEqual(opsOf(changes).slice(3), ['deleted a', 'synced']);
  stop();
});

test('a list that fails leaves the store as it was', async () => {
  const { time, server, store, changes, signal, stop } = scene();
  server.put('a');
  await time.run(untilSettled([store], signal));
  await time.pass(1_000);
  server.failStreams('error 410');
  server.failCalls('500', 5);
  await time.pass(2_000);
  assert.deepEqual([store.state, contentsOf(store).length], ['synced', 1]);
  assert.equal(store.trouble?.message, 'it is InternalError');
  await time.pass(60_000);
  assert.equal(store.trouble, undefined);
  assert.deepEqual(opsOf(changes), ['added a', 'synced']);
  stop();
});

test('a list that expires between two pages is read again as a whole', async () => {
  const { time, server, store, signal, stop } = scene();
  for (const name of ['a', 'b', 'c', 'd']) server.put(name);
  time.schedule(0, () => server.put('e'));
  while (server.calls.length < 3) await time.pass(1);
  server.put('f');
  server.compact();
  await time.run(untilSettled([store], signal));
  assert.deepEqual(contentsOf(store), server.at(server.resourceVersion));
  assert.equal(server.calls[3], '/apis/example.org/v1/things');
  stop();
});

test('a server that fails is asked less and less, and said so once', async () => {
  const { time, server, store, logged, signal, stop } = scene();
  server.failCalls('500', 1_000);
  await time.pass(600_000);
  assert.ok(
    server.calls.length > 10 && server.calls.length < 60,
    `${server.calls.length} calls in ten minutes`,
  );
  assert.equal(store.state, 'pending');
  server.heal();
  await time.run(untilSettled([store], signal));
  assert.deepEqual(
    logged.filter((line) => !line.startsWith('debug')),
    ['warn the server cannot be followed', 'info the server can be followed again'],
  );
  stop();
});

test('a server that asks for patience gets it', async () => {
  const { time, server, store, signal, stop } = scene();
  server.failCalls('429', 1);
  await time.run(untilSettled([store], signal));
  assert.ok(time.elapsed > 7_000 && time.elapsed < 7_200, `synced after ${time.elapsed} ms`);
  stop();
});

test('a kind that may not be listed is forbidden, which is not empty, and followed as soon as it may be', async () => {
  const { time, server, store, changes, logged, signal, stop } = scene();
  server.put('a');
  server.failCalls('403', 20);
  await time.run(untilSettled([store], signal));
  assert.deepEqual([store.state, store.synced], ['forbidden', false]);
  assert.deepEqual(logged, ['warn this kind may not be followed']);
  server.heal();
  await time.pass(60_000);
  assert.deepEqual(opsOf(changes), ['forbidden', 'added a', 'synced']);
  stop();
});

test('a right that is taken away while we run leaves what was seen', async () => {
  const { time, server, store, changes, signal, stop } = scene();
  server.put('a');
  await time.run(untilSettled([store], signal));
  server.failCalls('403', 20);
  server.failStreams('error 410');
  await time.pass(5_000);
  assert.deepEqual([store.state, opsOf(changes)], ['synced', ['added a', 'synced']]);
  assert.ok(store.trouble !== undefined);
  stop();
});

test('a server that closes every watch at once is not asked without pause', async () => {
  const { time, server, store, signal, stop } = scene();
  await time.run(untilSettled([store], signal));
  for (let i = 0; i < 6_000; i++) {
    server.failStreams('close');
    await time.pass(100);
  }
  assert.ok(server.calls.length < 100, `${server.calls.length} calls in ten minutes`);
  stop();
});

test('a listener that throws disturbs nobody', async () => {
  const { time, server, store, changes, logged, signal, stop } = scene({
    onChange: () => {
      throw new Error('a bug of the listener');
    },
  });
  server.put('a');
  await time.run(untilSettled([store], signal));
  server.put('b');
  await time.pass(1_000);
  assert.deepEqual(opsOf(changes), ['added a', 'synced', 'added b']);
  assert.ok(logged.includes('error a listener of a store failed'));
  stop();
});

test('after the end nothing is asked and nothing is queued', async () => {
  const { time, server, store, signal, stop } = scene();
  await time.run(untilSettled([store], signal));
  await time.pass(1_000);
  const before = server.calls.length;
  stop();
  await time.pass(3_600_000);
  assert.equal(server.calls.length, before);
  await assert.rejects(time.run(Promise.withResolvers<void>().promise), Stalled);
});
