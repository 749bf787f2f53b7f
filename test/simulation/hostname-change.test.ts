import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RegionState } from '../../src/local/state/state.ts';
import { begin, gateway, parameters, route } from './scene.ts';

type Scene = Awaited<ReturnType<typeof begin>>;

/** Finer than any transition of Lattice. */
const momentMs = 20;
/** The longest that anything here takes. */
const watchedMs = 40_000;

test('with a service per hostname a name that is added, or stays, is served at every moment', async () => {
  for (const latency of ['short', 'aws'] as const) {
    const scene = await begin({ latency });
    await scene.apply(parameters({ mapping: 'perHostname' }), gateway(), menu('menu.example'));
    await scene.pass(300_000);
    const added = await change(scene, ['menu.example', 'carte.example']);
    assert.deepEqual(added.gaps['menu.example'], []);
    assert.ok(isServed(scene.state(), 'carte.example'));
    const removed = await change(scene, ['carte.example']);
    assert.deepEqual(removed.gaps['carte.example'], []);
    assert.equal(isServed(scene.state(), 'menu.example'), false);
    assert.deepEqual(scene.problems(), []);
  }
});

test('with a service per route another hostname makes its service anew, for as long as that takes', async () => {
  const scene = await begin({ latency: 'aws' });
  await scene.apply(parameters({}), gateway(), menu('menu.example'), route('rates', { path: '/' }));
  await scene.pass(300_000);
  const further = await change(scene, ['menu.example', 'carte.example']);
  assert.deepEqual(further.gaps['menu.example'], []);
  const { firstServedMs, gaps } = await change(scene, ['carte.example']);
  assert.ok(firstServedMs !== undefined && firstServedMs < 30_000, `${firstServedMs} ms`);
  assert.deepEqual(gaps['no name'], []);
  assert.deepEqual(scene.problems(), []);
});

function menu(hostname: string): ReturnType<typeof route> {
  return route('menu', { path: '/a', hostnames: [hostname] });
}

const names = ['menu.example', 'carte.example', 'no name'] as const;

interface Changed {
  /** Moments at which a name was not served that had been before, in milliseconds since the change. */
  readonly gaps: Readonly<Record<(typeof names)[number], readonly number[]>>;
  /** When the new name was served. */
  readonly firstServedMs: number | undefined;
}

async function change(scene: Scene, hostnames: readonly string[]): Promise<Changed> {
  const gaps: Record<(typeof names)[number], number[]> = {
    'menu.example': [],
    'carte.example': [],
    'no name': [],
  };
  const before = names.filter((name) => isServed(scene.state(), name));
  let firstServedMs: number | undefined;
  await scene.patch('HTTPRoute', 'menu', { spec: { hostnames } });
  for (let elapsed = 0; elapsed < watchedMs; elapsed += momentMs) {
    const state = scene.state();
    for (const name of before) if (!isServed(state, name)) gaps[name].push(elapsed);
    if (firstServedMs === undefined && isServed(state, 'carte.example')) firstServedMs = elapsed;
    await scene.pass(momentMs);
  }
  return { gaps, firstServedMs };
}

/** Requests of the network reach the service of a name, and rules of it that reach targets. */
function isServed(state: RegionState, name: string): boolean {
  const services = [...state.services.values()].filter(
    ({ customDomainName, status }) => (customDomainName ?? 'no name') === name && status === 'ACTIVE',
  );
  const isReached = (id: string): boolean =>
    [...state.serviceAssociations.values()].some(
      ({ serviceId, status }) => serviceId === id && status === 'ACTIVE',
    );
  return services.some(
    ({ id, listeners }) =>
      isReached(id) && [...listeners.values()].some(({ rules }) => [...rules.values()].some(hasTargets)),
  );

  function hasTargets({ action }: { readonly action: { readonly kind: string } }): boolean {
    return (
      'targetGroups' in action &&
      Array.isArray(action.targetGroups) &&
      action.targetGroups.some(
        (share: { readonly targetGroupId: string }) =>
          (state.targetGroups.get(share.targetGroupId)?.targets.size ?? 0) > 0,
      )
    );
  }
}
