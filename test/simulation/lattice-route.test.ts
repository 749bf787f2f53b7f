import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulateLattice } from './lattice-world.ts';
import { modelOf } from './lattice-models.ts';
import type { WishedRoute } from './lattice-models.ts';

const cart: WishedRoute = {
  name: 'cart',
  backends: { v1: ['10.0.0.1', '10.0.0.2'] },
  rules: [{ path: '/cart', to: { v1: 100 } }],
};

test('from nothing to a network, its association and a route, and then there is nothing to do', async () => {
  const world = simulateLattice(1);
  const controller = world.start();
  const steps = await world.time.run(controller.converge(modelOf({ routes: [cart] })));
  assert.ok(steps.every(({ op }) => op === 'keep'));
});

const more: WishedRoute = { ...cart, name: 'more', rules: [{ path: '/more', to: { v1: 1 } }] };

function operations(world: ReturnType<typeof simulateLattice>): readonly string[] {
  return world.calls().map(({ operation }) => operation);
}

test('a new route costs six mutations and three looks at what is in creation', async () => {
  const world = simulateLattice(2, { latency: 'none', callMs: 60 });
  const controller = world.start();
  await world.time.run(controller.converge(modelOf({ routes: [cart] })));
  world.forgetCalls();
  const began = world.time.clock().now();
  await world.time.run(controller.converge(modelOf({ routes: [cart, more] })));
  const mutations = world.calls().filter(({ mutating }) => mutating);
  assert.equal(mutations.length, 6);
  assert.ok(world.calls().length <= 9, operations(world).join());
  const effectMs = Date.parse(mutations.at(-1)?.at ?? '') - began;
  assert.ok(effectMs <= 400, `associated after ${effectMs} ms`);
});

test('a weight change is one mutation and no read', async () => {
  const world = simulateLattice(3);
  const controller = world.start();
  const two = { ...cart, backends: { v1: ['10.0.0.1'], v2: ['10.0.0.2'] } };
  const split = (v1: number, v2: number) =>
    modelOf({ routes: [{ ...two, rules: [{ path: '/', to: { v1, v2 } }] }] });
  await world.time.run(controller.converge(split(90, 10)));
  world.forgetCalls();
  await world.time.run(controller.converge(split(50, 50)));
  assert.deepEqual(operations(world), ['UpdateRule']);
});

test('a replaced pod is two mutations, the new one first', async () => {
  const world = simulateLattice(4);
  const controller = world.start();
  await world.time.run(controller.converge(modelOf({ routes: [cart] })));
  world.forgetCalls();
  const after = { ...cart, backends: { v1: ['10.0.0.1', '10.0.0.3'] } };
  await world.time.run(controller.converge(modelOf({ routes: [after] })));
  assert.deepEqual(operations(world), ['RegisterTargets', 'DeregisterTargets']);
});

test('an edited path is one update of the rule that was there', async () => {
  const world = simulateLattice(5);
  const controller = world.start();
  await world.time.run(controller.converge(modelOf({ routes: [cart] })));
  world.forgetCalls();
  const after = { ...cart, rules: [{ path: '/basket', to: { v1: 100 } }] };
  await world.time.run(controller.converge(modelOf({ routes: [after] })));
  assert.deepEqual(operations(world), ['UpdateRule']);
});

test('a deleted route takes its service, association and target group with it, and nothing else', async () => {
  const world = simulateLattice(6);
  const controller = world.start();
  await world.time.run(controller.converge(modelOf({ routes: [cart, more] })));
  world.forgetCalls();
  await world.time.run(
    controller.converge(modelOf({ routes: [cart], alsoThere: ['more'], deleting: ['more'] })),
  );
  assert.deepEqual(
    world
      .calls()
      .flatMap(({ operation, mutating }) => (mutating ? [operation] : []))
      .toSorted(),
    ['DeleteService', 'DeleteServiceNetworkServiceAssociation', 'DeleteTargetGroup', 'DeregisterTargets'],
  );
  const { services, targetGroups } = world.region.state();
  assert.equal(services.size, 1);
  assert.equal(targetGroups.size, 1);
});

test('after a restart everything is read and nothing is written', async () => {
  const world = simulateLattice(7);
  const model = modelOf({ routes: [cart, more] });
  await world.time.run(world.start().converge(model));
  world.forgetCalls();
  const steps = await world.time.run(world.start().converge(model));
  assert.ok(steps.every(({ op }) => op === 'keep'));
  assert.deepEqual(
    world.calls().filter(({ mutating }) => mutating),
    [],
  );
});

test('a changed protocol of a target group makes the new group before the old one goes', async () => {
  const world = simulateLattice(8);
  const controller = world.start();
  await world.time.run(controller.converge(modelOf({ routes: [cart] })));
  world.forgetCalls();
  await world.time.run(controller.converge(modelOf({ routes: [{ ...cart, groupPort: 81 }] })));
  const mutations = world.calls().flatMap(({ operation, changed }) => (changed ? [operation] : []));
  assert.deepEqual(mutations, [
    'CreateTargetGroup',
    'RegisterTargets',
    'UpdateRule',
    'DeregisterTargets',
    'DeleteTargetGroup',
  ]);
});

async function bytesOf(seed: number): Promise<readonly string[]> {
  const world = simulateLattice(seed);
  const controller = world.start();
  await world.time.run(controller.converge(modelOf({ routes: [cart, more] })));
  return controller.sent;
}

test('the same seed makes the same requests, byte by byte', async () => {
  assert.deepEqual(await bytesOf(9), await bytesOf(9));
});
