import { createApiServer } from '../../src/cluster/api-server.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { checkReleases } from './gateway-releases/check.ts';
import { definitionsOf, readDigests } from './gateway-releases/digest.ts';
import { quiet } from './world.ts';

checkReleases('in an embedded cluster', readDigests().map(definitionsOf), async () => ({
  wire: createApiServer({ clock: systemClock, random: systemRandom, log: quiet }).wire,
  stop: async () => undefined,
}));
