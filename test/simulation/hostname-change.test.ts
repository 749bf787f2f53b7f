import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotations } from '../../src/kinds/names.ts';
import { serviceExport, serviceImport } from './manifests.ts';
import { begin, gateway, object, parameters, route, silentRoute } from './scene.ts';
import { change, isServed, watch } from './served.ts';
import type { Scene } from './served.ts';

const forms = ['perRoute', 'perHostname'] as const;
const latencies = ['short', 'aws'] as const;

for (const mapping of forms) {
  for (const latency of latencies) {
    test(`${mapping}: a hostname that is exchanged is served until the new one is, at latency ${latency}`, async () => {
      const scene = await inForm(mapping, latency);
      await scene.apply(menu(['menu.example']), route('rates', { path: '/' }));
      await scene.pass(120_000);
      const before = scene.ids();
      const { gaps, firstServedMs } = await change(scene, { to: ['carte.example'] });
      assert.deepEqual(gaps, {});
      assert.ok(firstServedMs !== undefined && firstServedMs < 30_000, `${firstServedMs} ms`);
      await scene.settle();
      assert.equal(isServed(scene.state(), 'menu.example'), false);
      assert.equal(scene.services().length, before.length);

      const back = await change(scene, { to: ['menu.example'] });
      assert.deepEqual(back.gaps, {});
      await scene.settle();
      assert.equal(isServed(scene.state(), 'carte.example'), false);
      assert.equal(scene.services().length, before.length);
      await scene.restart();
      assert.deepEqual(scene.mutations(), []);
      assert.deepEqual(scene.problems(), []);
    });
  }

  test(`${mapping}: a hostname that is added, or taken away, does nothing to the one that stays`, async () => {
    const scene = await inForm(mapping, 'aws');
    await scene.apply(menu(['menu.example']));
    await scene.pass(120_000);
    const added = await change(scene, { to: ['menu.example', 'carte.example'] });
    assert.deepEqual(added.gaps, {});
    const removed = await change(scene, { to: ['carte.example'] });
    assert.deepEqual(removed.gaps, {});
    await scene.settle();
    assert.deepEqual(
      [isServed(scene.state(), 'menu.example'), isServed(scene.state(), 'carte.example')],
      [false, true],
    );
    assert.deepEqual(scene.problems(), []);
  });

  test(`${mapping}: one of several hostnames is exchanged without a gap, and the others stay`, async () => {
    const scene = await inForm(mapping, 'aws');
    await scene.apply(menu(['menu.example', 'wine.example']));
    await scene.pass(120_000);
    const { gaps } = await change(scene, { to: ['menu.example', 'carte.example'] });
    assert.deepEqual(gaps, {});
    await scene.settle();
    assert.equal(isServed(scene.state(), 'wine.example'), false);
    assert.deepEqual(scene.problems(), []);
  });

  test(`${mapping}: a hostname goes to a route that had none, and from one that keeps none`, async () => {
    const scene = await inForm(mapping, 'aws');
    await scene.apply(menu([]));
    await scene.pass(120_000);
    const given = await change(scene, { to: ['carte.example'] });
    assert.deepEqual(given.gaps, {});
    await scene.settle();
    assert.ok(isServed(scene.state(), 'carte.example'));
    const taken = await change(scene, { to: [] });
    assert.deepEqual(taken.gaps, {});
    await scene.settle();
    assert.deepEqual([isServed(scene.state(), ''), isServed(scene.state(), 'carte.example')], [true, false]);
    assert.deepEqual(scene.problems(), []);
  });

  test(`${mapping}: a second change before the first is done loses nothing either, whether back or on`, async () => {
    for (const afterMs of [20, 4_000, 14_000]) {
      for (const last of ['menu.example', 'wine.example']) {
        const scene = await inForm(mapping, 'aws');
        await scene.apply(menu(['menu.example']));
        await scene.pass(120_000);
        const { gaps } = await change(scene, { to: ['carte.example'], next: { afterMs, to: [last] } });
        assert.deepEqual(gaps, {}, `${last} after ${afterMs} ms`);
        await scene.settle();
        assert.equal(isServed(scene.state(), last), true, `${last} after ${afterMs} ms`);
        assert.equal(isServed(scene.state(), 'carte.example'), false, `${last} after ${afterMs} ms`);
        assert.deepEqual(scene.problems(), []);
      }
    }
  });

  test(`${mapping}: a route that leaves the hostname of others is served there until it is elsewhere`, async () => {
    const scene = await inForm(mapping, 'aws');
    await scene.apply(
      route('rates', { path: '/rates', hostnames: ['menu.example'] }),
      menu(['menu.example']),
    );
    await scene.pass(120_000);
    const { gaps } = await change(scene, { to: ['carte.example'], path: '/a' });
    assert.deepEqual(gaps, {});
    await scene.settle();
    assert.equal(isServed(scene.state(), 'menu.example', '/a'), false);
    assert.equal(isServed(scene.state(), 'menu.example', '/rates'), true);
    assert.deepEqual(scene.problems(), []);
  });

  test(`${mapping}: a route that leaves the hostname of others keeps there what it had, and takes nothing new along`, async () => {
    const scene = await inForm(mapping, 'aws');
    const ports = [80, 8080].map((port) => ({ name: `http-${port}`, port, protocol: 'HTTP' }));
    await scene.patch('Gateway', 'main', { spec: { listeners: ports } });
    const parentRefs = [{ name: 'main', sectionName: 'http-80' }];
    for (const each of [
      route('rates', { path: '/', hostnames: ['menu.example'] }),
      silentRoute('menu', { path: '/a', hostnames: ['menu.example'] }),
    ]) {
      await scene.apply(each);
      await scene.patch('HTTPRoute', each.metadata.name, { spec: { parentRefs } });
    }
    await scene.pass(120_000);
    assert.equal(isServed(scene.state(), 'menu.example', '/a'), false);
    const matches = ['/a', '/c'].map((value) => ({ path: { type: 'PathPrefix', value } }));
    await scene.patch('HTTPRoute', 'menu', {
      spec: {
        parentRefs: [{ name: 'main', sectionName: 'http-8080' }],
        hostnames: ['carte.example'],
        rules: [{ matches }],
      },
    });
    const { gaps } = await watch(scene, {
      path: '/c',
      wanted: () => ['menu.example'],
      look: (elapsed) => {
        if (elapsed < 3_000) assert.equal(isServed(scene.state(), 'menu.example', '/a'), false);
        assert.deepEqual(portsOf(scene, 'menu.example'), [80]);
      },
    });
    assert.deepEqual(gaps, {});
    await scene.settle();
    assert.ok(isServed(scene.state(), 'menu.example', '/a'));
    assert.deepEqual(portsOf(scene, 'carte.example'), [8080]);
    assert.deepEqual(scene.problems(), []);
  });

  test(`${mapping}: two routes exchange their hostnames, and each is served by one or the other at every moment`, async () => {
    const scene = await inForm(mapping, 'aws');
    await scene.apply(menu(['menu.example']), route('card', { path: '/a', hostnames: ['carte.example'] }));
    await scene.pass(120_000);
    const before = scene.ids().toSorted();
    await scene.patch('HTTPRoute', 'card', { spec: { hostnames: ['menu.example'] } });
    const { gaps } = await change(scene, { to: ['carte.example'] });
    assert.deepEqual(gaps, {});
    await scene.settle();
    for (const name of ['menu.example', 'carte.example']) assert.ok(isServed(scene.state(), name), name);
    assert.deepEqual(scene.ids().toSorted(), before);
    await scene.restart();
    assert.deepEqual(scene.mutations(), []);
    assert.deepEqual(scene.problems(), []);
  });

  test(`${mapping}: a route that is deleted on its way to another hostname leaves nothing behind`, async () => {
    const scene = await inForm(mapping, 'aws');
    await scene.apply(menu(['menu.example']));
    await scene.pass(120_000);
    const before = scene.services().length;
    await scene.patch('HTTPRoute', 'menu', { spec: { hostnames: ['carte.example'] } });
    await scene.pass(6_000);
    await scene.remove('HTTPRoute', 'menu');
    await scene.settle();
    assert.equal(scene.services().length, before - 1);
    assert.deepEqual(await scene.names('HTTPRoute'), []);
    assert.deepEqual(scene.problems(), []);
  });
}

test('a service whose name somebody chose is made anew with another hostname, and the route says so', async () => {
  const scene = await inForm('perRoute', 'aws');
  const chosen = menu(['menu.example']);
  await scene.apply({
    ...chosen,
    metadata: { ...chosen.metadata, annotations: { [annotations.serviceNameOverride]: 'chosen' } },
  });
  await scene.pass(120_000);
  await scene.patch('HTTPRoute', 'menu', { spec: { hostnames: ['carte.example'] } });
  await scene.pass(3_000);
  assert.match(await scene.told('HTTPRoute'), /service chosen \(menu\.example\).*deleted and made again/);
  await scene.settle();
  assert.ok(isServed(scene.state(), 'carte.example'));
  assert.deepEqual(names(scene), ['chosen']);
  assert.deepEqual(await scene.conditions('HTTPRoute'), ['Accepted=True Programmed=True ResolvedRefs=True']);

  const renamed = { metadata: { annotations: { [annotations.serviceNameOverride]: 'other' } } };
  await scene.patch('HTTPRoute', 'menu', renamed);
  const { gaps } = await change(scene, { to: ['wine.example'] });
  assert.deepEqual(gaps, {});
  await scene.settle();
  assert.deepEqual(
    [...scene.state().services.values()].map(({ name }) => name),
    ['other'],
  );
  assert.deepEqual(scene.problems(), []);
});

for (const mapping of forms) {
  test(`${mapping}: a target group that somebody else made is in one service at a time, so the old one goes first`, async () => {
    const scene = await inForm(mapping, 'aws');
    await scene.apply(serviceExport('shop', 80), serviceImport('shop', 80));
    const { group, kind } = { group: 'application-networking.k8s.aws', kind: 'ServiceImport' };
    await scene.apply(
      object('HTTPRoute', 'menu', {
        parentRefs: [{ name: 'main' }],
        hostnames: ['menu.example'],
        rules: [{ backendRefs: [{ group, kind, name: 'shop', port: 80 }] }],
      }),
    );
    await scene.pass(120_000);
    assert.ok(isServed(scene.state(), 'menu.example'));
    const { firstServedMs } = await change(scene, { to: ['carte.example'] });
    assert.ok(firstServedMs !== undefined && firstServedMs < 30_000, `${firstServedMs} ms`);
    await scene.settle();
    assert.equal(isServed(scene.state(), 'menu.example'), false);
    assert.deepEqual(scene.problems(), []);
  });
}

async function inForm(mapping: (typeof forms)[number], latency: (typeof latencies)[number]): Promise<Scene> {
  const scene = await begin({ latency });
  await scene.apply(parameters({ mapping }), gateway());
  return scene;
}

function menu(hostnames: readonly string[]): ReturnType<typeof route> {
  return route('menu', { path: '/a', ...(hostnames.length === 0 ? {} : { hostnames }) });
}

function portsOf(scene: Scene, hostname: string): readonly number[] {
  return [...scene.state().services.values()]
    .filter(({ customDomainName }) => customDomainName === hostname)
    .flatMap(({ listeners }) => [...listeners.values()])
    .map(({ port }) => port);
}

function names(scene: Scene): readonly string[] {
  return [...scene.state().services.values()].map(({ name }) => name);
}
