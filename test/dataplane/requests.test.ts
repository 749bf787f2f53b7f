/** What becomes of a request on its way to a target and back: headers, limits, status codes, time. By real Envoy. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { after, before, suite } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { isRecord } from '../../src/kinds/record.ts';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { sourced } from './sourced.ts';
import { forwardTo, present, trafficWorld } from './world.ts';
import type { Answer, TrafficWorld } from './world.ts';

const host = 'cart.example.com';
const certificateArn = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

suite('requests', () => {
  let world: TrafficWorld;
  let service: Service;
  let group: TargetGroup;
  let empty: Service;
  /** When the target's connections ended, in order. */
  const ended: number[] = [];
  let connections = 0;

  before(async () => {
    world = await trafficWorld();
    const known = new Set<IncomingMessage['socket']>();
    const target = await world.target((asked, response) => {
      if (!known.has(asked.socket)) {
        known.add(asked.socket);
        connections += 1;
        asked.socket.on('close', () => ended.push(performance.now()));
      }
      const [, status] = /^\/status\/(\d+)/.exec(asked.url ?? '') ?? [];
      if (asked.url === '/silent') return;
      if (asked.url === '/slow') {
        setTimeout(() => response.end('slow'), 400);
        return;
      }
      if (asked.url === '/many-headers' || asked.url === '/large-headers') {
        const [count, size] = asked.url === '/many-headers' ? [500, 10] : [8, 10_000];
        for (let n = 0; n < count; n += 1) response.setHeader(`x-${n}`, 'v'.repeat(size));
        response.end('told');
        return;
      }
      response.setHeader('server', 'theirs');
      response.setHeader('x-own', ['a', 'b']);
      if (status === undefined) response.end(JSON.stringify({ url: asked.url, headers: asked.rawHeaders }));
      else response.writeHead(Number(status)).end(Number(status) === 204 ? undefined : `as ${status}`);
    });
    group = world.group('v1');
    world.register(group, target);
    service = world.service('cart', host);
    world.listener(service, [[group, 1]]);
    world.done({ op: 'UpdateService', input: { serviceIdentifier: service.id, certificateArn } });
    const listener = { serviceIdentifier: service.id, name: 'https', protocol: 'HTTPS' } as const;
    world.done({ op: 'CreateListener', input: { ...listener, defaultAction: forwardTo([[group, 1]]) } });
    empty = world.service('empty', 'empty.example.com');
    world.listener(empty, [[world.group('nobody'), 1]]);
    await world.settle();
  });
  after(async () => world.close());

  /** Of an answer whose headers are more than Node takes unless told. */
  async function statusOf(path: string): Promise<number | undefined> {
    const { address, port } = world.place(80);
    const sent = request({
      host: address,
      port,
      path,
      headers: { host },
      agent: false,
      maxHeaderSize: 1 << 20,
    });
    sent.end();
    const [response]: IncomingMessage[] = await once(sent, 'response');
    response?.resume();
    return response?.statusCode;
  }

  const stats = async (): Promise<string> =>
    world.dataPlane.admin('/stats?filter=http.lattice.downstream_cx_idle', AbortSignal.timeout(5_000));

  async function idleTimeout(idleTimeoutSeconds: number): Promise<void> {
    // The API takes 60 seconds and more; nobody waits for that here.
    world.done({ op: 'UpdateService', input: { serviceIdentifier: service.id, idleTimeoutSeconds } });
    await world.settle();
  }

  /** What the target was told, by name in lower case; lines of one name together. */
  async function told(
    headers: Readonly<Record<string, string | string[]>> = {},
    path = '/',
  ): Promise<{
    readonly answer: Answer;
    readonly url: unknown;
    readonly heard: ReadonlyMap<string, string>;
  }> {
    const answer = await world.call({ host, path, headers });
    assert.equal(answer.status, 200, answer.body);
    const said: unknown = JSON.parse(answer.body);
    assert.ok(isRecord(said) && Array.isArray(said['headers']));
    const heard = new Map<string, string>();
    for (let at = 0; at < said['headers'].length; at += 2) {
      const [name, value] = [String(said['headers'][at]).toLowerCase(), String(said['headers'][at + 1])];
      heard.set(name, heard.has(name) ? `${heard.get(name)}, ${value}` : value);
    }
    return { answer, url: said['url'], heard };
  }

  suite('tell targets', () => {
    sourced('guide: http-targets', 'the port and the protocol that the client used', async () => {
      const { heard } = await told({ 'x-forwarded-proto': 'https', 'x-forwarded-port': '1' });
      assert.equal(heard.get('x-forwarded-proto'), 'http');
      assert.equal(heard.get('x-forwarded-port'), '80');
    });

    sourced('choice', 'the address of the client, after what the client says of it', async () => {
      const { heard } = await told({ 'x-forwarded-for': '192.0.2.1' });
      assert.match(String(heard.get('x-forwarded-for')), /^192\.0\.2\.1, ?[0-9.]+$/);
    });

    sourced('guide: http-targets', 'the VPC of the client', async () => {
      const arn = 'arn:aws:ec2:us-west-2:123456789012:vpc/vpc-0123456789abcdef0';
      assert.equal((await told()).heard.get('x-amzn-lattice-network'), `SourceVpcArn=${arn}`);
    });

    sourced('guide: http-targets', 'the service, the network and the target group', async () => {
      const network = present(world.region.state().serviceNetworks.get(world.networkId));
      assert.equal(
        (await told()).heard.get('x-amzn-lattice-target'),
        `ServiceArn=${service.arn}; ServiceNetworkArn=${network.arn}; TargetGroupArn=${group.arn}`,
      );
    });

    sourced('guide: http-targets', 'nothing that a client puts into headers of Lattice', async () => {
      const names = ['identity', 'identity-tags', 'network', 'target', 'of-the-future'];
      const { heard } = await told(
        Object.fromEntries(names.map((name) => [`x-amzn-lattice-${name}`, 'Principal=root'])),
      );
      assert.deepEqual(
        [...heard].filter(([, value]) => value.includes('root')),
        [],
      );
    });

    sourced(
      'choice',
      'host, path, query and all other headers as the client wrote them, and nothing else',
      async () => {
        const path = '//a/%2e%2E/../b%2fc;p?x=%20&y';
        const { url, heard } = await told({ 'x-own': ['1', '2'], 'X-Case': 'Value', te: 'trailers' }, path);
        assert.equal(url, path);
        assert.equal(heard.get('host'), host);
        assert.equal(heard.get('x-own'), '1, 2');
        const known = [
          'x-own',
          'x-case',
          'te',
          'host',
          'connection',
          'x-forwarded-for',
          'x-forwarded-proto',
        ].concat(['x-forwarded-port', 'x-amzn-requestid', 'x-amzn-lattice-network', 'x-amzn-lattice-target']);
        assert.deepEqual(
          [...heard.keys()].filter((name) => !known.includes(name)),
          [],
        );
      },
    );

    sourced('choice', 'nothing of how the data plane is made, whatever a client claims', async () => {
      const { heard, answer } = await told({ 'x-envoy-retry-on': '5xx', 'x-trellis-scope': 'other' });
      for (const name of [...heard.keys(), ...Object.keys(answer.headers)]) {
        assert.doesNotMatch(name, /envoy|trellis/);
      }
    });
  });

  suite('have an id', () => {
    sourced('guide: http-targets', 'that target and client are told', async () => {
      const { heard, answer } = await told();
      assert.match(String(heard.get('x-amzn-requestid')), uuid);
      assert.equal(answer.headers['x-amzn-requestid'], heard.get('x-amzn-requestid'));
    });

    sourced(
      'guide: http-targets',
      'of the client if it gives one, cut at 512 bytes, in every answer',
      async () => {
        const id = 'i'.repeat(600);
        for (const [name, path] of [
          [host, '/'],
          [host, '/status/500'],
          ['empty.example.com', '/'],
          ['nobody.example.com', '/'],
        ] as const) {
          const answer = await world.call({ host: name, path, headers: { 'x-amzn-requestid': id } });
          assert.equal(answer.headers['x-amzn-requestid'], 'i'.repeat(512), name + path);
        }
      },
    );
  });

  suite('are answered', () => {
    sourced('guide: http-targets', "with the target's own status, headers and body", async () => {
      for (const status of [200, 201, 204, 301, 304, 400, 404, 418, 429, 500, 502, 503, 504, 599]) {
        const answer = await world.call({ host, path: `/status/${status}` });
        const body = status === 204 || status === 304 ? '' : `as ${status}`;
        assert.deepEqual([answer.status, answer.body], [status, body]);
        assert.equal(answer.headers.server, 'theirs');
        assert.equal(answer.headers['x-own'], 'a, b');
        assert.equal(answer.headers.via, undefined);
      }
    });

    sourced('guide: quotas', 'with 400 for more than 100 headers or 60 KB of them', async () => {
      const many = Object.fromEntries(Array.from({ length: 110 }, (_, n) => [`x-h-${n}`, 'v']));
      for (const headers of [many, { 'x-large': 'v'.repeat(61 * 1024) }]) {
        assert.equal((await world.call({ host, headers })).status, 400);
      }
      // The target is Node, whose own limit is 16 KiB: the answer is its 431, not Lattice's 400.
      assert.equal((await world.call({ host, headers: { 'x-large': 'v'.repeat(50 * 1024) } })).status, 431);
    });

    sourced('choice', 'with as many and as large headers as a target says', async () => {
      for (const path of ['/many-headers', '/large-headers']) {
        assert.deepEqual(await statusOf(path), 200, path);
      }
    });

    sourced('choice', 'with 400 for what is no HTTP, and the connection is closed', async () => {
      const { address, port } = world.place(80);
      const socket = connect(port, address);
      let heard = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => (heard += chunk));
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nno header\r\n\r\n`);
      await once(socket, 'close', { signal: AbortSignal.timeout(5_000) });
      assert.match(heard, /^HTTP\/1\.1 400 Bad Request\r\n/);
    });
  });

  suite('take time', () => {
    sourced('guide: http-listeners', 'and many of them share a connection, on both sides', async () => {
      await told();
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const before = connections;
      const { address, port } = world.place(80);
      const ports = new Set<number | undefined>();
      for (let n = 0; n < 20; n += 1) {
        const sent = request({ host: address, port, agent, headers: { host } });
        sent.end();
        const response = await new Promise<IncomingMessage>((resolve) => {
          sent.on('response', resolve);
        });
        ports.add(response.socket.localPort);
        response.resume();
        await once(response, 'end');
      }
      agent.destroy();
      assert.equal(ports.size, 1);
      assert.ok(connections - before <= 1, `${connections - before} new connections to the target`);
    });

    sourced(
      'API: UpdateService',
      'and end with 504 when a target says nothing for the idle timeout',
      async () => {
        await idleTimeout(1);
        const began = performance.now();
        const { status } = await world.call({ host, path: '/silent' });
        const took = performance.now() - began;
        assert.equal(status, 504);
        assert.ok(took > 900 && took < 5_000, `${took} ms`);
        assert.equal((await world.call({ host, path: '/slow' })).body, 'slow');
        await idleTimeout(60);
      },
    );

    sourced(
      'API: UpdateService',
      'and connections without any are given up after the idle timeout, on both sides',
      async () => {
        await idleTimeout(1);
        const { address, port } = world.place(443);
        const ca = readFileSync(world.dataPlane.authorityFile, 'utf8');
        const socket = connectTls({ host: address, port, servername: host, ca });
        await once(socket, 'secureConnect');
        socket.write(`GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
        await once(socket, 'data');
        const answered = performance.now();
        await until(() => (ended.at(-1) ?? 0) > answered);
        // Envoy gives the client five seconds more to notice.
        await until(async () => /downstream_cx_idle_timeout: [1-9]/.test(await stats()));
        assert.ok(performance.now() - answered > 800, 'it may be used for as long');
        socket.destroy();
        await idleTimeout(60);
      },
    );
  });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(5_000);
  while (!(await holds())) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
