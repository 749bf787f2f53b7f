import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateTargetGroupCommand, DeleteTargetGroupCommand } from '@aws-sdk/client-vpc-lattice';
import { keyOf } from '../../src/lattice/model/keys.ts';
import type { Model, Question } from '../../src/lattice/model/model.ts';
import { tagged } from '../../src/lattice/model/ownership.ts';
import { modelOf } from './lattice-models.ts';
import { simulateLattice, vpcId } from './lattice-world.ts';

function questioned(model: Model, question: Question): Model {
  return { ...model, questions: new Map([[question.key, question]]) };
}

test('a network is found by its name and by its id, and its absence is an answer', async () => {
  const world = simulateLattice(13);
  const controller = world.start();
  await world.time.run(controller.converge(modelOf({ routes: [] })));
  const ask = async (name: string) => {
    const question: Question = { type: 'networkNamed', key: keyOf.networkNamed(name), name, for: [] };
    await world.time.run(controller.pass(questioned(modelOf({ routes: [] }), question)));
    return controller.ledger.answer(question.key)?.answer;
  };
  const byName = await ask('hotel');
  assert.ok(byName?.found === 'one');
  assert.deepEqual(await ask(byName.id), byName);
  assert.deepEqual(await ask('motel'), { found: 'none' });
});

test('an exported group of another cluster is found by its tags, and when it goes the answer says so', async () => {
  const world = simulateLattice(14);
  const { client } = world.start().lattice;
  const exported = await world.time.run(
    client.send(
      new CreateTargetGroupCommand({
        name: 'k8s-export',
        type: 'IP',
        config: { port: 80, protocol: 'HTTP', vpcIdentifier: vpcId },
        tags: tagged({
          ManagedBy: 'another',
          ClusterName: 'mall',
          SourceTypeKey: 'ServiceExport',
          ServiceName: 'till',
          ServiceNamespace: 'shop',
        }),
        clientToken: 'a',
      }),
    ),
  );
  await world.time.pass(100);
  const question: Question = {
    type: 'exportedGroup',
    key: keyOf.exportedGroup('shop', 'till'),
    serviceName: 'till',
    serviceNamespace: 'shop',
    clusterName: 'mall',
    for: [],
  };
  const controller = world.start();
  const model = questioned(modelOf({ routes: [] }), question);
  await world.time.run(controller.pass(model));
  assert.deepEqual(controller.ledger.answer(question.key)?.answer, {
    found: 'one',
    id: exported.id,
    arn: exported.arn,
    usedBy: [],
  });
  await world.time.run(client.send(new DeleteTargetGroupCommand({ targetGroupIdentifier: exported.id })));
  await world.time.pass(700_000);
  await world.time.run(controller.pass(model));
  assert.deepEqual(controller.ledger.answer(question.key)?.answer, { found: 'none' });
});

test('a target group that is named by its ARN is asked for by that', async () => {
  const world = simulateLattice(16);
  const { client } = world.start().lattice;
  const made = await world.time.run(
    client.send(new CreateTargetGroupCommand({ name: 'by-hand', type: 'LAMBDA', clientToken: 'a' })),
  );
  const arn = made.arn ?? '';
  await world.time.pass(100);
  const question: Question = { type: 'groupAt', key: keyOf.groupAt(arn), arn, for: [] };
  const controller = world.start();
  const model = questioned(modelOf({ routes: [] }), question);
  await world.time.run(controller.pass(model));
  const { id } = made;
  assert.deepEqual(controller.ledger.answer(question.key)?.answer, { found: 'one', id, arn, usedBy: [] });
  await world.time.run(client.send(new DeleteTargetGroupCommand({ targetGroupIdentifier: id })));
  await world.time.pass(700_000);
  await world.time.run(controller.pass(model));
  assert.deepEqual(controller.ledger.answer(question.key)?.answer, { found: 'none' });
});
