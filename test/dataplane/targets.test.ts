/** Targets of every type, protocol and version, by real Envoy. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import type { RequestListener } from 'node:http';
import {
  connect as connectHttp2,
  constants,
  createSecureServer,
  createServer as createHttp2,
} from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { Server } from 'node:net';
import { after, before, suite } from 'node:test';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { createAuthority } from '../../src/certificates/authority.ts';
import type { LocalAddress } from '../../src/local/dataplane/xds/stand-ins.ts';
import type { TargetGroup } from '../../src/local/state/state.ts';
import type { Command } from '../../src/local/state/command.ts';
import { lineWith } from './log-lines.ts';
import { sourced } from './sourced.ts';
import { present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const vpcIdentifier = 'vpc-0123456789abcdef0';
const balancer = 'arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/shop/1';
const dayMs = 86_400_000;

const says =
  (who: string): RequestListener =>
  (request, response) =>
    response.end(`${who} ${request.httpVersion} ${request.method} ${request.headers.host}`);

suite('targets of all types and protocols', () => {
  let world: TrafficWorld;
  let ca: string;
  const servers: Server[] = [];
  const sessions: (() => void)[] = [];
  const addresses = new Map<string, LocalAddress>();
  /** That targets were asked for by TLS. */
  const names: string[] = [];

  async function listening(server: Server, address: string): Promise<number> {
    servers.push(server);
    server.listen(0, address);
    await once(server, 'listening');
    const bound = server.address();
    return typeof bound === 'object' ? present(bound ?? undefined).port : 0;
  }

  type Input = Command<'CreateTargetGroup'>['input'];

  /** A service of the same name with one group of one target behind a listener. */
  function serve(
    name: string,
    {
      type,
      config,
      protocol,
      id,
      port,
    }: Pick<Input, 'type' | 'config'> & {
      readonly protocol: 'HTTP' | 'HTTPS' | 'TLS_PASSTHROUGH';
      readonly id: string;
      readonly port?: number;
    },
  ): TargetGroup {
    const service = world.service(name, `${name}.example.com`);
    const certificateArn =
      'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012';
    if (protocol === 'HTTPS') {
      world.done({ op: 'UpdateService', input: { serviceIdentifier: service.id, certificateArn } });
    }
    const input = { name, type, ...(config === undefined ? {} : { config: { vpcIdentifier, ...config } }) };
    const group = world.done({ op: 'CreateTargetGroup', input });
    const targets = [port === undefined ? { id } : { id, port }];
    world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier: group.id, targets } });
    const defaultAction = { forward: { targetGroups: [{ targetGroupIdentifier: group.id, weight: 1 }] } };
    const listener = { serviceIdentifier: service.id, name, protocol, defaultAction } as const;
    world.done({ op: 'CreateListener', input: { ...listener, port: protocol === 'HTTP' ? 80 : 443 } });
    return group;
  }

  /** Of all targets of a type that are reached at their own port. */
  const statuses = (type: string): readonly string[] =>
    [...world.region.state().targetGroups.values()]
      .filter((group) => group.config.type === type && group.name !== 'nowhere' && group.name !== 'moved')
      .flatMap(({ targets }) => [...targets.values()].map(({ status }) => status));

  const call = async (name: string): Promise<string> => {
    const { status, body } = await world.call({ host: `${name}.example.com` });
    return status === 200 ? body : String(status);
  };

  async function secure(name: string, ALPNProtocols: string[], trusted = ca): Promise<TLSSocket> {
    const { address: host, port } = world.place(443);
    const socket = connect({ host, port, servername: `${name}.example.com`, ca: trusted, ALPNProtocols });
    await once(socket, 'secureConnect');
    return socket;
  }

  /** Over HTTP/2. */
  async function stream(
    name: string,
    headers: IncomingHttpHeaders,
  ): Promise<{
    readonly status: number;
    readonly body: string;
    /** Where there is nothing but a status. */
    readonly grpcStatus: unknown;
    readonly trailers: IncomingHttpHeaders;
  }> {
    const socket = await secure(name, ['h2']);
    const session = connectHttp2(`https://${name}.example.com`, { createConnection: () => socket });
    sessions.push(() => session.destroy());
    const sent = session.request({ ':path': '/', ...headers });
    let status = 0;
    let grpcStatus: unknown;
    let trailers: IncomingHttpHeaders = {};
    sent.on('response', (answered) => {
      status = Number(answered[':status']);
      grpcStatus = answered['grpc-status'];
    });
    sent.on('trailers', (last) => (trailers = last));
    let body = '';
    for await (const chunk of sent.setEncoding('utf8')) body += String(chunk);
    return { status, body, grpcStatus, trailers };
  }

  /** Over HTTP/1.1, by TLS. */
  async function older(name: string): Promise<string> {
    const socket = await secure(name, ['http/1.1']);
    socket.write(
      `POST / HTTP/1.1\r\nhost: ${name}.example.com\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
    );
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    return heard;
  }

  before(async () => {
    const instance = await listening(createHttp(says('instance')), '127.172.10.1');
    const behind = await listening(createHttp(says('balancer')), '127.172.10.2');
    addresses.set('i-0123456789abcdef0', { address: '127.172.10.1' });
    addresses.set('i-0123456789abcdef2', { address: '127.172.10.1', port: instance });
    addresses.set(balancer, { address: '127.172.10.2', port: behind });
    world = await trafficWorld({ standIns: { functions: new Map(), addresses } });
    ca = readFileSync(world.dataPlane.authorityFile, 'utf8');
    const checked = {
      protocol: 'HTTP',
      port: 80,
      healthCheck: { healthCheckIntervalSeconds: 5, unhealthyThresholdCount: 2 },
    } as const;
    const unchecked = { ...checked, healthCheck: { enabled: false } } as const;
    serve('instance', {
      type: 'INSTANCE',
      config: checked,
      protocol: 'HTTP',
      id: 'i-0123456789abcdef0',
      port: instance,
    });
    serve('moved', { type: 'INSTANCE', config: unchecked, protocol: 'HTTP', id: 'i-0123456789abcdef2' });
    serve('nowhere', { type: 'INSTANCE', config: unchecked, protocol: 'HTTP', id: 'i-0123456789abcdef1' });
    serve('balancer', {
      type: 'ALB',
      config: { protocol: 'HTTP', port: 80 },
      protocol: 'HTTP',
      id: balancer,
    });

    // Of nobody's authority, for another name, and expired for a day.
    const expired = createAuthority('nobody', Date.now() - 400 * dayMs).issue(
      ['other.example.com'],
      Date.now() - 366 * dayMs,
    );
    const secured = createHttps(expired, says('https'));
    secured.on('secureConnection', (socket) => names.push(String(socket.servername)));
    const https = await listening(secured, '127.172.10.3');
    const http2 = await listening(
      createSecureServer(expired, (request, response) => {
        if (request.url === '/breaks-off') response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
        else response.end(`h2 ${request.httpVersion} ${request.method}`);
      }),
      '127.172.10.4',
    );
    const grpc = createHttp2();
    grpc.on('stream', (answering) => {
      answering.on('wantTrailers', () => answering.sendTrailers({ 'grpc-status': '0', 'x-last': 'yes' }));
      answering.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      answering.end('grpc');
    });
    const plain = await listening(grpc, '127.172.10.5');
    const off = { healthCheck: { enabled: false } };
    const config = { port: 443, ...off };
    const at = { type: 'IP', protocol: 'HTTPS' } as const;
    serve('https', { ...at, config: { ...config, protocol: 'HTTPS' }, id: '127.172.10.3', port: https });
    serve('http2', {
      ...at,
      config: { ...config, protocol: 'HTTPS', protocolVersion: 'HTTP2' },
      id: '127.172.10.4',
      port: http2,
    });
    serve('grpc', {
      ...at,
      config: { ...config, protocol: 'HTTP', protocolVersion: 'GRPC' },
      id: '127.172.10.5',
      port: plain,
    });

    // TLS that ends in an instance and in a load balancer.
    const theirs = createAuthority('theirs', Date.now());
    const pod = await listening(
      createHttps(theirs.issue(['tcp.example.com', 'tcp-lb.example.com'], Date.now()), says('tcp')),
      '127.172.10.1',
    );
    const network = balancer.replace('/app/shop/', '/app/tcp/');
    addresses.set(network, { address: '127.172.10.1', port: pod });
    const tcp = { protocol: 'TCP', port: 443 } as const;
    serve('tcp', {
      type: 'INSTANCE',
      config: tcp,
      protocol: 'TLS_PASSTHROUGH',
      id: 'i-0123456789abcdef0',
      port: pod,
    });
    serve('tcp-lb', { type: 'ALB', config: tcp, protocol: 'TLS_PASSTHROUGH', id: network });
    theirCa = theirs.cert;
    const destinationArn = 'arn:aws:logs:us-west-2:123456789012:log-group:/targets:*';
    world.done({
      op: 'CreateAccessLogSubscription',
      input: { resourceIdentifier: world.networkId, destinationArn },
    });
    await world.settle();
  });
  let theirCa = '';
  after(async () => {
    for (const close of sessions) close();
    await world.close();
    for (const server of servers) {
      if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
        server.closeAllConnections();
      server.close();
    }
  });

  sourced(
    'choice',
    'an instance and a load balancer answer from where the table says, at the port of the target or of the table',
    async () => {
      assert.equal(await call('instance'), 'instance 1.1 GET instance.example.com');
      assert.equal(await call('moved'), 'instance 1.1 GET moved.example.com');
      assert.equal(await call('balancer'), 'balancer 1.1 GET balancer.example.com');
      assert.equal(await call('nowhere'), '503');
    },
  );

  sourced(
    'guide: target-group-health-checks',
    'an instance is checked there; load balancers are not checked',
    async () => {
      const deadline = Date.now() + 5_000;
      while (!statuses('INSTANCE').includes('HEALTHY') && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.deepEqual(statuses('INSTANCE'), ['HEALTHY', 'UNAVAILABLE']);
      assert.deepEqual(statuses('ALB'), ['UNAVAILABLE', 'UNAVAILABLE']);
    },
  );

  sourced(
    'guide: target-groups',
    'TLS to targets takes any certificate: of nobody, for another name, expired',
    async () => {
      const { status, body } = await stream('https', { ':method': 'PUT' });
      assert.deepEqual({ status, body }, { status: 200, body: 'https 1.1 PUT https.example.com:443' });
      assert.match(await older('https'), /https 1\.1 POST/);
      // Nor does Lattice say for which name it asks.
      assert.deepEqual([...new Set(names)], ['false']);
    },
  );

  sourced('guide: target-groups', 'targets of HTTP/2 are for clients of HTTP/2', async () => {
    const { status, body } = await stream('http2', { ':method': 'GET' });
    assert.deepEqual({ status, body }, { status: 200, body: 'h2 2.0 GET' });
    assert.match(await older('http2'), /^HTTP\/1\.1 502 Bad Gateway\r\n.*\r\nBad Gateway$/s);
  });

  sourced(
    'guide: target-groups',
    'targets of gRPC are for what clients of HTTP/2 POST, and trailers come through',
    async () => {
      const { status, body, trailers } = await stream('grpc', {
        ':method': 'POST',
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      assert.deepEqual({ status, body }, { status: 200, body: 'grpc' });
      assert.deepEqual([trailers['grpc-status'], trailers['x-last']], ['0', 'yes']);
      const got = await stream('grpc', { ':method': 'GET' });
      assert.deepEqual([got.status, got.body], [502, 'Bad Gateway']);
      assert.match(await older('grpc'), /^HTTP\/1\.1 502 /);
    },
  );

  sourced('guide: target-groups', 'a call of gRPC to targets of HTTP/1.1 is an error', async () => {
    const headers = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };
    const { status, body, grpcStatus } = await stream('https', headers);
    // UNAVAILABLE, as of a 502.
    assert.deepEqual({ status, body, grpcStatus }, { status: 200, body: '', grpcStatus: '14' });
    const other = await stream('https', { ...headers, 'content-type': 'application/grpc-web' });
    assert.deepEqual(other.body, 'https 1.1 POST https.example.com:443', 'this one is made for HTTP/1.1');
  });

  sourced('guide: monitoring-access-logs', 'a target that breaks off its stream is 502', async () => {
    const { status, body } = await stream('http2', { ':method': 'GET', ':path': '/breaks-off' });
    assert.deepEqual([status, body], [502, 'Bad Gateway']);
    const { failureReason } = await lineWith({ requestPath: '/breaks-off' }, world.logsDir, '**/*.jsonl');
    assert.equal(failureReason, 'TargetConnectionClosed');
  });

  sourced(
    'guide: monitoring-access-logs',
    'what a group is not for is TargetProtocolError in the log',
    async () => {
      const headers = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };
      await stream('https', { ...headers, ':path': '/grpc-to-http1' });
      await stream('grpc', { ':method': 'GET', ':path': '/get-to-grpc' });
      for (const [requestPath, code] of [
        ['/grpc-to-http1', 200],
        ['/get-to-grpc', 502],
      ] as const) {
        const { failureReason, responseCode } = await lineWith({ requestPath }, world.logsDir, '**/*.jsonl');
        assert.deepEqual([failureReason, responseCode], ['TargetProtocolError', code]);
      }
    },
  );

  sourced(
    'guide: tls-listeners',
    'TCP to instances and load balancers carries the TLS of the client',
    async () => {
      for (const name of ['tcp', 'tcp-lb']) {
        const socket = await secure(name, ['http/1.1'], theirCa);
        socket.write(`GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
        let heard = '';
        for await (const chunk of socket) heard += String(chunk);
        assert.match(heard, /tcp 1\.1 GET x/);
      }
    },
  );
});
