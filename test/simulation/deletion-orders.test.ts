/** Deletion ends, and leaves nothing, whatever goes first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finalizers } from '../../src/kinds/names.ts';
import type { KubeObject } from '../../src/kinds/object.ts';
import { begin, gateway, object, parameters, route } from './scene.ts';

const all = [
  ['GatewayClass', 'lattice'],
  ['Gateway', 'main'],
  ['HTTPRoute', 'shop'],
  ['Service', 'shop'],
] as const;

type Name = (typeof all)[number];

function orders(left: readonly Name[]): readonly (readonly Name[])[] {
  if (left.length === 0) return [[]];
  return left.flatMap((first) => orders(left.filter((one) => one !== first)).map((rest) => [first, ...rest]));
}

/** Each form gets a sixth of the orders, and whatever kind may come first comes first in it. */
for (const [mapping, offset] of [
  ['perRoute', 0],
  ['perHostname', 1],
] as const) {
  test(`class, gateway, route and Service go in any order, ${mapping}`, async () => {
    for (const order of orders(all).filter((_, i) => i % 6 === offset)) {
      const scene = await begin();
      const name = order.map(([kind]) => kind).join(', ');
      await scene.apply(parameters({ mapping }), gateway(), route('shop', { path: '/' }));
      await scene.settle();
      for (const [kind, of] of order) {
        await scene.remove(kind, of);
        await scene.pass(300);
      }
      await scene.settle();
      for (const [kind, of] of all)
        assert.ok(!(await scene.names(kind)).includes(of), `${kind} after ${name}`);
      assert.deepEqual(scene.services(), [], name);
      assert.equal(scene.state().targetGroups.size, 0, name);
      assert.deepEqual(scene.problems(), [], name);
    }
  });
}

test('a route goes whose gateway is somebody else’s by now, with what was made for it', async () => {
  const scene = await begin();
  await scene.apply(parameters({}), gateway(), route('shop', { path: '/' }));
  await scene.settle();
  await scene.patch('HTTPRoute', 'shop', { spec: { parentRefs: [{ name: 'elsewhere' }] } });
  await scene.remove('HTTPRoute', 'shop');
  await scene.settle();
  assert.deepEqual(await scene.names('HTTPRoute'), []);
  assert.deepEqual(scene.services(), []);
  assert.equal(scene.state().targetGroups.size, 0);
});

test('finalizers of the AWS controller on what asks for nothing go with their objects', async () => {
  const scene = await begin({ definitions: ['tlsroutes'] });
  await scene.apply(
    parameters({}),
    kept('TLSRoute', 'nameless', {
      parentRefs: [{ name: 'main' }],
      hostnames: ['a.example'],
      rules: [{ backendRefs: [{ name: 'gone', port: 80 }] }],
    }),
    kept('HTTPRoute', 'shop', {
      parentRefs: [{ name: 'main' }],
      rules: [{ backendRefs: [{ name: 'gone', port: 80 }] }],
    }),
    kept('Gateway', 'main', {
      gatewayClassName: 'nobody',
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
    }),
  );
  for (const [kind, name] of [
    ['TLSRoute', 'nameless'],
    ['HTTPRoute', 'shop'],
    ['Gateway', 'main'],
  ] as const) {
    await scene.remove(kind, name);
  }
  await scene.settle();
  for (const kind of ['TLSRoute', 'HTTPRoute', 'Gateway'])
    assert.deepEqual(await scene.names(kind), [], kind);
});

function kept(kind: keyof typeof finalizers, name: string, spec: object): KubeObject {
  const one = object(kind, name, spec);
  return { ...one, metadata: { ...one.metadata, finalizers: [finalizers[kind]] } };
}
