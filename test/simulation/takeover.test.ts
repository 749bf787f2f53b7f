/** Services that somebody else has made, or nobody's controller: who may have them, and what becomes of what is in them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotations } from '../../src/kinds/names.ts';
import { tagOf } from './actual.ts';
import { listenedByHand, shapeOf } from './by-hand.ts';
import { annotated, http, imported, path, plainGateway, pods, routeOf, takeOver } from './installation.ts';
import { prefixed } from './predecessor.ts';
import type { Predecessor } from './predecessor.ts';

const green = { clusterName: 'green', vpcId: 'vpc-09ee0000000000000' };
const owner = '123456789012/green/vpc-09ee0000000000000';

/** A service of the other cluster with one rule, as its controller left it. */
function inventoryOfGreen(by: Predecessor): void {
  const network = by.network('main');
  const group = by.group({
    kind: 'HTTPRoute',
    route: 'inventory',
    service: 'old',
    targets: ['10.9.0.1:8080'],
  });
  by.service({
    route: 'inventory',
    type: 'http',
    networks: [network],
    listeners: [
      { port: 80, protocol: 'HTTP', rules: [{ priority: 1, match: prefixed('/'), forward: { [group]: 1 } }] },
    ],
  });
}

const half = {
  backendRefs: [
    { name: 'one', port: 80, weight: 50 },
    { name: 'two', port: 80, weight: 50 },
  ],
};

const inventory = [
  plainGateway([http]),
  ...pods('one', '10.0.0.1'),
  ...pods('two', '10.0.0.2'),
  routeOf('HTTPRoute', 'inventory', [half]),
];

test('a service of another cluster stays as it is, and the route says whose it is', async () => {
  const { changed, scene } = await takeOver({ by: green, made: inventoryOfGreen, manifests: inventory });
  const [service] = [...scene.state().services.values()];
  assert.ok(service !== undefined);
  assert.equal(tagOf(service, 'ManagedBy'), owner);
  assert.deepEqual(
    changed.filter((operation) => /Service$|Listener|Rule|Tag/.test(operation)),
    [],
  );
  assert.deepEqual(await scene.conditions('HTTPRoute'), ['Accepted=True Programmed=False ResolvedRefs=True']);
  const told = await scene.told('HTTPRoute');
  assert.match(told, /Found existing resource not owned by controller: arn:/);
  assert.match(told, new RegExp(`It belongs to ${owner}\\. .*allow-takeover-from: ${owner}`));
});

test('once the route says from whom, the service is taken over with its listener, its rule and its name', async () => {
  const { scene } = await takeOver({ by: green, made: inventoryOfGreen, manifests: inventory });
  const before = shapeOf(scene.state());
  await scene.patch('HTTPRoute', 'inventory', {
    metadata: { annotations: { [annotations.allowTakeoverFrom]: owner } },
  });
  await scene.settle();
  const after = shapeOf(scene.state());
  assert.equal(after.owner, '123456789012/blue/vpc-0b10e000000000000');
  assert.deepEqual(after.ids, before.ids);
  assert.deepEqual(after.answers, ['Service default/one:80×50 Service default/two:80×50']);
  const groups = [...scene.state().targetGroups.values()];
  const [old] = groups.filter((group) => tagOf(group, 'ManagedBy') === owner);
  assert.deepEqual(old?.usedBy, []);
  assert.equal(old.targets.size, 1);

  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
  await scene.remove('HTTPRoute', 'inventory');
  await scene.settle();
  assert.deepEqual(scene.services(), []);
  assert.deepEqual(await scene.names('HTTPRoute'), []);
});

test('a route that is being deleted takes nothing over, and goes', async () => {
  const { scene } = await takeOver({ by: green, made: inventoryOfGreen, manifests: inventory });
  await scene.remove('HTTPRoute', 'inventory');
  await scene.settle();
  assert.deepEqual(await scene.names('HTTPRoute'), []);
  assert.equal(shapeOf(scene.state()).owner, owner);
});

test('a service of nobody becomes that of the route which names it, once all its backends are there', async () => {
  const claiming = annotated(
    routeOf('HTTPRoute', 'migrated', [
      { matches: [path('PathPrefix', '/v1')], backendRefs: [{ name: 'one', port: 80 }] },
    ]),
    { [annotations.serviceNameOverride]: 'by-hand' },
  );
  const { changed, scene } = await takeOver({
    made: (_, { foreign }) => {
      foreign({ op: 'CreateServiceNetwork', input: { name: 'main' } });
      const { id } = foreign({ op: 'CreateService', input: { name: 'by-hand', tags: { Team: 'shop' } } });
      listenedByHand(foreign, {
        service: id,
        name: 'front',
        port: 80,
        rules: { 7: { match: prefixed('/v1'), action: { fixedResponse: { statusCode: 404 } } } },
      });
    },
    manifests: [plainGateway([http]), claiming],
  });
  assert.deepEqual(changed, ['CreateServiceNetworkVpcAssociation']);
  const before = shapeOf(scene.state());
  assert.equal(before.owner, undefined);

  await scene.apply(...pods('one', '10.0.0.1'));
  await scene.settle();
  const after = shapeOf(scene.state());
  assert.equal(after.owner, '123456789012/blue/vpc-0b10e000000000000');
  assert.deepEqual(after.ids, before.ids);
  assert.deepEqual(after.answers, ['Service default/one:80×1']);
  assert.equal(after.team, 'shop');
  assert.deepEqual(scene.problems(), []);
});

test('a service of nobody whose name no route chose stays nobody’s', async () => {
  const { scene } = await takeOver({
    made: (_, { foreign }) => void foreign({ op: 'CreateService', input: { name: 'inventory-default' } }),
    manifests: inventory,
  });
  assert.equal(shapeOf(scene.state()).owner, undefined);
});

const searched = { [annotations.awsVpc]: 'vpc-0b10e000000000000' };
const nowhere = 'arn:aws:vpc-lattice:us-west-2:123456789012:targetgroup/tg-0123456789abcdef0';

/** What keeps an import from being a backend, by the reason that the route gives. */
const wrongImports: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = {
  BackendNotFound: undefined,
  InvalidExternalTargetGroup: { [annotations.targetGroupArn]: 'not-an-arn' },
  ExternalTargetGroupNotFound: { [annotations.targetGroupArn]: nowhere },
  ConflictingServiceImportAnnotations: { [annotations.targetGroupArn]: nowhere, ...searched },
};

for (const [reason, told] of Object.entries(wrongImports)) {
  test(`a service of nobody is not touched while an import of the route that names it is wrong: ${reason}`, async () => {
    const { scene } = await takeOver({
      made: (_, { foreign }) => {
        foreign({ op: 'CreateServiceNetwork', input: { name: 'main' } });
        const { id } = foreign({ op: 'CreateService', input: { name: 'by-hand' } });
        const action = { fixedResponse: { statusCode: 404 } };
        listenedByHand(foreign, {
          service: id,
          name: 'front',
          port: 80,
          rules: { 1: { match: prefixed('/'), action } },
        });
      },
      manifests: [
        plainGateway([http]),
        ...(told === undefined ? [] : [annotated(imported('machines'), told)]),
      ],
    });
    const before = shapeOf(scene.state());
    const backend = { group: 'application-networking.k8s.aws', kind: 'ServiceImport', name: 'machines' };
    await scene.apply(
      annotated(routeOf('HTTPRoute', 'migrated', [{ backendRefs: [backend] }]), {
        [annotations.serviceNameOverride]: 'by-hand',
      }),
    );
    await scene.settle();
    assert.match(await scene.told('HTTPRoute'), new RegExp(`"reason":"${reason}"`));
    assert.deepEqual(await scene.conditions('HTTPRoute'), [
      'Accepted=True Programmed=False ResolvedRefs=False',
    ]);
    assert.deepEqual(shapeOf(scene.state()), before);
    await scene.remove('HTTPRoute', 'migrated');
    await scene.settle();
    assert.deepEqual(await scene.names('HTTPRoute'), []);
    assert.deepEqual(shapeOf(scene.state()), before);
    assert.deepEqual(scene.problems(), []);
  });
}
