/** Services inside and outside of networks, as annotations on gateways and routes say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotations } from '../../src/kinds/names.ts';
import { begin, gateway, parameters, route } from './scene.ts';

const says = (value: string | null): object => ({
  metadata: { annotations: { [annotations.standalone]: value } },
});

test('a route leaves its network and enters it again as its annotation changes, and keeps its service and its pods', async () => {
  const scene = await begin();
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/' }));
  await scene.settle();
  const [id] = scene.ids();
  const networks = (): number => scene.state().serviceAssociations.size;
  for (const [value, inNetworks] of [
    ['true', 0],
    [null, 1],
    ['TRUE ', 0],
    ['false', 1],
    ['true', 0],
    ['maybe', 1],
  ] as const) {
    await scene.patch('HTTPRoute', 'shop', says(value));
    await scene.settle();
    assert.equal(networks(), inNetworks, `standalone is ${value}`);
    assert.deepEqual(scene.ids(), [id]);
    const [group] = scene.state().targetGroups.values();
    assert.equal(group?.targets.size, 1);
  }
  assert.deepEqual(scene.problems(), []);
});

test('the word of a route counts before that of its gateway', async () => {
  const scene = await begin();
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/' }), route('pay', { path: '/' }));
  await scene.patch('Gateway', 'main', says('true'));
  await scene.patch('HTTPRoute', 'pay', says('false'));
  await scene.settle();
  const inNetworks = [...scene.state().serviceAssociations.values()].map(
    ({ serviceId }) => scene.state().services.get(serviceId)?.name,
  );
  assert.deepEqual(inNetworks, ['pay-default']);
});
