/** Functions as targets, by real Envoy: what becomes of what they answer, and how they live. */
import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { after, before, suite } from 'node:test';
import { createLatticeApi } from '../../src/local/api/api.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { administer } from '../contract/admin-client.ts';
import { quiet } from '../contract/world.ts';
import { arnOf, functionWorld } from './function-world.ts';
import type { FunctionWorld } from './function-world.ts';
import { sourced } from './sourced.ts';

suite('functions as targets', () => {
  let scene: FunctionWorld;
  before(async () => {
    scene = await functionWorld();
  });
  after(async () => scene.close());

  async function pidOf(): Promise<number> {
    return JSON.parse((await scene.call('second')).body).pid;
  }

  sourced(
    'guide: lambda-functions',
    'an answer may be bytes, have several lines of a header, and leave out what it does not need',
    async () => {
      const made = await scene.call('second', { path: '/made' });
      assert.equal(made.status, 201);
      assert.deepEqual([...Buffer.from(made.body, 'latin1')], [0, 255, 128]);
      assert.equal(made.headers['content-type'], 'image/png');
      assert.equal(made.headers['content-length'], '3');
      assert.equal(made.headers['x-list'], 'a, b');
      assert.equal(made.headers['x-number'], '7');
      assert.equal(made.headers['constructor'], 'c');
      assert.deepEqual(made.headers['set-cookie'], ['a=1', 'b=2']);
      assert.ok(made.headers['x-amzn-requestid']);
      for (const [path, status] of [
        ['/nothing', 204],
        ['/not-modified', 304],
      ] as const) {
        const answer = await scene.call('second', { path });
        assert.deepEqual([answer.status, answer.body], [status, '']);
      }
      const head = await scene.call('second', { method: 'HEAD', path: '/x' });
      assert.deepEqual([head.status, head.body], [200, '']);
    },
  );

  sourced('choice', 'what is no answer is 502, and the next call is answered', async () => {
    const paths = ['/throw', '/exit', '/text', '/no-status', '/bad-status', '/bad-header', '/too-large'];
    for (const path of paths) {
      const { status, body } = await scene.call('first', { path });
      assert.deepEqual({ status, body: body.slice(0, 20) }, { status: 502, body: 'Bad Gateway' }, path);
      assert.equal((await scene.call('first')).status, 200, `after ${path}`);
    }
    assert.equal((await scene.call('hasty', { path: '/slow' })).status, 502);
    // A start is part of its second, and takes longer where much else runs.
    let next = 502;
    for (let tries = 0; tries < 20 && next === 502; tries += 1) next = (await scene.call('hasty')).status;
    assert.equal(next, 200, 'after /slow');
    for (const name of ['missing', 'down']) assert.equal((await scene.call(name)).status, 502, name);
    assert.equal((await scene.call('unknown')).status, 503);
  });

  sourced(
    'guide: quotas',
    'a payload of more than 6 MB is refused, one of almost as much is not',
    async () => {
      const headers = { 'content-type': 'text/plain' };
      const large = { method: 'POST', headers, body: 'x'.repeat(6_200_000) };
      assert.equal((await scene.call('second', { ...large, path: '/nothing' })).status, 204);
      const tooLarge = await scene.call('second', {
        ...large,
        path: '/nothing',
        body: 'x'.repeat(6_300_000),
      });
      assert.equal(tooLarge.status, 413);
      const asBase64 = await scene.call('second', { ...large, path: '/nothing', headers: {} });
      assert.equal(asBase64.status, 413);
    },
  );

  sourced('choice', 'a handler may be of Python, of another name, or behind an emulator', async () => {
    const python = await scene.call('python', { path: '/p?x=%C3%BC' });
    const said = JSON.parse(python.body);
    assert.equal(said.arn, arnOf('python'));
    assert.deepEqual(said.event.queryStringParameters, { x: ['ü'] });
    assert.ok(said.left > 0 && said.left <= 900_000);
    assert.equal((await scene.call('python', { path: '/throw' })).status, 502);
    assert.equal((await scene.call('callback')).body, 'called back');
    assert.equal((await scene.call('emulated', { path: '/e' })).body, 'from the emulator');
    assert.equal(scene.emulated[0]?.url, '/2015-03-31/functions/function/invocations');
    assert.equal(JSON.parse(scene.emulated[0]?.body ?? '').path, '/e');
    assert.equal((await scene.call('emulated', { path: '/throw' })).status, 502);
  });

  sourced(
    'choice',
    'calls at the same time have processes of their own, and a changed file is loaded anew',
    async () => {
      const pids = await Promise.all(Array.from({ length: 4 }, pidOf));
      assert.ok(new Set(pids).size > 1 && new Set(pids).size <= 4, `${new Set(pids).size} processes`);
      const later = new Date(Date.now() + 5_000);
      utimesSync(scene.nodeFile, later, later);
      assert.ok(!pids.includes(await pidOf()));
    },
  );

  sourced(
    'guide: register-targets',
    'a function that is replaced is not called while it drains',
    async () => {
      const { world, groups } = scene;
      const ports = { clock: systemClock, random: systemRandom, log: quiet };
      const api = createLatticeApi([world.region], { ...ports, observed: () => world.dataPlane });
      // A minute, as at AWS.
      await administer(api, 'PUT timing', { latency: 'aws' });
      const targetGroupIdentifier = groups.get('emulated')?.id ?? '';
      const replace = (from: string, to: string): void => {
        world.done({
          op: 'DeregisterTargets',
          input: { targetGroupIdentifier, targets: [{ id: arnOf(from) }] },
        });
        world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier, targets: [{ id: arnOf(to) }] } });
      };
      replace('emulated', 'callback');
      await world.settle();
      const targets = world.region.state().targetGroups.get(targetGroupIdentifier)?.targets;
      assert.equal(targets?.size, 2, 'one of them drains');
      assert.equal((await scene.call('emulated')).body, 'called back');
      await administer(api, 'PUT timing', { latency: 'none' });
    },
  );

  sourced(
    'guide: target-group-health-checks',
    'its target is UNAVAILABLE while the group is in use, since functions are not checked',
    () => {
      const [target] =
        scene.world.region
          .state()
          .targetGroups.get(scene.groups.get('first')?.id ?? '')
          ?.targets.values() ?? [];
      assert.deepEqual([target?.status, target?.reasonCode], ['UNAVAILABLE', 'HealthCheckNotSupported']);
    },
  );
});
