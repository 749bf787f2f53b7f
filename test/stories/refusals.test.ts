import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { isRecord } from '../../src/kinds/record.ts';
import { startWorld } from '../../tools/story/world.ts';
import { gatewayOf, openHotel, root, until } from './hotel.ts';
import type { Hotel } from './hotel.ts';
import { keepSending, send } from './traffic.ts';

describe('what Envoy refuses', { concurrency: 1 }, () => {
  let opened: Hotel | undefined;
  const hotel = (): Hotel => opened ?? assert.fail('the world has not started');

  before(async () => {
    opened = openHotel(await startWorld(root, ['--clusters', 'hotel-1', '--network', 'my-hotel']));
    await hotel().type(
      'kubectl apply -f examples/gatewayclass.yaml -f examples/my-hotel-gateway.yaml -f examples/parking.yaml -f examples/review.yaml',
    );
    for (const deployment of ['parking', 'review'])
      await hotel().type(`kubectl rollout status deployment ${deployment} --timeout=50s`);
    await apply(route('steady', 'review', 'http'), route('extended', 'parking'));
    for (const name of ['steady', 'extended'])
      await hotel().type(
        `kubectl wait httproute ${name} --for=jsonpath='{.status.parents[0].conditions[?(@.type=="Programmed")].status}'=True --timeout=50s`,
      );
  });
  after(async () => {
    await opened?.close();
  });

  test('a listener at a port that another program has is told on the routes that use it, and nowhere else; they go on as before', async ({
    signal,
  }) => {
    const steady = await hotel().trafficTo('steady');
    const extended = await hotel().trafficTo('extended');
    const stream = keepSending(extended, signal);
    const blocker = createServer();
    blocker.listen(18_181, steady.address);
    await once(blocker, 'listening');

    await apply(gatewayOf([80, 18_181]));
    await until('the route hears of it', async () => (await eventsOf('extended')).includes('RefusedByEnvoy'));
    const described = await hotel().type('kubectl describe httproute extended');
    assert.match(described, /Warning +RefusedByEnvoy .* vpc-lattice-data-plane .*Address already in use/);
    assert.equal((await eventsOf('steady')).includes('RefusedByEnvoy'), false);
    assert.match(
      await hotel().type('trellis logs'),
      /Envoy does not take the listener .*Address already in use/,
    );
    assert.match(
      await hotel().type(
        `aws vpc-lattice get-service --service-identifier $(aws vpc-lattice list-services --query "items[?name=='extended-default'].id" --output text)`,
      ),
      /"failureCode": "RefusedByEnvoy"/,
    );
    assert.deepEqual((await send(steady, 10)).failures, []);

    await apply(route('steady', 'parking', 'http'));
    await until('changes of others follow', async () =>
      [...(await send(steady, 5)).answers.keys()].every((body) => body.includes('parking')),
    );
    blocker.close();
    await until('it is over', async () => (await eventsOf('extended')).includes('TakenByEnvoy'));
    const heard = await stream.stop();
    assert.deepEqual(heard.failures, []);
    assert.deepEqual((await send({ ...extended, port: 18_181 }, 5)).failures, []);
  });

  /** Reasons, as a user finds them. */
  async function eventsOf(name: string): Promise<readonly string[]> {
    const printed: unknown = JSON.parse(
      await hotel().type(`kubectl get events --field-selector involvedObject.name=${name} -o json`),
    );
    const items = isRecord(printed) && Array.isArray(printed['items']) ? printed['items'] : [];
    return items.flatMap((event: unknown) => (isRecord(event) ? [String(event['reason'])] : []));
  }

  async function apply(...manifests: readonly object[]): Promise<void> {
    const documents = manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
    await hotel().type(`kubectl apply -f - <<'END'\n${documents}\nEND`);
  }
});

function route(name: string, backend: string, sectionName?: string): object {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'default' },
    spec: {
      parentRefs: [{ name: 'my-hotel', ...(sectionName === undefined ? {} : { sectionName }) }],
      rules: [{ backendRefs: [{ name: backend, port: 80 }] }],
    },
  };
}
