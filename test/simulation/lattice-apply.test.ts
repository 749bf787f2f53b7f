import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply } from '../../src/lattice/aws/apply.ts';
import { observe } from '../../src/lattice/aws/observe.ts';
import { keyOf } from '../../src/lattice/model/keys.ts';
import { plan } from '../../src/lattice/plan/plan.ts';
import type { Read } from '../../src/lattice/plan/step.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';
import { looksOfState } from './lattice-looks.ts';
import { modelOf } from './lattice-models.ts';
import type { WishedRoute } from './lattice-models.ts';
import { mutations, simulateLattice, silent } from './lattice-world.ts';

const cart: WishedRoute = {
  name: 'cart',
  backends: { v1: ['10.0.0.1'] },
  rules: [{ path: '/cart', to: { v1: 100 } }],
};
const pay: WishedRoute = { ...cart, name: 'pay' };
const forever = new AbortController().signal;

test('one call that hangs does not hold up the others, nor the end of the pass', async () => {
  const world = simulateLattice(1);
  const controller = world.start({
    fault: ({ method, target, body }) =>
      method === 'POST' && target === '/services' && Buffer.from(body).toString().includes('cart')
        ? 'hangs'
        : 'none',
  });
  const model = modelOf({ routes: [cart, pay] });
  await world.time.run(controller.pass(model));
  const began = world.time.elapsed;
  const outcomes = await world.time.run(controller.pass(model));
  assert.ok(world.time.elapsed - began <= 600);
  const of = (key: string) =>
    outcomes.find(({ step }) => step.op !== 'read' && step.key === key)?.result.kind;
  assert.equal(of(keyOf.service('http/shop/cart')), 'pending');
  assert.equal(of(keyOf.listener(keyOf.service('http/shop/cart'), 80)), 'waiting');
});

test('a call that settles after its pass says so', async () => {
  const world = simulateLattice(2, { callMs: 900 });
  const controller = world.start();
  const settled = Promise.withResolvers<void>();
  controller.ledger.onSettled(() => settled.resolve());
  await world.time.run(controller.pass(modelOf({ routes: [cart] })));
  assert.equal(controller.ledger.known().collections.get('services')?.state, 'pending');
  await world.time.run(settled.promise);
  assert.ok(world.time.elapsed >= 900);
});

test('news end a pass: what is in flight goes on, nothing more is begun', async () => {
  const world = simulateLattice(3, { callMs: 100 });
  const controller = world.start();
  const model = modelOf({ routes: [cart] });
  await world.time.run(controller.pass(model));
  const news = new AbortController();
  const steps = plan(model, controller.ledger.known(), world.time.clock().now());
  world.time.schedule(50, () => news.abort(new Error('news')));
  const outcomes = await world.time.run(
    apply(controller.lattice, controller.ledger, steps, { until: news.signal }),
  );
  const kinds = new Set(outcomes.map(({ result }) => result.kind));
  assert.deepEqual([...kinds].toSorted(), ['pending', 'waiting']);
  await world.time.pass(1_000);
  assert.deepEqual(mutations(world).toSorted(), [
    'CreateService',
    'CreateServiceNetwork',
    'CreateTargetGroup',
  ]);
});

function reading(what: Read['what'], lane: Read['lane']): Read {
  return { op: 'read', what, lane, for: [], because: 'any' };
}

test('a pass ends when something was read that somebody waits for, though others take longer', async () => {
  const world = simulateLattice(3, { callMs: 20 });
  let hang = false;
  const controller = world.start({
    fault: ({ method, target }) =>
      hang && method === 'GET' && target.startsWith('/targetgroups') ? 'hangs' : 'none',
  });
  await world.time.run(controller.converge(modelOf({ routes: [cart] })));
  const { lattice, ledger } = controller;
  hang = true;
  const service = reading(
    { kind: 'resource', type: 'service', key: keyOf.service('http/shop/cart') },
    'demand',
  );
  const group = [...ledger.known().entries.values()].find(({ type }) => type === 'targetGroup');
  assert.ok(group !== undefined);
  const verified = reading({ kind: 'resource', type: 'targetGroup', key: group.key }, 'verification');
  const turn = { until: forever, atLeastMs: 50, untilRead: true };
  const began = world.time.elapsed;
  await world.time.run(apply(lattice, ledger, [service, verified], turn));
  const ms = world.time.elapsed - began;
  assert.ok(ms >= 70 && ms < 150, `${ms} ms`);
});

test('one refused thing leaves everything else applied', async () => {
  const world = simulateLattice(4);
  const controller = world.start({
    fault: ({ method, target, body }) =>
      method === 'POST' && target === '/targetgroups' && Buffer.from(body).toString().includes('cart')
        ? 'throttled'
        : 'none',
  });
  for (let count = 0; count < 12; count += 1) {
    await world.time.run(controller.pass(modelOf({ routes: [cart, pay] })));
    await world.time.pass(50);
  }
  const { services } = looksOfState(world.region.state());
  assert.equal(services['pay-shop']?.networks.length, 1);
  assert.deepEqual(services['cart-shop']?.listeners, { '80 HTTP': [] });
});

test('nothing enters a network while the group of one of its rules fails for a moment', async () => {
  const world = simulateLattice(16);
  const controller = world.start({
    fault: ({ method, target, body }) =>
      method === 'POST' && target === '/targetgroups' && Buffer.from(body).toString().includes('v2')
        ? 'throttled'
        : 'none',
  });
  const rules = [
    { path: '/a', to: { v1: 1 } },
    { path: '/b', to: { v2: 1 } },
  ];
  const model = modelOf({ routes: [{ name: 'cart', backends: { v1: [], v2: [] }, rules }] });
  for (let count = 0; count < 40; count += 1) {
    await world.time.run(controller.pass(model));
    await world.time.pass(100);
  }
  const { services } = looksOfState(world.region.state());
  assert.equal(services['cart-shop']?.listeners['80 HTTP']?.length, 1);
  assert.deepEqual(services['cart-shop']?.networks, []);
});

function weighing(weight: number) {
  return modelOf({ routes: [{ ...cart, rules: [{ path: '/cart', to: { v1: weight } }] }] });
}

test('a read that a change overtook says nothing, however late its answer', async () => {
  const world = simulateLattice(17);
  let isLate = false;
  const controller = world.start({
    settings: { auditAge: 60_000 },
    fault: ({ method, target }) =>
      isLate && method === 'GET' && /\/rules\/rule-/.test(target) ? 'late' : 'none',
  });
  await world.time.run(controller.converge(weighing(100)));
  await world.time.pass(61_000);
  isLate = true;
  // The rule is looked at again for its age; while that is under way, somebody wants another weight.
  await world.time.run(controller.pass(weighing(100)));
  isLate = false;
  world.forgetCalls();
  await world.time.run(controller.converge(weighing(50)));
  await world.time.pass(10_000);
  await world.time.run(controller.converge(weighing(50)));
  assert.deepEqual(mutations(world), ['UpdateRule']);
});

test('a rule too many is refused with the quota, and the ten others serve', async () => {
  const world = simulateLattice(5);
  const controller = world.start();
  const rules = Array.from({ length: 11 }, (_, index) => ({ path: `/${index}`, to: { v1: 1 } }));
  const steps = await world.time.run(controller.converge(modelOf({ routes: [{ ...cart, rules }] })));
  const refused = steps.filter(({ op }) => op === 'refuse');
  assert.equal(refused.length, 1);
  assert.match(refused[0]?.because ?? '', /ServiceQuotaExceededException/);
  const [listener] = Object.values(looksOfState(world.region.state()).services['cart-shop']?.listeners ?? {});
  assert.equal(listener?.length, 10);
});

test('a change of what was refused is tried at once', async () => {
  const world = simulateLattice(6);
  const controller = world.start();
  const bad = modelOf({ routes: [{ ...cart, name: 'cart--bad' }] });
  const steps = await world.time.run(controller.converge(bad));
  assert.ok(steps.some(({ op, because }) => op === 'refuse' && because.includes('ValidationException')));
  const began = world.time.elapsed;
  await world.time.run(
    controller.converge(modelOf({ routes: [cart], alsoThere: ['cart--bad'], deleting: ['cart--bad'] })),
  );
  assert.ok(world.time.elapsed - began < 2_000);
});

test('every mutation leaves a line with its object, its reason and the request id', async () => {
  const lines: LogFields[] = [];
  const log: Log = {
    ...silent,
    info: (event, fields = {}) => {
      if (event === 'lattice mutation') lines.push(fields);
    },
  };
  const world = simulateLattice(7);
  await world.time.run(world.start({ log }).converge(modelOf({ routes: [cart] })));
  assert.equal(lines.length, mutations(world).length);
  const ids = new Set(world.calls().map(({ requestId }) => requestId));
  for (const { key, because, requestId, operation } of lines) {
    assert.ok(typeof key === 'string' && typeof because === 'string' && typeof operation === 'string');
    assert.ok(typeof requestId === 'string' && ids.has(requestId));
  }
});

test('observing reads until the plan is sure, and writes nothing', async () => {
  const world = simulateLattice(12);
  await world.time.run(world.start().converge(modelOf({ routes: [cart] })));
  world.forgetCalls();
  const { lattice, ledger } = world.start();
  const model = modelOf({ routes: [{ ...cart, rules: [{ path: '/cart', to: { v1: 50 } }] }, pay] });
  const steps = await world.time.run(observe(lattice, ledger, { model, signal: forever }));
  assert.deepEqual(mutations(world), []);
  assert.equal(steps.filter(({ op }) => op === 'update').length, 1);
  assert.equal(steps.filter(({ op }) => op === 'create').length, 6);
  assert.equal(steps.filter(({ op }) => op === 'read' || op === 'wait').length, 0);
});

test('a hundred routes at once cost their mutations and few listings', async () => {
  const world = simulateLattice(15, { latency: 'none', callMs: 60 });
  const controller = world.start();
  const routes = Array.from({ length: 100 }, (_, index) => ({ ...cart, name: `r${index}` }));
  await world.time.run(controller.converge(modelOf({ routes: [] })));
  world.forgetCalls();
  const began = world.time.elapsed;
  await world.time.run(controller.converge(modelOf({ routes })));
  assert.equal(mutations(world).length, 600);
  assert.ok(world.calls().length <= 650, `${world.calls().length} calls`);
  assert.ok(world.time.elapsed - began <= 10_000, `${world.time.elapsed - began} ms`);
});
