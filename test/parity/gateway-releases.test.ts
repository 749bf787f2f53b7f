/** The releases of the Gateway API as they were published, one after the other, on both clusters. */
import { resolve } from 'node:path';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createApiServer } from '../../src/cluster/api-server.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { startRealApi } from '../../tools/kube/api.ts';
import { releasedDefinitions } from '../../tools/kube/gateway-releases.ts';
import { checkReleases } from '../contract/gateway-releases/check.ts';
import { digestOf, readDigests } from '../contract/gateway-releases/digest.ts';
import { quiet } from '../contract/world.ts';

const released = releasedDefinitions(resolve(import.meta.dirname, '../..'));

test('what is noted of the releases is what they have', () => {
  assert.deepEqual(released.map(digestOf), readDigests());
});

checkReleases('in an embedded cluster with all schemas', released, async () => ({
  wire: createApiServer({ clock: systemClock, random: systemRandom, log: quiet }).wire,
  stop: async () => undefined,
}));

checkReleases('in a real cluster', released, async () =>
  startRealApi({ definitions: [], signal: AbortSignal.timeout(60_000) }),
);
