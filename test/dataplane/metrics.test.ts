/** What is counted of traffic, by the names of CloudWatch: each metric that VPC Lattice has, of calls that make it count. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2, createSecureServer } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import type { Server, Socket } from 'node:net';
import { after, before, suite } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { createAuthority } from '../../src/certificates/authority.ts';
import { createLatticeApi } from '../../src/local/api/api.ts';
import type { Command } from '../../src/local/state/command.ts';
import type { TargetGroup } from '../../src/local/state/state.ts';
import { within } from '../../src/ports/deadline.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { bytesOf } from '../../src/ports/wire.ts';
import { quiet } from '../contract/world.ts';
import { badTarget, bound, host, loggedWorld } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import { sourced } from './sourced.ts';
import { forwardTo } from './world.ts';

const certificateArn = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012';
type Config = NonNullable<Command<'CreateTargetGroup'>['input']['config']>;

/** Listens, and never looks: its connections wait to be accepted, and when enough of them wait nobody hears of more. */
const deaf = `
const { createServer } = require('node:net');
const { parentPort } = require('node:worker_threads');
const server = createServer().listen({ port: 0, host: '127.172.9.2', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});`;

suite('metrics', () => {
  let logged: LoggedWorld;
  let worker: Worker;
  const sockets: Socket[] = [];
  const servers: Server[] = [];
  const groups = new Map<string, TargetGroup>();

  before(async () => {
    logged = await loggedWorld();
    const { world, groupOf, forwardBelow, cart } = logged;
    const add = (name: string, group: TargetGroup): void => {
      groups.set(name, group);
      forwardBelow(`/${name}`, group);
    };
    const codes = await world.target((request, response) => {
      const [, code] = /(\d{3})/.exec(request.url ?? '') ?? [];
      if (code !== undefined) response.writeHead(Number(code)).end('x'.repeat(100));
    });
    add('codes', groupOf('codes', codes));
    const gone = await badTarget(() => undefined);
    gone.server.close();
    add('gone', groupOf('gone', gone.at));
    worker = new Worker(deaf, { eval: true });
    const [port]: unknown[] = await once(worker, 'message');
    const at = { id: '127.172.9.2', port: Number(port) };
    for (let n = 0; n < 4; n += 1) sockets.push(connectTcp(at.port, at.id).on('error', () => undefined));
    add('deaf', groupOf('deaf', at));
    add('plain', secured('plain', codes, {}));
    const certificate = createAuthority('theirs', Date.now()).issue(['x.example.com'], Date.now());
    const second = createSecureServer(certificate, (_, response) => response.end('two'));
    servers.push(second);
    add('second', secured('second', await bound(second), { protocolVersion: 'HTTP2' }));
    // The API takes 60 seconds and more; nobody waits for that here.
    const update = { serviceIdentifier: cart.id, certificateArn, idleTimeoutSeconds: 1 };
    world.done({ op: 'UpdateService', input: update });
    const https = { serviceIdentifier: cart.id, name: 'https', protocol: 'HTTPS' } as const;
    const [group] = [groups.get('second')].filter((each) => each !== undefined);
    assert.ok(group !== undefined);
    world.done({ op: 'CreateListener', input: { ...https, defaultAction: forwardTo([[group, 1]]) } });
    logged.logNetwork();
    await world.settle();
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await logged.close();
    for (const server of servers) server.close();
    await worker.terminate();
  });

  /** A group of one target that is spoken to by TLS. */
  function secured(
    name: string,
    at: { readonly id: string; readonly port: number },
    more: Partial<Config>,
  ): TargetGroup {
    const config = { protocol: 'HTTPS', port: 443, vpcIdentifier: 'vpc-0123456789abcdef0', ...more } as const;
    const input = { name, type: 'IP', config: { ...config, healthCheck: { enabled: false } } } as const;
    const group = logged.world.done({ op: 'CreateTargetGroup', input });
    const targets = [{ id: at.id, port: at.port }];
    logged.world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier: group.id, targets } });
    return group;
  }

  async function scrape(): Promise<string> {
    const ports = { clock: systemClock, random: systemRandom, log: quiet };
    const api = createLatticeApi([logged.world.region], { ...ports, observed: () => logged.world.dataPlane });
    const request = { method: 'GET', target: '/_trellis/metrics', headers: {}, body: new Uint8Array() };
    const { body } = await api(request, AbortSignal.timeout(5_000));
    return Buffer.from(await bytesOf(body)).toString();
  }

  /** A metric comes to be this number; waits for it. */
  async function becomes(metric: string, of: string, holds: (value: number) => boolean): Promise<void> {
    const id = groups.get(of)?.id;
    const label = id === undefined ? `service="${logged.cart.id}"` : `target_group="${id}"`;
    let text = '';
    const value = (): number =>
      Number(new RegExp(`^aws_vpclattice_${metric}\\{${label}\\} (\\d+)$`, 'm').exec(text)?.[1]);
    try {
      await within(systemClock, 8_000, new AbortController().signal, async (until) => {
        for (text = await scrape(); !holds(value()); text = await scrape())
          await systemClock.sleep(50, until);
      });
    } catch {
      assert.fail(`${metric} of ${of} is ${value()}`);
    }
  }

  const call = async (path: string): Promise<number> => (await logged.world.call({ host, path })).status;

  sourced(
    'guide: monitoring-cloudwatch',
    'count requests and their answers, of the group and of the service',
    async () => {
      for (const code of ['200', '201', '301', '404', '410', '429', '503']) {
        assert.equal(await call(`/codes/${code}`), Number(code));
      }
      for (const counted of ['codes', 'the service']) {
        await becomes('total_request_count', counted, is(7));
        await becomes('http_code_2xx_count', counted, is(2));
        await becomes('http_code_3xx_count', counted, is(1));
        await becomes('http_code_4xx_count', counted, is(3));
        await becomes('http_code_5xx_count', counted, is(1));
        await becomes('request_time_milliseconds_count', counted, is(7));
      }
      await becomes('total_connection_count', 'codes', isMore(0));
      await becomes('http1_connection_count', 'codes', isMore(0));
      await becomes('total_received_connection_bytes', 'codes', isMore(700));
      await becomes('total_sent_connection_bytes', 'codes', isMore(700));
    },
  );

  sourced('guide: monitoring-cloudwatch', 'tell what is under way, and what has timed out', async () => {
    const silent = call('/codes/silent');
    await becomes('active_request_count', 'codes', is(1));
    await becomes('active_connection_count', 'codes', isMore(0));
    assert.equal(await silent, 504);
    await becomes('active_request_count', 'codes', is(0));
    await becomes('request_timeout_count', 'the service', is(1));
    await becomes('request_time_milliseconds_sum', 'the service', isMore(900));
  });

  sourced('guide: monitoring-cloudwatch', 'count connections that fail, and handshakes', async () => {
    assert.equal(await call('/gone'), 503);
    await becomes('connection_error_count', 'gone', isMore(0));
    assert.equal(await call('/plain'), 503);
    await becomes('tls_connection_error_count', 'plain', isMore(0));
    const { address, port } = logged.world.place(443);
    const ca = readFileSync(logged.world.dataPlane.authorityFile, 'utf8');
    const { domainName } = logged.cart.dnsEntry;
    const socket = connectTls({ host: address, port, servername: domainName, ca, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    const session = connectHttp2(`https://${domainName}`, { createConnection: () => socket });
    const stream = session.request({ ':path': '/' });
    await once(stream.resume(), 'end');
    session.destroy();
    await becomes('http2_connection_count', 'second', is(1));
    await becomes('total_tls_connection_handshake_count', 'second', is(1));
  });

  sourced('choice', 'count targets that do not answer to connect within five seconds: 503', async () => {
    const { world, cart, line } = logged;
    world.done({ op: 'UpdateService', input: { serviceIdentifier: cart.id, idleTimeoutSeconds: 60 } });
    await world.settle();
    const began = performance.now();
    assert.equal(await call('/deaf'), 503);
    const took = performance.now() - began;
    assert.ok(took > 4_500 && took < 8_000, `${took} ms`);
    await becomes('connection_timeout_count', 'deaf', isMore(0));
    assert.equal((await line({ requestPath: '/deaf' }))['failureReason'], 'TargetConnectionError');
  });
});

const is = (wanted: number) => (value: number) => value === wanted;
const isMore = (wanted: number) => (value: number) => value > wanted;
