/** How many requests a service takes, as an operator says; seen by clients and in the access log. */
import assert from 'node:assert/strict';
import { after, before, suite } from 'node:test';
import { createLatticeApi } from '../../src/local/api/api.ts';
import { within } from '../../src/ports/deadline.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { administer } from '../contract/admin-client.ts';
import { quiet } from '../contract/world.ts';
import { host, loggedWorld } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import { sourced } from './sourced.ts';

suite('requests per second', () => {
  let logged: LoggedWorld;

  async function limit(limits: Readonly<Record<string, unknown>>): Promise<void> {
    const { region, dataPlane } = logged.world;
    const ports = { clock: systemClock, random: systemRandom, log: quiet };
    const api = createLatticeApi([region], { ...ports, observed: () => dataPlane });
    assert.equal((await administer(api, 'PUT traffic', limits)).status, 204);
    await logged.world.settle();
  }

  before(async () => {
    logged = await loggedWorld();
    const { world, groupOf, target } = logged;
    world.listener(world.service('other', 'other.example.com'), [[groupOf('other', target), 1]]);
    logged.logNetwork();
    await limit({ requestsPerSecond: 5 });
  });
  after(async () => logged.close());

  sourced(
    'choice',
    'more requests than a service takes are answered 429, and are ClientRateLimited in the log',
    async () => {
      const { world } = logged;
      const answers = await Promise.all(
        Array.from({ length: 12 }, async (_, n) => world.call({ host, path: `/limited/${n}` })),
      );
      const limited = answers.flatMap((answer, n) => (answer.status === 429 ? [{ answer, n }] : []));
      assert.ok(answers.filter(({ status }) => status === 200).length >= 5);
      const [{ answer, n }] = [limited[0] ?? assert.fail('all came through')];
      assert.equal(answer.body, 'Too Many Requests');
      assert.equal(answer.headers['content-type'], 'text/plain');
      assert.match(String(answer.headers['x-amzn-requestid']), /^[-0-9a-f]{36}$/);
      const own = Object.keys(answer.headers).filter((name) => /^x-envoy|ratelimit|retry-after/.test(name));
      assert.deepEqual(own, []);
      const line = await logged.line({ requestPath: `/limited/${n}` });
      const { failureReason, responseCode, requestId, targetIpPort, serviceArn } = line;
      assert.deepEqual(
        { failureReason, responseCode, requestId, targetIpPort, serviceArn },
        {
          failureReason: 'ClientRateLimited',
          responseCode: 429,
          requestId: answer.headers['x-amzn-requestid'],
          targetIpPort: '-',
          serviceArn: logged.cart.arn,
        },
      );
    },
  );

  sourced('choice', 'others are served meanwhile, and so is the service itself a second later', async () => {
    const { world } = logged;
    await Promise.all(Array.from({ length: 12 }, async () => world.call({ host })));
    assert.equal((await world.call({ host: 'other.example.com' })).status, 200);
    await within(systemClock, 5_000, new AbortController().signal, async (until) => {
      while ((await world.call({ host })).status !== 200) await systemClock.sleep(50, until);
    });
  });

  sourced('choice', 'to calls of gRPC that is UNAVAILABLE', async () => {
    const headers = { 'content-type': 'application/grpc', te: 'trailers' };
    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => logged.world.call({ host, method: 'POST', headers })),
    );
    assert.ok(answers.every(({ status }) => status === 200));
    assert.ok(answers.some((answer) => answer.headers['grpc-status'] === '14'));
  });

  sourced('choice', 'without a limit all come through', async () => {
    const { world } = logged;
    await limit({});
    const answers = await Promise.all(Array.from({ length: 40 }, async () => world.call({ host })));
    assert.ok(answers.every(({ status }) => status === 200));
  });
});
