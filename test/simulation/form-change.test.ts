import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin, gateway, parameters, route, silentRoute } from './scene.ts';
import { hosted, isServed, watch } from './served.ts';

const forms = ['perRoute', 'perHostname'] as const;

for (const from of forms) {
  const to = from === 'perRoute' ? 'perHostname' : 'perRoute';

  test(`from ${from} to ${to} the services of hostnames stay, with their groups, and nobody notices`, async () => {
    for (const latency of ['short', 'aws'] as const) {
      const scene = await begin({ latency });
      await scene.apply(parameters({ mapping: from, pathPrefix: 'string' }), gateway());
      await scene.apply(
        route('menu', { path: '/a', hostnames: ['menu.example'] }),
        route('card', { path: '/', hostnames: ['carte.example'] }),
      );
      await scene.pass(120_000);
      const ofHostnames = (): readonly string[] =>
        [...scene.state().services.values()]
          .flatMap(({ id, customDomainName = '' }) =>
            customDomainName === '' ? [] : [`${customDomainName} ${id}`],
          )
          .toSorted();
      const before = ofHostnames();
      const groups = [...scene.state().targetGroups.keys()].toSorted();
      assert.equal(before.length, 2);
      await scene.patch('ConfigMap', 'lattice', { data: { mapping: to } });
      const { gaps } = await watch(scene, { path: '/a', wanted: () => ['menu.example', 'carte.example'] });
      assert.deepEqual(gaps, {});
      await scene.settle();
      assert.deepEqual(ofHostnames(), before);
      assert.deepEqual([...scene.state().targetGroups.keys()].toSorted(), groups);
      assert.deepEqual(
        await scene.conditions('HTTPRoute'),
        Array.from({ length: 2 }, () => allTrue),
      );

      await scene.restart();
      assert.deepEqual(scene.mutations(), []);
      await scene.patch('ConfigMap', 'lattice', { data: { mapping: from } });
      await scene.settle();
      assert.deepEqual(ofHostnames(), before);
      await scene.restart();
      assert.deepEqual(scene.mutations(), []);
      for (const name of ['menu', 'card']) await scene.remove('HTTPRoute', name);
      await scene.remove('Gateway', 'main');
      await scene.settle();
      assert.deepEqual(scene.services(), []);
      assert.deepEqual([...scene.state().targetGroups.keys()], []);
      assert.deepEqual(scene.problems(), []);
    }
  });

  test(`from ${from} to ${to} a route without a hostname is served where it was until it is elsewhere`, async () => {
    for (const latency of ['short', 'aws'] as const) {
      const scene = await begin({ latency });
      await scene.apply(parameters({ mapping: from }), gateway());
      await scene.apply(route('menu', { path: '/a' }), route('rates', { path: '/rates' }));
      await scene.pass(120_000);
      const before = servicesAt(scene, '/a');
      assert.equal(before.length, 1);
      await scene.patch('ConfigMap', 'lattice', { data: { mapping: to } });
      const { gaps } = await watch(scene, { path: '/a', wanted: () => [] });
      assert.deepEqual(gaps, {});
      await scene.settle();
      assert.equal(servicesAt(scene, '/a').length, 1);
      assert.notDeepEqual(servicesAt(scene, '/a'), before);
      assert.ok(isServed(scene.state(), '', '/rates'));
      await scene.restart();
      assert.deepEqual(scene.mutations(), []);
      assert.deepEqual(scene.problems(), []);
    }
  });
}

test('until it is elsewhere, a route compares paths as it did, also where others do otherwise by now', async () => {
  for (const latency of ['short', 'aws'] as const) {
    const scene = await begin({ latency });
    await scene.apply(parameters({ mapping: 'perHostname' }), gateway());
    await scene.apply(
      silentRoute('rates', { path: '/a', hostnames: ['carte.example', 'menu.example'] }),
      route('menu', { path: '/', hostnames: ['menu.example'] }),
    );
    await scene.pass(120_000);
    // By segments, this is none of its paths. In the other form it has the first of its hostnames only.
    await scene.patch('ConfigMap', 'lattice', { data: { mapping: 'perRoute' } });
    const { gaps } = await watch(scene, { path: '/ab', wanted: () => ['menu.example'] });
    assert.deepEqual(gaps, {});
    await scene.settle();
    assert.equal(isServed(scene.state(), 'carte.example', '/ab'), false);
    await scene.restart();
    assert.deepEqual(scene.mutations(), []);
    assert.deepEqual(scene.problems(), []);
  }
});

test('a route gets groups under other names where those it once had are in a service that it leaves', async () => {
  const scene = await begin({ latency: 'aws' });
  await scene.apply(parameters({ mapping: 'perRoute' }), gateway());
  await scene.apply(route('menu', { path: '/a', hostnames: ['menu.example'] }));
  await scene.pass(120_000);
  // The service of the hostname stays, with its groups, which are the gateway's from then on.
  await scene.patch('ConfigMap', 'lattice', { data: { mapping: 'perHostname' } });
  await scene.pass(120_000);
  await hosted(scene, []);
  await scene.pass(200);
  await scene.patch('ConfigMap', 'lattice', { data: { mapping: 'perRoute' } });
  const { gaps } = await watch(scene, { path: '/a', wanted: () => [] });
  assert.deepEqual(gaps, {});
  await scene.settle();
  // Its plain name was not free either.
  assert.match(scene.services().join(), /^menu-default-[a-z]{10}: \^\/a$/);
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
  assert.deepEqual(scene.problems(), []);
});

test('while services take the place of others, pods that come and go are told to both', async () => {
  for (const mapping of forms) {
    const scene = await begin({ latency: 'aws' });
    await scene.apply(parameters({ mapping }), gateway());
    await scene.apply(route('menu', { path: '/a', hostnames: ['menu.example'] }));
    await scene.pass(120_000);
    await scene.patch('HTTPRoute', 'menu', { spec: { hostnames: ['carte.example'] } });
    await scene.pass(3_000);
    await scene.patch('EndpointSlice', 'shop-1', {
      endpoints: [{ addresses: ['10.0.0.7'], conditions: { ready: true } }],
    });
    await scene.pass(2_000);
    const at = targetsAt(scene, 'menu.example');
    assert.deepEqual(at, ['10.0.0.7']);
    await scene.settle();
    assert.deepEqual(targetsAt(scene, 'carte.example'), ['10.0.0.7']);
    assert.deepEqual(scene.problems(), []);
  }
});

const allTrue = 'Accepted=True Programmed=True ResolvedRefs=True';

type Scene = Awaited<ReturnType<typeof begin>>;

/** The names of services that hold a rule for a path. */
function servicesAt(scene: Scene, path: string): readonly string[] {
  return [...scene.state().services.values()].flatMap(({ name, listeners }) =>
    [...listeners.values()].some(({ rules }) =>
      [...rules.values()].some(({ match }) => match.path?.value.startsWith(path) === true),
    )
      ? [name]
      : [],
  );
}

/** Who gets the requests for a hostname. */
function targetsAt(scene: Scene, hostname: string): readonly string[] {
  const { services, targetGroups } = scene.state();
  const ids = [...services.values()]
    .filter(({ customDomainName }) => customDomainName === hostname)
    .flatMap(({ listeners }) => [...listeners.values()])
    .flatMap(({ rules }) => [...rules.values()])
    .flatMap(({ action }) => ('targetGroups' in action ? action.targetGroups : []))
    .map(({ targetGroupId }) => targetGroupId);
  return [...new Set(ids)].flatMap((id) =>
    [...(targetGroups.get(id)?.targets.values() ?? [])].flatMap((target) =>
      target.status === 'DRAINING' ? [] : [target.id],
    ),
  );
}
