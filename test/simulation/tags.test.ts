/** Tags that people ask for by annotation, on everything that is made for a route; those of others stay. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotations } from '../../src/kinds/names.ts';
import type { RegionState } from '../../src/local/state/state.ts';
import { exported } from './installation.ts';
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

test('tags that were set by a call whose answer was lost are read again, also when others are asked for by then', async () => {
  let isLossy = false;
  const response = { status: 500, headers: {}, body: Buffer.from('{"message":"lost"}') };
  const scene = await begin({
    fate: (side, { method, target }) => {
      const isLost = isLossy && side === 'lattice' && method === 'POST' && target.includes('/tags/');
      const fault = { kind: 'answer', when: 'after', response } as const;
      return { requestMs: 5, responseMs: 5, ...(isLost ? { fault } : {}) };
    },
  });
  await scene.apply(exported('shop'));
  const asked = async (tags: string): Promise<void> => {
    await scene.patch('ServiceExport', 'shop', { metadata: { annotations: { [annotations.tags]: tags } } });
  };
  await asked('Environment=Dev');
  await scene.settle();
  isLossy = true;
  await asked('Environment=Prod');
  await scene.pass(100);
  isLossy = false;
  await asked('Environment=Dev');
  await scene.settle();
  assert.deepEqual(tagsIn(scene.state()), ['Environment=Dev']);
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
});

test('the group of an export has the tags that people ask for, keeps ours and those of others, and goes with the export', async () => {
  const scene = await begin();
  await scene.apply(exported('shop'));
  const asked = async (tags: string | null): Promise<void> => {
    await scene.patch('ServiceExport', 'shop', { metadata: { annotations: { [annotations.tags]: tags } } });
    await scene.settle();
  };
  const group = () => {
    const [one, ...more] = scene.state().targetGroups.values();
    assert.ok(one !== undefined && more.length === 0);
    return one;
  };
  await asked('Environment=Dev,CostCenter=42');
  assert.deepEqual(tagsIn(scene.state()), ['CostCenter=42,Environment=Dev']);
  const { id, arn } = group();
  const managed = ownTagsOf(group());
  assert.equal(managed[`${prefix}ManagedBy`], '123456789012/blue/vpc-0b10e000000000000');
  assert.equal(managed[`${prefix}SourceTypeKey`], 'ServiceExport');

  scene.foreign({ op: 'TagResource', input: { resourceArn: arn, tags: { Owner: 'finance' } } });
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
  await asked(`Environment=Prod,${prefix}ManagedBy=test-override`);
  assert.deepEqual(tagsIn(scene.state()), ['Environment=Prod,Owner=finance']);
  assert.deepEqual(ownTagsOf(group()), managed);
  assert.equal(group().id, id);
  assert.deepEqual(scene.mutations().toSorted(), ['TagResource', 'UntagResource']);

  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
  await scene.remove('ServiceExport', 'shop');
  await scene.settle();
  assert.equal(scene.state().targetGroups.size, 0);
  assert.deepEqual(await scene.names('ServiceExport'), []);
  assert.deepEqual(scene.problems(), []);
});

/** Without the one that says which keys people asked for. */
function ownTagsOf({ tags }: { readonly tags: Readonly<Record<string, string>> }) {
  return Object.fromEntries(
    Object.entries(tags).filter(([key]) => key.startsWith(prefix) && key !== `${prefix}TagKeys`),
  );
}
