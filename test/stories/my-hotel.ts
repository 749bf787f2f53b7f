import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readStory } from '../../tools/story/readme.ts';
import { tell } from '../../tools/story/tell.ts';
import type { StoryWorld } from '../../tools/story/world.ts';
import { binomialInterval } from './binomial.ts';
import { openHotel, root, share, until } from './hotel.ts';
import type { Hotel } from './hotel.ts';
import { keepSending, send } from './traffic.ts';

/**
 * What must hold in any world with two clusters: both READMEs work as printed, and then the traffic is as the guide says
 * whatever happens to pods and controllers. `alsoThere` adds what only one kind of world can show; the hotel is there when
 * its tests run.
 */
export function checkMyHotel(
  where: string,
  start: () => Promise<StoryWorld>,
  alsoThere: (hotel: () => Hotel) => void = () => undefined,
): void {
  describe(`my-hotel ${where}`, () => {
    let opened: Hotel | undefined;
    before(async () => {
      opened = openHotel(await start());
    });
    after(async () => {
      await opened?.close();
    });

    const hotel = (): Hotel => opened ?? assert.fail('the world has not started');

    for (const name of ['my-hotel', 'my-hotel-two-clusters']) {
      test(`story ${name}: the README works as printed`, async () => {
        await tell(readStory(readFileSync(join(root, 'examples', name, 'README.md'), 'utf8')), hotel().shell);
      });
    }

    test('2,000 requests divide 10 to 90 between the clusters', async () => {
      const heard = await send(await hotel().trafficTo('inventory'), 2000);
      assert.deepEqual(heard.failures, []);
      const { low, high } = binomialInterval(2000, 0.1, 1e-6);
      const here = share(heard, 'inventory-ver1');
      assert.ok(
        low <= here && here <= high,
        `${here} of 2000 stayed on the first cluster; ${low} to ${high} would be 10 %`,
      );
      assert.equal(here + share(heard, 'inventory-ver2'), 2000);
    });

    test('an edit of the weights is followed within a second and fails no request', async ({ signal }) => {
      const traffic = await hotel().trafficTo('inventory');
      const stream = keepSending(traffic, signal);
      await hotel().type(weights(0, 100));
      await until(
        'only the second cluster answers',
        async () => share(await send(traffic, 20), 'inventory-ver1') === 0,
      );
      await hotel().type(weights(50, 50));
      const editedAt = performance.now();
      await until('both clusters answer', async () => share(await send(traffic, 20), 'inventory-ver1') > 0);
      assert.ok(performance.now() - editedAt < 1000, `it took ${performance.now() - editedAt} ms`);
      assert.deepEqual((await stream.stop()).failures, []);
    });

    test('a rollout and a scale-in fail no request', async ({ signal }) => {
      const stream = keepSending(await hotel().trafficTo('inventory'), signal);
      await hotel().type('kubectl --context hotel-1 rollout restart deployment inventory-ver1');
      await hotel().type('kubectl --context hotel-1 rollout status deployment inventory-ver1 --timeout=50s');
      await hotel().type('kubectl --context hotel-1 scale deployment inventory-ver1 --replicas=4');
      await hotel().type('kubectl --context hotel-1 rollout status deployment inventory-ver1 --timeout=50s');
      await hotel().type('kubectl --context hotel-1 scale deployment inventory-ver1 --replicas=1');
      await until('one pod is left', async () => {
        const pods = await hotel().type('kubectl --context hotel-1 get pods -l app=inventory-ver1 -o name');
        return pods.split('\n').length === 1;
      });
      const heard = await stream.stop();
      assert.deepEqual(heard.failures, []);
      assert.ok(share(heard, 'inventory-ver1') > 0);
    });

    test('a controller that is killed comes back, changes nothing, and fails no request', async ({
      signal,
    }) => {
      const stream = keepSending(await hotel().trafficTo('inventory'), signal);
      const before = await hotel().mutations();
      await hotel().kill('controller --context hotel-1');
      await hotel().type(weights(30, 70));
      await until(
        'the new controller has followed the edit made meanwhile',
        async () => (await hotel().mutations()) > before,
      );
      assert.equal(await hotel().mutations(), before + 1);
      assert.deepEqual((await stream.stop()).failures, []);
    });

    test('a deleted route takes its service with it', async () => {
      await hotel().type('kubectl --context hotel-1 delete httproute rates --timeout=50s');
      await until('the service is gone', async () => {
        const names = await hotel().type(
          `aws vpc-lattice list-services --query 'items[].name' --output text`,
        );
        return !names.includes('rates-default');
      });
    });

    alsoThere(hotel);
  });
}

const weights = (first: number, second: number): string =>
  `kubectl --context hotel-1 patch httproute inventory --type=json -p '[{"op":"replace","path":"/spec/rules/0/backendRefs/0/weight","value":${first}},{"op":"replace","path":"/spec/rules/0/backendRefs/1/weight","value":${second}}]'`;
