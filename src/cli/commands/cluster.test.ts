import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApiServer } from '../../cluster/api-server.ts';
import { systemClock } from '../../ports/system/clock.ts';
import { systemLog } from '../../ports/system/log.ts';
import { systemRandom } from '../../ports/system/random.ts';
import { preloaded } from './cluster.ts';

test('the definitions that clusters begin with are right: starting does not check them', () => {
  const api = createApiServer({
    clock: systemClock,
    random: systemRandom,
    log: systemLog('silent', 'test'),
  });
  assert.equal(preloaded().length, 20);
  api.load(preloaded());
});
