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
      const name = `${definition}.gateway.networking.k8s.io`;

      test(`a removed definition of ${definition} takes nothing out of VPC Lattice`, async ({ signal }) => {
        await keepsEverything(hotel(), signal, async () => {
          await hotel().type(`kubectl --context hotel-1 delete crd ${name} --wait=false`);
          await until('the controller knows', async () =>
            controllerLog().some((line) => isAbout(line, name)),
          );
        });
      });

      test(`nor does a controller that starts without ${definition}`, async ({ signal }) => {
        await keepsEverything(hotel(), signal, async () => {
          const lines = controllerLog().length;
          await hotel().kill('controller --context hotel-1');
          await until('the new controller tells of a kind that is not served', async () =>
            controllerLog()
              .slice(lines - 1)
              .some((line) => line.includes('the server does not serve this kind')),
          );
        });
      });
    }
  },
);

/** There is nothing to wait for when nothing may happen. A controller makes its calls within a second of the news. */
const quietMs = 3000;

async function keepsEverything(hotel: Hotel, signal: AbortSignal, event: () => Promise<void>): Promise<void> {
  const stream = keepSending(await hotel.trafficTo('inventory'), signal);
  const before = await hotel.mutations();
  await event();
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
