/** Whatever valid state a region comes to, Envoy takes what it is told. `STATES=10000` tries so many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { commandFor, draw } from './any-state.ts';
import { account, trafficWorld } from './world.ts';

const states = Number(process.env['STATES'] ?? 250);
const seed = Number(process.env['SEED'] ?? 1);

test(`${states} states at random are all taken by Envoy, and the last one again when it was killed`, async () => {
  const standIns = {
    functions: new Map(),
    addresses: new Map([['i-00000000000000000', { address: '127.172.40.9' }]]),
  };
  const world = await trafficWorld({ standIns });
  const { region, dataPlane } = world;
  const signal = AbortSignal.timeout(60_000 + states * 100);
  const drawn = fc.sample(draw, { numRuns: states * 4, seed });
  let tried = 0;
  try {
    const said: string[] = [];
    for (const each of drawn) {
      if (tried === states) break;
      const before = region.state();
      const command = commandFor(each, before);
      if (command === undefined) continue;
      region.dispatch(command, { account });
      // What is asynchronous has happened, too.
      if (region.state() === before) continue;
      tried += 1;
      said.push(JSON.stringify(command));
      await dataPlane
        .accepted(AbortSignal.timeout(5_000))
        .catch(() => assert.fail(`it is not taken: ${said.at(-1)}`));
      const nacks = dataPlane.nacks();
      assert.deepEqual(nacks, [], `seed ${seed}, state ${tried}, after ${said.slice(-3).join('\n')}`);
    }
    assert.equal(tried, states);
    // What went last is still there for a moment.
    let before = await configured();
    for (let since = performance.now(); performance.now() - since < 4_000 && !signal.aborted;) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const now = await configured();
      if (now !== before) [before, since] = [now, performance.now()];
    }
    const pid = dataPlane.envoyPid() ?? 0;
    process.kill(pid, 'SIGKILL');
    while (dataPlane.envoyPid() === pid || (await configured().catch(() => '')) !== before) {
      assert.ok(!signal.aborted, `after the end of Envoy there should be ${before}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual(dataPlane.nacks(), []);
  } finally {
    await world.close();
  }

  /** What Envoy has, by names. */
  async function configured(): Promise<string> {
    const [listeners, clusters] = await Promise.all(
      ['/listeners', '/clusters'].map((path) => dataPlane.admin(path, signal)),
    );
    const names = [...(listeners ?? '').matchAll(/^(\S+)::/gm), ...(clusters ?? '').matchAll(/^(\S+?)::/gm)];
    return [...new Set(names.map(([, name = '']) => name))].toSorted().join(' ');
  }
});
