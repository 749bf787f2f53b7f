/** What keeps a controller from doing harm, and what it says meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unrestrained } from '../../src/controller/settings.ts';
import { annotations } from '../../src/kinds/names.ts';
import { begin, changedPath, gateway, listenerForOthers, parameters, route } from './scene.ts';

const paused = { [annotations.paused]: 'true' };

test('a paused route changes nothing in Lattice, whatever happens to it, until nobody pauses it any more', async () => {
  const scene = await begin();
  await scene.apply(
    parameters({}),
    gateway(),
    route('shop', { path: '/shop' }),
    route('pay', { path: '/pay' }),
  );
  await scene.settle();
  await scene.restart();
  await scene.patch('HTTPRoute', 'shop', { metadata: { annotations: paused } });
  await scene.patch('HTTPRoute', 'shop', changedPath('/market'));
  await scene.patch('HTTPRoute', 'pay', changedPath('/cash'));
  await scene.settle();
  assert.deepEqual(scene.services(), ['pay-default: ^/cash', 'shop-default: ^/shop']);
  assert.match(await scene.told('HTTPRoute'), /HTTPRoute[^ ]*default\/shop is paused; otherwise: update/);

  await scene.remove('HTTPRoute', 'shop');
  await scene.settle();
  assert.deepEqual(scene.services(), ['pay-default: ^/cash', 'shop-default: ^/shop']);
  await scene.patch('HTTPRoute', 'shop', { metadata: { annotations: { [annotations.paused]: null } } });
  await scene.settle();
  assert.deepEqual(scene.services(), ['pay-default: ^/cash']);
  assert.deepEqual(await scene.names('HTTPRoute'), ['pay']);
  assert.deepEqual(scene.problems(), []);
});

test('a paused gateway pauses its routes', async () => {
  const scene = await begin();
  await scene.apply(parameters({}), gateway());
  await scene.patch('Gateway', 'main', { metadata: { annotations: paused } });
  await scene.settle();
  await scene.restart();
  await scene.apply(route('shop', { path: '/shop' }));
  await scene.settle();
  assert.deepEqual(scene.mutations(), []);
  assert.deepEqual(await scene.conditions('HTTPRoute'), ['Accepted=True Programmed=False ResolvedRefs=True']);
});

test('a paused controller changes nothing in Lattice, and tells what it would do', async () => {
  const scene = await begin({ settings: { safety: { ...unrestrained, paused: true } } });
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/shop' }));
  await scene.settle();
  assert.deepEqual(scene.mutations(), []);
  assert.match(await scene.told('HTTPRoute'), /the controller is paused; otherwise: create/);
});

test('what no object accounts for stays and is told, and goes when somebody says so', async () => {
  const scene = await begin({ settings: { safety: { ...unrestrained, pruneOrphans: false } } });
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/shop' }));
  await scene.settle();
  await scene.rebuild();
  assert.deepEqual(scene.mutations(), []);
  assert.deepEqual(scene.services(), ['shop-default: ^/shop']);
  assert.ok(scene.lines().some((line) => line.includes('"orphans":2')));

  await scene.restart({ safety: { ...unrestrained, pruneOrphans: true } });
  assert.deepEqual(scene.services(), []);
  assert.deepEqual(scene.problems(), []);
});

test('a service of an earlier cluster of this name is used again, and carries the mark of this one from then on', async () => {
  const scene = await begin();
  const manifests = [parameters({}), gateway(), route('shop', { path: '/shop' })];
  await scene.apply(...manifests);
  await scene.settle();
  const [before] = scene.ids();
  const mark = (): string | undefined =>
    [...scene.state().services.values()][0]?.tags['application-networking.k8s.aws/ClusterUid'];
  const earlier = mark();
  await scene.rebuild();
  await scene.apply(...manifests);
  await scene.settle();
  assert.deepEqual(scene.ids(), [before]);
  assert.notEqual(mark(), earlier);
  assert.match(
    await scene.told('HTTPRoute'),
    new RegExp(`Service shop-default .* with uid ${earlier}, and is this one's from now on`),
  );
  await scene.remove('HTTPRoute', 'shop');
  await scene.settle();
  assert.deepEqual(scene.services(), []);
});

const perHostname = { mapping: 'perHostname' };
const plain = route('shop', { path: '/shop' });
const named = route('shop', { path: '/shop', hostnames: ['shop.test'] });

for (const { title, data, shop, first, second } of [
  {
    title: 'a route that is there before its gateway',
    data: {},
    shop: plain,
    first: [plain],
    second: [parameters({}), gateway()],
  },
  {
    title: 'a gateway that is there before its routes',
    data: perHostname,
    shop: named,
    first: [parameters(perHostname), gateway()],
    second: [named],
  },
]) {
  test(`in a rebuilt cluster ${title} gives nothing up that was made for it`, async () => {
    const scene = await begin();
    await scene.apply(parameters(data), gateway(), shop);
    await scene.settle();
    const before = scene.ids();
    await scene.rebuild();
    await scene.apply(...first);
    await scene.settle();
    assert.deepEqual(scene.ids(), before);
    await scene.apply(...second);
    await scene.settle();
    assert.deepEqual(scene.ids(), before);
    assert.ok(!scene.mutations().some((operation) => operation.startsWith('Delete')));
    await scene.remove('HTTPRoute', 'shop');
    await scene.settle();
    assert.ok(!scene.services().some((line) => line.startsWith('shop')));
    assert.deepEqual(scene.problems(), []);
  });
}

test('many services that would go at once are held until somebody confirms', async () => {
  const scene = await begin();
  const names = Array.from({ length: 12 }, (_, i) => `shop-${i}`);
  await scene.apply(parameters({}), gateway(), ...names.map((name) => route(name, { path: `/${name}` })));
  await scene.settle();
  await scene.patch('Gateway', 'main', listenerForOthers);
  await scene.settle();
  assert.equal(scene.services().length, 12);
  assert.ok(scene.lines().some((line) => line.includes('--confirm-mass-deletion')));

  await scene.restart({ safety: { ...unrestrained, massDeletionConfirmed: true } });
  assert.deepEqual(scene.services(), []);
  assert.deepEqual(scene.problems(), []);
});

test('no minute has more changes than the operator allows, and everything comes in the end', async () => {
  const scene = await begin({ settings: { safety: { ...unrestrained, mutationsPerMinute: 4 } } });
  await scene.apply(
    parameters({}),
    gateway(),
    route('shop', { path: '/shop' }),
    route('pay', { path: '/pay' }),
  );
  for (let minute = 0; minute < 8; minute += 1) {
    const before = scene.mutations().length;
    await scene.pass(60_000);
    assert.ok(
      scene.mutations().length - before <= 5,
      `${scene.mutations().length - before} changes in a minute`,
    );
  }
  assert.deepEqual(scene.services(), ['pay-default: ^/pay', 'shop-default: ^/shop']);
  assert.deepEqual(scene.problems(), []);
});
