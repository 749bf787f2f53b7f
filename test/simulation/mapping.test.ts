import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tlsOptions } from '../../src/kinds/names.ts';
import { begin, certificate, changedPath, gateway, object, parameters, route } from './scene.ts';

test('a service per gateway and hostname holds the rules of all its routes, and goes with the gateway', async () => {
  const scene = await begin();
  await scene.apply(parameters({ mapping: 'perHostname' }), gateway());
  await scene.settle();
  assert.deepEqual(scene.services(), ['own: ']);

  await scene.apply(
    route('rates', { path: '/rates', hostnames: ['a.example', 'b.example'] }),
    route('guests', { path: '/guests', hostnames: ['b.example'] }),
    route('free', { path: '/' }),
  );
  await scene.settle();
  const all = ['a.example: =/rates ^/rates/', 'b.example: =/guests ^/guests/ =/rates ^/rates/', 'own: ^/'];
  assert.deepEqual(scene.services(), all);

  await scene.restart();
  assert.deepEqual(scene.services(), all);
  assert.deepEqual(scene.mutations(), []);

  await scene.remove('HTTPRoute', 'rates');
  await scene.settle();
  assert.deepEqual(scene.services(), ['b.example: =/guests ^/guests/', 'own: ^/']);

  for (const name of ['guests', 'free']) await scene.remove('HTTPRoute', name);
  await scene.remove('Gateway', 'main');
  await scene.settle();
  assert.deepEqual(scene.services(), []);
  assert.deepEqual(await scene.names('HTTPRoute'), []);
  assert.deepEqual(await scene.names('Gateway'), []);
  assert.deepEqual(scene.problems(), []);
});

test('routes of one hostname share a service, which outlives the one that it is named after', async () => {
  const scene = await begin();
  await scene.apply(parameters({}), gateway());
  await scene.apply(route('older', { path: '/older', hostnames: ['a.example'] }));
  await scene.settle();
  const [first] = scene.ids();
  await scene.apply(route('younger', { path: '/younger', hostnames: ['a.example'] }));
  await scene.settle();
  assert.deepEqual(scene.services(), ['a.example: ^/younger ^/older']);

  await scene.remove('HTTPRoute', 'older');
  await scene.settle();
  assert.deepEqual(scene.services(), ['a.example: ^/younger']);
  assert.deepEqual(scene.ids(), [first]);
  assert.deepEqual(await scene.names('HTTPRoute'), ['younger']);

  await scene.restart();
  assert.deepEqual(scene.services(), ['a.example: ^/younger']);
  assert.deepEqual(scene.ids(), [first]);

  await scene.remove('HTTPRoute', 'younger');
  await scene.settle();
  assert.deepEqual(scene.services(), []);
  assert.deepEqual(await scene.names('HTTPRoute'), []);
  assert.deepEqual(scene.problems(), []);
});

for (const mapping of ['perRoute', 'perHostname'] as const) {
  for (const hostname of ['a.example', 'b.example']) {
    test(`${mapping}: a mistake in a route that shares a service, and is now for ${hostname}, leaves it what it had, also after a restart`, async () => {
      const scene = await begin();
      await scene.apply(parameters({ mapping, pathPrefix: 'string' }), gateway());
      await scene.apply(
        route('older', { path: '/older', hostnames: ['a.example'] }),
        route('younger', { path: '/younger', hostnames: ['a.example'] }),
      );
      await scene.settle();
      const matches = [{ path: { type: 'RegularExpression', value: '/y.*' } }];
      const rules = [{ matches, backendRefs: [{ name: 'nobody', port: 80 }] }];
      await scene.patch('HTTPRoute', 'younger', { spec: { hostnames: [hostname], rules } });
      await scene.settle();
      await scene.patch('HTTPRoute', 'older', changedPath('/other'));
      await scene.settle();
      const at = (): readonly string[] => scene.services().filter((one) => one.startsWith('a.example'));
      assert.deepEqual(at(), ['a.example: ^/younger ^/other']);

      await scene.restart();
      assert.deepEqual(at(), ['a.example: ^/younger ^/other']);
      assert.deepEqual(scene.mutations(), []);
      await scene.remove('HTTPRoute', 'younger');
      await scene.settle();
      assert.deepEqual(at(), ['a.example: ^/other']);
      assert.deepEqual(await scene.names('HTTPRoute'), ['older']);
      assert.deepEqual(scene.problems(), []);
    });
  }
}

test('another form of mapping makes the other services and lets the former go', async () => {
  const scene = await begin();
  await scene.apply(parameters({ mapping: 'perRoute' }), gateway());
  await scene.apply(route('rates', { path: '/rates' }), route('guests', { path: '/guests' }));
  await scene.settle();
  assert.deepEqual(scene.services(), ['guests-default: ^/guests', 'rates-default: ^/rates']);

  await scene.patch('ConfigMap', 'lattice', { data: { mapping: 'perHostname' } });
  await scene.settle();
  assert.deepEqual(scene.services(), ['own: =/guests ^/guests/ =/rates ^/rates/']);

  await scene.patch('ConfigMap', 'lattice', { data: { mapping: 'perPlanet' } });
  await scene.settle();
  assert.deepEqual(scene.services(), ['own: =/guests ^/guests/ =/rates ^/rates/']);

  await scene.patch('ConfigMap', 'lattice', { data: { mapping: 'perRoute' } });
  await scene.settle();
  assert.deepEqual(scene.services(), ['guests-default: ^/guests', 'rates-default: ^/rates']);
  assert.deepEqual(scene.problems(), []);
});

test('TLS passes through, gRPC has rules of its own, and a listener set adds a port', async () => {
  const scene = await begin({ definitions: ['tlsroutes', 'grpcroutes', 'listenersets'] });
  await scene.apply(
    parameters({}),
    gateway({
      allowedListeners: { namespaces: { from: 'Same' } },
      listeners: [
        {
          name: 'https',
          port: 443,
          protocol: 'HTTPS',
          hostname: 'grpc.example',
          tls: { mode: 'Terminate', options: { [tlsOptions.certificateArn]: certificate('one') } },
        },
        { name: 'tls', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } },
      ],
    }),
    object('ListenerSet', 'more', {
      parentRef: { name: 'main' },
      listeners: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
    }),
    object('TLSRoute', 'passed', spec('tls.example', {})),
    object(
      'GRPCRoute',
      'greeter',
      spec('grpc.example', { matches: [{ method: { service: 'hello.Greeter' } }] }),
    ),
    object('HTTPRoute', 'plain', {
      parentRefs: [{ kind: 'ListenerSet', name: 'more' }],
      rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }],
    }),
  );
  await scene.settle();
  assert.deepEqual(scene.services(), [
    'grpc.example: ^/hello.Greeter/',
    'plain-default: ^/',
    'tls.example: ',
  ]);
  assert.deepEqual(scene.listeners(), [
    'HTTP 8080 with HTTP HTTP1',
    'HTTPS 443 with HTTP GRPC',
    'TLS_PASSTHROUGH 8443 with TCP',
  ]);
  for (const kind of ['TLSRoute', 'GRPCRoute', 'HTTPRoute']) {
    assert.deepEqual(await scene.conditions(kind), ['Accepted=True Programmed=True ResolvedRefs=True'], kind);
  }
  assert.deepEqual(scene.certificates(), [certificate('one')]);
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);

  await scene.patch('Gateway', 'main', {
    spec: {
      listeners: [
        {
          name: 'https',
          port: 443,
          protocol: 'HTTPS',
          tls: { mode: 'Terminate', options: { [tlsOptions.certificateArn]: certificate('two') } },
        },
        { name: 'tls', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } },
      ],
    },
  });
  await scene.settle();
  assert.deepEqual(scene.certificates(), [certificate('two')]);
  assert.deepEqual(scene.mutations(), ['UpdateService']);

  await scene.remove('TLSRoute', 'passed');
  await scene.remove('GRPCRoute', 'greeter');
  await scene.remove('ListenerSet', 'more');
  await scene.settle();
  assert.deepEqual(scene.services(), []);
  assert.deepEqual(await scene.names('TLSRoute'), []);
  assert.deepEqual(await scene.names('GRPCRoute'), []);
  assert.deepEqual(scene.problems(), []);
});

test('a TLSRoute of an older version, where the server has no newer one, is routed and told its status', async () => {
  const scene = await begin({ definitions: ['tlsroutes of v1alpha2'] });
  const listeners = [{ name: 'tls', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } }];
  const passed = object('TLSRoute', 'passed', spec('tls.example', {}));
  await scene.apply(parameters({}), gateway({ listeners }), {
    ...passed,
    apiVersion: 'gateway.networking.k8s.io/v1alpha2',
  });
  await scene.settle();
  assert.deepEqual(scene.listeners(), ['TLS_PASSTHROUGH 8443 with TCP']);
  const told = await scene.conditions('TLSRoute', 'v1alpha2');
  assert.deepEqual(told, ['Accepted=True Programmed=True ResolvedRefs=True']);
  assert.deepEqual(scene.problems(), []);
});

test('a TLSRoute without a hostname, as older versions let people write it, is told so, and goes', async () => {
  const version = 'v1alpha2';
  const scene = await begin({ definitions: [`tlsroutes of ${version}`] });
  const listeners = [{ name: 'tls', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } }];
  const { hostnames: _, ...nameless } = spec('', {});
  await scene.apply(parameters({}), gateway({ listeners }), {
    ...object('TLSRoute', 'passed', nameless),
    apiVersion: `gateway.networking.k8s.io/${version}`,
  });
  await scene.settle();
  const told = await scene.conditions('TLSRoute', version);
  assert.deepEqual(told, ['Accepted=False Programmed=False ResolvedRefs=True']);
  await scene.remove('TLSRoute', 'passed', version);
  await scene.settle();
  assert.deepEqual(await scene.names('TLSRoute', version), []);
  assert.deepEqual(scene.problems(), []);
});

function spec(hostname: string, rest: object) {
  return {
    parentRefs: [{ name: 'main' }],
    hostnames: [hostname],
    rules: [{ ...rest, backendRefs: [{ name: 'shop', port: 80 }] }],
  };
}
