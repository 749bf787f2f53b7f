import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateServiceCommand,
  CreateTargetGroupCommand,
  DeleteRuleCommand,
  ListRulesCommand,
  UpdateListenerCommand,
} from '@aws-sdk/client-vpc-lattice';
import { looksOfModel, looksOfState } from './lattice-looks.ts';
import { modelOf } from './lattice-models.ts';
import type { WishedRoute } from './lattice-models.ts';
import { mutations, simulateLattice, vpcId } from './lattice-world.ts';

const cart: WishedRoute = {
  name: 'cart',
  backends: { v1: ['10.0.0.1'] },
  rules: [{ path: '/cart', to: { v1: 100 } }],
};
const pay: WishedRoute = { ...cart, name: 'pay' };

test('nothing that is not ours is touched, whatever it is called', async () => {
  const world = simulateLattice(8);
  const { client } = world.start().lattice;
  const foreign = await world.time.run(
    Promise.all([
      client.send(new CreateServiceCommand({ name: 'cart-shop', clientToken: 'a' })),
      client.send(
        new CreateTargetGroupCommand({
          name: 'theirs',
          type: 'IP',
          config: { port: 80, protocol: 'HTTP', vpcIdentifier: vpcId },
          clientToken: 'b',
        }),
      ),
    ]),
  );
  await world.time.pass(1_000);
  const steps = await world.time.run(world.start().converge(modelOf({ routes: [cart, pay] })));
  const refusal = steps.find(({ op }) => op === 'refuse');
  assert.match(refusal?.because ?? '', new RegExp(`cart-shop exists and is not ours .*${foreign[0].id}`));
  await world.time.run(world.start().converge(modelOf({ routes: [], alsoThere: ['cart', 'pay'] })));
  const { services, targetGroups } = world.region.state();
  assert.deepEqual(
    [...services.values()].map(({ name }) => name),
    ['cart-shop'],
  );
  assert.deepEqual(
    [...targetGroups.values()].map(({ name }) => name),
    ['theirs'],
  );
});

test('two controllers of different clusters leave each other alone', async () => {
  const world = simulateLattice(9);
  const hotel = world.start();
  const mall = world.start({ clusterName: 'mall' });
  await world.time.run(hotel.converge(modelOf({ routes: [cart] })));
  await world.time.run(mall.converge(modelOf({ routes: [pay], clusterName: 'mall' })));
  await world.time.run(world.start().converge(modelOf({ routes: [] })));
  assert.deepEqual(Object.keys(looksOfState(world.region.state()).services).toSorted(), [
    'cart-shop',
    'pay-shop',
  ]);
});

test('a controller that starts with nothing in its cluster deletes nothing', async () => {
  const world = simulateLattice(10);
  await world.time.run(world.start().converge(modelOf({ routes: [cart, pay] })));
  const before = looksOfState(world.region.state());
  world.forgetCalls();
  const steps = await world.time.run(world.start().converge(modelOf({ routes: [] })));
  assert.deepEqual(mutations(world), []);
  assert.deepEqual(looksOfState(world.region.state()), before);
  assert.equal(steps.filter((step) => step.op === 'orphan' && step.type === 'service').length, 2);
});

test('what somebody changes behind our back is found within the audit age and put right', async () => {
  const world = simulateLattice(11);
  const model = modelOf({ routes: [{ ...cart, rules: [...cart.rules, { path: '/more', to: { v1: 1 } }] }] });
  const controller = world.start({ settings: { auditAge: 60_000 } });
  await world.time.run(controller.converge(model));
  const { client } = world.start().lattice;
  const listener = [...world.region.state().services.values()].flatMap(({ listeners }) => [
    ...listeners.values(),
  ])[0];
  const at = {
    serviceIdentifier: [...world.region.state().services.keys()][0] ?? '',
    listenerIdentifier: listener?.id ?? '',
  };
  const { items: [, rule] = [] } = await world.time.run(client.send(new ListRulesCommand(at)));
  await world.time.run(client.send(new DeleteRuleCommand({ ...at, ruleIdentifier: rule?.id ?? '' })));
  await world.time.run(
    client.send(new UpdateListenerCommand({ ...at, defaultAction: { fixedResponse: { statusCode: 500 } } })),
  );
  assert.notDeepEqual(looksOfState(world.region.state()), looksOfModel(model));
  await world.time.pass(61_000);
  await world.time.run(controller.converge(model));
  await world.time.run(controller.converge(model));
  assert.deepEqual(looksOfState(world.region.state()), looksOfModel(model));
  const [found] = [...world.region.state().services.values()].flatMap(({ listeners }) => [
    ...listeners.values(),
  ]);
  assert.deepEqual(found?.defaultRule.action, { kind: 'fixedResponse', statusCode: 404 });
});
