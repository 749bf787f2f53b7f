/** Tags that people ask for by annotation, on everything that is made for a route; those of others stay. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotations } from '../../src/kinds/names.ts';
import type { RegionState } from '../../src/local/state/state.ts';
import { begin, gateway, parameters, route } from './scene.ts';

const prefix = 'application-networking.k8s.aws/';

/** The tags that are not ours, of everything that a route has in Lattice: each set once. */
function tagsIn(state: RegionState): readonly string[] {
  const services = [...state.services.values()];
  const listeners = services.flatMap((one) => [...one.listeners.values()]);
  const all = [
    ...services,
    ...listeners,
    ...listeners.flatMap(({ rules }) => [...rules.values()]),
    ...state.serviceAssociations.values(),
    ...state.targetGroups.values(),
  ];
  const lines = all.map(({ tags }) =>
    Object.entries(tags)
      .filter(([key]) => !key.startsWith(prefix))
      .map(([key, value]) => `${key}=${value}`)
      .toSorted()
      .join(),
  );
  return [...new Set(lines)];
}

test('tags appear, change and go with the annotation, and neither ours nor those of others with them', async () => {
  const scene = await begin();
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/' }));
  const asked = async (tags: string | null): Promise<void> => {
    await scene.patch('HTTPRoute', 'shop', { metadata: { annotations: { [annotations.tags]: tags } } });
    await scene.settle();
  };
  await asked('Environment=Dev,CostCenter=42');
  assert.deepEqual(tagsIn(scene.state()), ['CostCenter=42,Environment=Dev']);

  const [service] = [...scene.state().services.values()];
  scene.foreign({
    op: 'TagResource',
    input: { resourceArn: service?.arn ?? '', tags: { Owner: 'finance' } },
  });
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);

  await asked(`Environment=Prod,${prefix}ManagedBy=test-override`);
  assert.deepEqual(tagsIn(scene.state()), ['Environment=Prod,Owner=finance', 'Environment=Prod']);
  const [after] = [...scene.state().services.values()];
  assert.equal(after?.tags[`${prefix}ManagedBy`], '123456789012/blue/vpc-0b10e000000000000');

  await asked(null);
  assert.deepEqual(tagsIn(scene.state()), ['Owner=finance', '']);
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
  assert.deepEqual(scene.problems(), []);
});
