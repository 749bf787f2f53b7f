/** Where lines of access logs go, and who reads them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { Agent, IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { createLatticeApi } from '../../src/local/api/api.ts';
import type { Service } from '../../src/local/state/state.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { quiet } from '../contract/world.ts';
import { linesIn, printedLogs, requestFields } from './log-lines.ts';
import { loggedWorld } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import type { TrafficWorld } from './world.ts';

suite('access logs', () => {
  let logged: LoggedWorld;
  let world: TrafficWorld;
  let cart: Service;
  let line: LoggedWorld['line'];

  const unsubscribe = (accessLogSubscriptionIdentifier: string): void => {
    world.done({ op: 'DeleteAccessLogSubscription', input: { accessLogSubscriptionIdentifier } });
  };

  const api = (): Wire =>
    createLatticeApi([world.region], {
      clock: systemClock,
      random: systemRandom,
      log: quiet,
      observed: () => world.dataPlane,
    });

  const printed = async (given: Readonly<Record<string, string | boolean>>): Promise<readonly string[]> =>
    printedLogs(api(), given);

  before(async () => {
    logged = await loggedWorld();
    ({ world, cart, line } = logged);
    await world.settle();
  });
  after(async () => logged.close());

  test('nothing is logged, and Envoy does not know of logs, while nobody has a subscription', async () => {
    assert.equal((await world.call({ host: 'cart.example.com', path: '/before' })).status, 200);
    const dump = await world.dataPlane.admin(
      '/config_dump?resource=dynamic_listeners',
      AbortSignal.timeout(5_000),
    );
    assert.ok(dump.includes('http_connection_manager'));
    assert.ok(!dump.includes('access_log'), dump);
    assert.ok(!existsSync(world.logsDir));
    assert.match((await printed({})).join(), /^No call is logged yet\./);
  });

  suite('with a subscription of the network', () => {
    before(async () => {
      logged.logNetwork();
      await world.settle();
    });

    test('a service has a log of its own, in buckets and streams too, until its subscription goes', async () => {
      const other = world.service('other', 'other.example.com');
      world.listener(other, [[world.group('v2'), 1]]);
      const subscription = logged.logTo(cart.id, 'arn:aws:s3:::bucket/some/../prefix');
      logged.logTo(cart.id, 'arn:aws:firehose:us-west-2:123456789012:deliverystream/stream');
      await world.settle();
      for (const host of ['cart.example.com', 'other.example.com']) await world.call({ host, path: '/own' });
      const stream = 'firehose/123456789012/stream.jsonl';
      await line({ requestPath: '/own' }, stream);
      await line({ requestPath: '/own' }, 's3/**/*.gz');
      const [object = ''] = globSync('s3/**/*.gz', { cwd: world.logsDir });
      const begin = 's3/bucket/some/%2E%2E/prefix/AWSLogs/123456789012/VpcLattice/AccessLogs/us-west-2/';
      assert.ok(object.startsWith(begin), object);
      const name = `123456789012_VpcLatticeAccessLogs_us-west-2_${cart.id}_\\d{8}T\\d{4}Z_[0-9a-f]{8}.json.gz`;
      assert.match(object.slice(begin.length), new RegExp(`^\\d{4}/\\d\\d/\\d\\d/${cart.id}/${name}$`));
      for (const file of [stream, object]) {
        assert.deepEqual(
          linesIn(join(world.logsDir, file)).map(({ serviceArn }) => serviceArn),
          [cart.arn],
        );
      }
      unsubscribe(subscription);
      await world.settle();
      await world.call({ host: 'cart.example.com', path: '/after' });
      await line({ requestPath: '/after' }, stream);
      assert.equal(globSync('s3/**/*.gz', { cwd: world.logsDir }).length, 1);
    });

    test('a subscription that comes or goes fails no request on connections that are kept', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 4 });
      const { address: host, port } = world.place(80);
      const statuses: (number | string)[] = [];
      const send = async (): Promise<void> => {
        const sent = request({ host, port, agent, path: '/kept', headers: { host: 'cart.example.com' } });
        sent.end();
        const [response]: unknown[] = await once(sent, 'response');
        assert.ok(response instanceof IncomingMessage);
        statuses.push(response.statusCode ?? 0);
        response.resume();
        await once(response, 'end');
      };
      const over = new AbortController();
      const clients = [1, 2, 3, 4].map(async () => {
        while (!over.signal.aborted) await send();
      });
      for (let time = 0; time < 5; time += 1) {
        for (const id of world.region.state().accessLogSubscriptions.keys()) unsubscribe(id);
        await world.settle();
        logged.logNetwork();
        await world.settle();
      }
      while (statuses.length <= 20) await send();
      over.abort();
      await Promise.all(clients);
      agent.destroy();
      assert.deepEqual(new Set(statuses), new Set([200]));
      // A kept connection may be one from before the last subscription, which logs nothing; a new one is not.
      await world.call({ host: 'cart.example.com', path: '/new' });
      await line({ requestPath: '/new' });
    });

    test('trellis logs prints them, those of one service or network, and goes on with those that come', async () => {
      await world.call({ host: 'nobody.example.com', path: '/nobody' });
      await world.call({ host: 'cart.example.com', path: '/listed' });
      await line({ requestPath: '/nobody' });
      await line({ requestPath: '/listed' });
      const all = await printed({});
      assert.ok(all.some((each) => / test\/cart GET cart\.example\.com\/listed 200 \d+ms 127\./.test(each)));
      assert.ok(all.some((each) => / test\/- GET nobody\.example\.com/.test(each)));
      const ofCart = await printed({ service: 'cart', network: world.networkId });
      assert.ok(ofCart.length > 0 && ofCart.every((each) => each.includes(' test/cart ')));
      assert.deepEqual(await printed({ network: 'elsewhere' }), []);
      const [record] = await printed({ service: 'cart', json: true });
      assert.equal(Object.keys(JSON.parse(record ?? '')).length, requestFields.length);
      const following = printed({ service: cart.id, follow: true });
      await world.call({ host: 'cart.example.com', path: '/while-followed' });
      assert.ok((await following).some((each) => each.includes('/while-followed')));
    });

    test('the metrics of VPC Lattice are there for Prometheus', async () => {
      await world.call({ host: 'cart.example.com', path: '/measured' });
      await line({ requestPath: '/measured' });
      const request = { method: 'GET', target: '/_trellis/metrics', headers: {}, body: new Uint8Array() };
      const { status, headers, body } = await api()(request, AbortSignal.timeout(5_000));
      assert.equal(status, 200);
      assert.match(headers['content-type'] ?? '', /^text\/plain/);
      const text = Buffer.from(await bytesOf(body)).toString();
      const valueOf = (name: string, label: string): number =>
        Number(new RegExp(`^aws_vpclattice_${name}\\{${label}\\} (\\d+)$`, 'm').exec(text)?.[1]);
      assert.ok(valueOf('total_request_count', `service="${cart.id}"`) >= 1, text);
      assert.ok(valueOf('total_request_count', `target_group="${logged.group.id}"`) >= 1, text);
      assert.ok(valueOf('http_code_2xx_count', `service="${cart.id}"`) >= 1, text);
      assert.ok(valueOf('total_sent_connection_bytes', `target_group="${logged.group.id}"`) > 100, text);
    });
  });
});
