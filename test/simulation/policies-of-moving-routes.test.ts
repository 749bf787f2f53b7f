import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policy } from './policies.ts';
import { begin, gateway, parameters, route } from './scene.ts';
import { hosted } from './served.ts';

const document = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}';
const target = { kind: 'HTTPRoute', name: 'menu' } as const;
const bucket = 'arn:aws:s3:::calls-of-one';

for (const isShared of [false, true]) {
  test(`policies follow a route to another hostname${isShared ? ', out of a service that others stay in' : ''}: nothing that serves it is open meanwhile`, async () => {
    const scene = await begin({ latency: 'aws' });
    await scene.apply(parameters({}), gateway(), route('menu', { path: '/a', hostnames: ['menu.example'] }));
    if (isShared) await scene.apply(route('card', { path: '/b', hostnames: ['menu.example'] }));
    await scene.apply(
      policy({ kind: 'IAMAuthPolicy', name: 'guard', target, says: document }),
      policy({ kind: 'AccessLogPolicy', name: 'logs', target, says: bucket }),
    );
    await scene.pass(120_000);
    await hosted(scene, ['carte.example']);
    for (let elapsed = 0; elapsed < 60_000; elapsed += 100) {
      for (const { hostname, protection } of reached(scene, '/a')) {
        assert.equal(protection, `AWS_IAM ${document}`, `${hostname} after ${elapsed} ms`);
      }
      await scene.pass(100);
    }
    await scene.settle();
    const left = { hostname: 'menu.example', protection: 'NONE' };
    assert.deepEqual(reached(scene, ''), [
      ...(isShared ? [left] : []),
      { hostname: 'carte.example', protection: `AWS_IAM ${document}` },
    ]);
    const { accessLogSubscriptions, services } = scene.state();
    assert.deepEqual(
      [...accessLogSubscriptions.values()].map(
        ({ resourceId }) => services.get(resourceId)?.customDomainName,
      ),
      ['carte.example'],
    );
    for (const kind of ['IAMAuthPolicy', 'AccessLogPolicy']) {
      assert.match(await scene.told(kind), /"type":"Programmed","status":"True"/, kind);
    }
    await scene.restart();
    assert.deepEqual(scene.mutations(), []);
    assert.deepEqual(scene.problems(), []);
  });
}

/** The services in a network that have a rule for a path, and how they are protected. */
function reached(
  scene: Awaited<ReturnType<typeof begin>>,
  path: string,
): readonly { readonly hostname: string; readonly protection: string }[] {
  const { services, serviceAssociations } = scene.state();
  const inNetwork = new Set(
    [...serviceAssociations.values()].flatMap(({ serviceId, status }) =>
      status === 'ACTIVE' ? [serviceId] : [],
    ),
  );
  return [...services.values()].flatMap(({ id, customDomainName = '', listeners, authType, authPolicy }) =>
    inNetwork.has(id) &&
    [...listeners.values()].some(({ rules }) =>
      [...rules.values()].some(({ match }) => match.path?.value.startsWith(path) === true),
    )
      ? [
          {
            hostname: customDomainName,
            protection: authPolicy === undefined ? authType : `${authType} ${authPolicy.policy}`,
          },
        ]
      : [],
  );
}
