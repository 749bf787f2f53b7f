import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../storage/transitions.ts';
import { definitions } from '../storage/state.ts';
import { Store } from './store.ts';

const create = (resource: string, name: string): Command => ({
  op: 'create',
  key: { resource, namespace: '', name },
  object: { metadata: { name } },
});

test('who follows a quiet resource is still there after more changes of others than history holds', () => {
  const store = new Store();
  const follower = store.follow('things', store.state.revision);
  const slow = store.follow('others', store.state.revision);
  for (let number = 0; number < 11_000; number += 1) store.apply(create('others', `o${number}`));
  assert.deepEqual([follower.at, follower.take(), slow.take()], [store.state.revision, [], 'gone']);
  store.apply(create('things', 'a'));
  const changes = follower.take();
  assert.deepEqual(changes === 'gone' || changes.map(({ key }) => key.name), ['a']);
});

test('a follower is rung by changes of its resource and of definitions, and by nothing else', async () => {
  const store = new Store();
  const follower = store.follow('things', store.state.revision);
  const rings: string[] = [];
  for (const resource of ['others', 'things', 'others', definitions]) {
    const rung = follower.rung().then(() => rings.push(resource));
    store.apply(create(resource, `one${store.state.revision}`));
    await Promise.race([rung, new Promise((resolve) => setImmediate(resolve))]);
    follower.take();
  }
  assert.deepEqual(rings, ['things', definitions]);
});

test('history holds what a command did, however much, and no more than a while of what others did', () => {
  const store = new Store();
  const large = 'x'.repeat(1024 * 1024);
  const put = (resource: string, name: string): void => {
    const { key } = create(resource, name);
    store.apply({ op: 'create', key, object: { metadata: { name }, data: large } });
  };
  for (let number = 0; number < 64; number += 1) put('things', `t${number}`);
  const late = store.follow('things', 1);
  const early = store.follow('things', store.state.revision);
  store.apply(create('things', 'last'));
  assert.equal(late.take(), 'gone');
  assert.equal(early.take().length, 1);
});
