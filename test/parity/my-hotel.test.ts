import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { startRealWorld } from '../../tools/kube/story-world.ts';
import { until } from '../stories/hotel.ts';
import type { Hotel } from '../stories/hotel.ts';
import { checkMyHotel } from '../stories/my-hotel.ts';
import { keepSending } from '../stories/traffic.ts';

let logs = '';

checkMyHotel(
  'on two real API servers',
  async () => {
    const world = await startRealWorld(['hotel-1', 'hotel-2'], 'my-hotel');
    logs = join(world.dir, 'logs');
    return world;
  },
  (hotel) => {
    // The API server deletes objects without a finalizer at once; our routes have one, and stay marked as deleted.
    for (const definition of ['gatewayclasses', 'httproutes']) {
      test(`a removed definition of ${definition} takes nothing out of VPC Lattice`, async () => {
        await keepsEverything(hotel(), `${definition}.gateway.networking.k8s.io`);
      });
    }

    test('a controller that starts after that takes nothing out of VPC Lattice either', async () => {
      const before = await hotel().mutations();
      await hotel().kill('controller --context hotel-1');
      const marked = await hotel().type('kubectl --context hotel-1 get httproute inventory -o name');
      assert.equal(marked, 'httproute.gateway.networking.k8s.io/inventory');
      await sleep(quietMs);
      assert.equal(await hotel().mutations(), before);
    });
  },
);

/** There is nothing to wait for when nothing may happen. A controller makes its calls within a second of the news. */
const quietMs = 3000;

async function keepsEverything(hotel: Hotel, definition: string): Promise<void> {
  const stream = keepSending(await hotel.trafficTo('inventory'));
  const before = await hotel.mutations();
  await hotel.type(`kubectl --context hotel-1 delete crd ${definition} --wait=false`);
  await until('the controller knows', async () => controllerLog().some((line) => isAbout(line, definition)));
  await sleep(quietMs);
  assert.equal(await hotel.mutations(), before);
  assert.deepEqual((await stream.stop()).failures, []);
}

function controllerLog(): readonly string[] {
  return readFileSync(join(logs, 'controller-hotel-1.log'), 'utf8').split('\n');
}

function isAbout(line: string, definition: string): boolean {
  return line.includes('a definition is being removed') && line.includes(definition);
}
