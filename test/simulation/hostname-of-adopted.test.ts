import assert from 'node:assert/strict';
import { test } from 'node:test';
import { http, path, plainGateway, pods, routeOf, takeOver } from './installation.ts';
import { prefixed } from './predecessor.ts';
import { hosted, watch } from './served.ts';

test('a route of the AWS controller that gets another hostname while nobody is there is served by the old one until the new one is', async () => {
  const { scene } = await takeOver({
    made: (by) => {
      const network = by.network('main');
      const group = by.group({
        kind: 'HTTPRoute',
        route: 'menu',
        service: 'parking',
        targets: ['10.0.0.1:8080'],
      });
      by.service({
        route: 'menu',
        type: 'http',
        hostname: 'menu.example',
        networks: [network],
        listeners: [
          {
            port: 80,
            protocol: 'HTTP',
            rules: [{ priority: 1, match: prefixed('/a'), forward: { [group]: 1 } }],
          },
        ],
      });
    },
    manifests: [
      plainGateway([http]),
      ...pods('parking', '10.0.0.1'),
      routeOf(
        'HTTPRoute',
        'menu',
        [{ matches: [path('PathPrefix', '/a')], backendRefs: [{ name: 'parking', port: 80 }] }],
        ['menu.example'],
      ),
    ],
  });
  scene.crash();
  await hosted(scene, ['carte.example']);
  scene.startLater(10_000);
  const { gaps, firstServedMs } = await watch(scene, { path: '/a', wanted: () => ['carte.example'] });
  assert.deepEqual(gaps, {});
  assert.ok(firstServedMs !== undefined);
  await scene.settle();
  assert.deepEqual(scene.services(), ['carte.example: ^/a']);
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
  assert.deepEqual(scene.problems(), []);
});
