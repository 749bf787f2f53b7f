/** By what names things are found, and what becomes of those that were found by another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotations } from '../../src/kinds/names.ts';
import { tagOf } from './actual.ts';
import { annotated, certificates, exported, http, imported, pods, routeOf } from './installation.ts';
import { begin, gateway, object, parameters, route } from './scene.ts';

test('a service keeps the name it has, says which, and gets the one that people chose when its route is made again', async () => {
  const scene = await begin();
  const shop = route('shop', { path: '/shop' });
  const named = (name: string): typeof shop => annotated(shop, { [annotations.serviceNameOverride]: name });
  await scene.apply(parameters({}), gateway(), named('first'));
  await scene.settle();
  assert.deepEqual(scene.services(), ['first: ^/shop']);
  await scene.patch('HTTPRoute', 'shop', { metadata: named('second').metadata });
  await scene.settle();
  assert.deepEqual(scene.services(), ['first: ^/shop']);
  assert.match(await scene.told('HTTPRoute'), /is called first and cannot be renamed to second/);
  await scene.remove('HTTPRoute', 'shop');
  await scene.settle();
  await scene.apply(named('second'));
  await scene.settle();
  assert.deepEqual(scene.services(), ['second: ^/shop']);
  assert.doesNotMatch(await scene.told('HTTPRoute'), /cannot be renamed/);
  assert.deepEqual(scene.problems(), []);
});

for (const by of ['name', 'id'] as const) {
  test(`a gateway that names its network by ${by} has its routes in it, once and for good`, async () => {
    let network = '';
    const scene = await begin({
      account: ({ foreign }) => {
        const made = foreign({ op: 'CreateServiceNetwork', input: { name: 'hotel' } });
        network = by === 'id' ? made.id : 'hotel';
        foreign({
          op: 'CreateServiceNetworkVpcAssociation',
          input: { serviceNetworkIdentifier: made.id, vpcIdentifier: 'vpc-0b10e000000000000' },
        });
      },
      clusters: [{ name: 'blue', vpcId: 'vpc-0b10e000000000000' }],
    });
    await scene.apply(
      object('Gateway', network, { gatewayClassName: 'lattice', listeners: [http] }),
      object('HTTPRoute', 'shop', {
        parentRefs: [{ name: network }],
        rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }],
      }),
    );
    await scene.settle();
    assert.deepEqual(await scene.conditions('Gateway'), ['Accepted=True Programmed=True']);
    assert.deepEqual(await scene.conditions('HTTPRoute'), [
      'Accepted=True Programmed=True ResolvedRefs=True',
    ]);
    const associated = (): readonly string[] =>
      [...scene.state().serviceAssociations.values()].map(({ status }) => status);
    assert.deepEqual(associated(), ['ACTIVE']);
    await scene.restart();
    await scene.pass(900_000);
    assert.deepEqual(scene.mutations(), []);
    assert.deepEqual(associated(), ['ACTIVE']);
    assert.deepEqual(scene.problems(), []);
  });
}

test('an export goes with its group, whether or not its Service is still there', async () => {
  for (const first of ['Service', 'ServiceExport']) {
    const scene = await begin();
    await scene.apply(exported('shop'));
    await scene.settle();
    assert.equal(scene.state().targetGroups.size, 1);
    await scene.remove(first, 'shop');
    await scene.settle();
    assert.equal(scene.state().targetGroups.size, first === 'Service' ? 1 : 0);
    if (first === 'Service') await scene.remove('ServiceExport', 'shop');
    await scene.settle();
    assert.equal(scene.state().targetGroups.size, 0);
    assert.deepEqual(await scene.names('ServiceExport'), []);
    assert.deepEqual(scene.problems(), []);
  }
});

test('of an export with several ports each route has the one that it can carry, and that it names', async () => {
  const scene = await begin({ definitions: ['grpcroutes'] });
  const exportedPorts = [
    { port: 80, routeType: 'HTTP' },
    { port: 81, routeType: 'HTTP' },
    { port: 82, routeType: 'GRPC' },
  ];
  const backend = { group: 'application-networking.k8s.aws', kind: 'ServiceImport', name: 'desk' };
  await scene.apply(
    parameters({}),
    gateway({ listeners: [http, { name: 'https', port: 443, protocol: 'HTTPS', tls: certificates }] }),
    ...pods('desk', '10.0.0.8', [80, 81, 82]),
    Object.assign({}, exported('desk'), { spec: { exportedPorts } }),
    imported('desk'),
  );
  await scene.settle();
  await scene.apply(
    routeOf('HTTPRoute', 'guests', [{ backendRefs: [{ ...backend, port: 80 }] }]),
    routeOf('HTTPRoute', 'staff', [{ backendRefs: [{ ...backend, port: 81 }] }]),
    routeOf('GRPCRoute', 'machines', [{ backendRefs: [backend] }]),
    routeOf('HTTPRoute', 'nobody', [{ backendRefs: [backend] }]),
  );
  await scene.settle();
  const used = [...scene.state().targetGroups.values()].map((group) => {
    const [id] = group.usedBy;
    const service = [...scene.state().services.values()].find((one) => one.id === id);
    return `${tagOf(group, 'ServicePort')} ${tagOf(group, 'ProtocolVersion')}: ${service?.name}`;
  });
  assert.deepEqual(used.toSorted(), [
    '80 HTTP1: guests-default',
    '81 HTTP1: staff-default',
    '82 GRPC: machines-default',
  ]);
  assert.match(await scene.told('HTTPRoute'), /several target groups match ServiceImport default\/desk/);
  assert.deepEqual(scene.problems(), []);
});

test('a group that goes on for another service keeps its name, and the one that follows it gets a name of its own', async () => {
  const scene = await begin();
  await scene.apply(
    parameters({ mapping: 'perRoute' }),
    gateway(),
    route('menu', { path: '/a', hostnames: ['menu.example'] }),
  );
  await scene.settle();
  await scene.patch('ConfigMap', 'lattice', { data: { mapping: 'perHostname' } });
  await scene.settle();
  assert.deepEqual(scene.services(), ['menu.example: =/a ^/a/', 'own: ']);
  await scene.patch('HTTPRoute', 'menu', { spec: { hostnames: [] } });
  await scene.patch('ConfigMap', 'lattice', { data: { mapping: 'perRoute' } });
  await scene.settle();
  const [service = '', ...others] = scene.services();
  assert.match(service, /^menu-default.*: \^\/a$/);
  assert.deepEqual(others, []);
  assert.equal(scene.state().targetGroups.size, 1);
  assert.deepEqual(scene.problems(), []);
});
