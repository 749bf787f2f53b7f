import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startWorld } from '../../tools/story/world.ts';
import { gatewayOf, openHotel, root, share, until } from './hotel.ts';
import type { Hotel } from './hotel.ts';
import { keepSending, send } from './traffic.ts';
import type { Heard, Traffic } from './traffic.ts';

/** What data planes take to follow, a fortieth of it: at once, five seconds, a minute. Pods that end are told of with my-hotel. */
const delaysMs = [0, 125, 1_500];

describe('changes under two hundred requests a second', { concurrency: 1 }, () => {
  let opened: Hotel | undefined;
  let endpoint = '';
  const hotel = (): Hotel => opened ?? assert.fail('the world has not started');

  before(async () => {
    const world = await startWorld(root, ['--clusters', 'hotel-1', '--network', 'my-hotel']);
    ({ endpoint } = world);
    opened = openHotel(world);
    await hotel().type(
      `kubectl --context hotel-1 apply -f examples/gatewayclass.yaml -f examples/my-hotel-gateway.yaml -f examples/parking.yaml -f examples/review.yaml`,
    );
    for (const deployment of ['parking', 'review'])
      await hotel().type(`kubectl --context hotel-1 rollout status deployment ${deployment} --timeout=50s`);
    await apply(hotel(), [weighted(100, 0), ruled('parking'), hosted('menu', '/a', 'menu.example')]);
    for (const route of ['weighted', 'ruled', 'menu'])
      await hotel().type(
        `kubectl --context hotel-1 wait httproute ${route} --for=jsonpath='{.status.parents[0].conditions[?(@.type=="Programmed")].status}'=True --timeout=50s`,
      );
  });
  after(async () => {
    await opened?.close();
  });

  for (const delay of delaysMs) {
    test(`weights, a rule, listeners, routes that share a hostname and the hostname of a route change while Envoy follows after ${delay} ms`, async ({
      signal,
    }) => {
      const plain = await hotel().trafficTo('weighted');
      const ruledPath = { ...(await hotel().trafficTo('ruled')), path: '/lobby' };
      const menu: Traffic = { ...plain, host: 'menu.example', path: '/a' };
      await until('everything answers', async () => {
        const all = await Promise.all([plain, ruledPath, menu].map(async (one) => send(one, 5)));
        return all.every(({ failures }) => failures.length === 0);
      });
      await follow(endpoint, delay);
      /** Gives route `menu` another hostname, to which clients go as soon as they are answered there. */
      const moved = async (hostname: string, from: Traffic): Promise<Heard> => {
        const there = { ...from, host: hostname };
        const stream = keepSending(from, signal, there);
        await apply(hotel(), [hosted('menu', '/a', hostname)]);
        await until(`${hostname} is served`, async () => (await send(there, 3)).failures.length === 0);
        await until(
          `${from.host} is not served any more`,
          async () => (await send(from, 3)).answers.size === 0,
        );
        return await stream.stop();
      };
      const streams = [plain, ruledPath, menu].map((one) => keepSending(one, signal));

      await apply(hotel(), [weighted(0, 100), ruled('review'), gatewayOf([80, 8080])]);
      await apply(hotel(), [hosted('menu-more', '/b', 'menu.example')]);
      await until('the weights count', async () => share(await send(plain, 10), 'parking') === 0);
      await until('the rule counts', async () => share(await send(ruledPath, 10), 'review') === 10);
      await until(
        'the second route of the hostname is there',
        async () => share(await send({ ...menu, path: '/b' }, 10), 'review') === 10,
      );
      await apply(hotel(), [weighted(100, 0), ruled('parking'), gatewayOf([80])]);
      await hotel().type('kubectl --context hotel-1 delete httproute menu-more --timeout=50s');
      await until('the weights are as before', async () => share(await send(plain, 10), 'review') === 0);
      await until('the rule is as before', async () => share(await send(ruledPath, 10), 'parking') === 10);

      const heard = await Promise.all(streams.map(async (stream) => stream.stop()));
      heard.push(
        await moved('carte.example', menu),
        await moved('menu.example', { ...menu, host: 'carte.example' }),
      );
      for (const one of heard) {
        assert.deepEqual(one.failures, []);
        assert.ok(countOf(one) > 50, `${countOf(one)} requests`);
      }
      await follow(endpoint, 0);
    });
  }
});

/** From now on Envoy sees what Lattice is so many milliseconds later. */
async function follow(endpoint: string, ms: number): Promise<void> {
  const body = JSON.stringify({ propagationDelayMs: ms });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${endpoint}/_trellis/timing`, { method: 'PUT', headers, body });
  assert.ok(response.ok, await response.text());
}

function countOf({ answers }: Heard): number {
  return [...answers.values()].reduce((sum, count) => sum + count, 0);
}

async function apply(hotel: Hotel, manifests: readonly object[]): Promise<void> {
  const documents = manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
  await hotel.type(`kubectl --context hotel-1 apply -f - <<'END'\n${documents}\nEND`);
}

function weighted(parking: number, review: number): object {
  return route('weighted', [
    {
      backendRefs: [
        { name: 'parking', port: 80, weight: parking },
        { name: 'review', port: 80, weight: review },
      ],
    },
  ]);
}

function ruled(backend: string): object {
  return route('ruled', [
    { matches: [{ path: { value: '/lobby' } }], backendRefs: [{ name: backend, port: 80 }] },
  ]);
}

function hosted(name: string, path: string, hostname: string): object {
  return route(
    name,
    [{ matches: [{ path: { value: path } }], backendRefs: [{ name: 'review', port: 80 }] }],
    hostname,
  );
}

function route(name: string, rules: readonly object[], hostname?: string): object {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'default' },
    spec: {
      parentRefs: [{ name: 'my-hotel' }],
      ...(hostname === undefined ? {} : { hostnames: [hostname] }),
      rules,
    },
  };
}
