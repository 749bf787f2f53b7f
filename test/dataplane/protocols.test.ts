/** What clients speak through Lattice: gRPC, HTTP/2, large bodies, events, long requests. With clients that are not ours. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { echoClient, echoService } from './echo-grpc.ts';
import type { EchoClient } from './echo-grpc.ts';
import { forwardTo, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const certificateArn = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const megabytes = 1024 * 1024;

const eventOf = (number: number): string => `data: ${number}\n\n`;

suite('what clients speak', () => {
  let world: TrafficWorld;
  let grpc: EchoClient;
  const server = new Server();

  /** Answers what was sent, as it comes. */
  const echo: RequestListener = (incoming, response) => {
    if (incoming.url === '/events') {
      sendEvents(response);
      return;
    }
    response.setHeader('x-method', incoming.method ?? '');
    incoming.pipe(response);
  };
  /** Where events are sent, when a client listens to them. */
  let events: ServerResponse | undefined;
  function sendEvents(response: ServerResponse): void {
    response.setHeader('content-type', 'text/event-stream');
    events = response;
    response.write(eventOf(1));
  }

  const serve = (name: string, group: TargetGroup, protocol: 'HTTP' | 'HTTPS'): Service => {
    const service = world.service(name, `${name}.example.com`);
    world.done({ op: 'UpdateService', input: { serviceIdentifier: service.id, certificateArn } });
    const listener = { serviceIdentifier: service.id, name: 'listener', protocol } as const;
    world.done({ op: 'CreateListener', input: { ...listener, defaultAction: forwardTo([[group, 1]]) } });
    return service;
  };

  before(async () => {
    world = await trafficWorld();
    const target = await world.target(echo);
    for (const [name, protocol] of [
      ['echo', 'HTTP'],
      ['secure', 'HTTPS'],
    ] as const) {
      const group = world.group(name);
      world.register(group, target);
      serve(name, group, protocol);
    }

    server.addService(echoService.definition, echoService.implementation);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.172.13.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    const config = {
      protocol: 'HTTP',
      protocolVersion: 'GRPC',
      port: 80,
      vpcIdentifier: 'vpc-0123456789abcdef0',
    } as const;
    const group = world.done({ op: 'CreateTargetGroup', input: { name: 'grpc', type: 'IP', config } });
    const targets = [{ id: '127.172.13.1', port }];
    world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier: group.id, targets } });
    serve('grpc', group, 'HTTPS');
    await world.settle();
    const place = world.place(443);
    const ca = readFileSync(world.dataPlane.authorityFile);
    grpc = echoClient({ address: `${place.address}:${place.port}`, host: 'grpc.example.com', ca });
  });
  after(async () => {
    grpc.close();
    server.forceShutdown();
    await world.close();
  });

  suite('gRPC, by its own client', () => {
    test('one request and one response, with metadata of both sides', async () => {
      const { message, metadata } = await grpc.say('hello', { 'x-team': 'blue' });
      assert.equal(message, 'hello');
      assert.equal(metadata.get('x-team')[0], 'blue');
      assert.match(String(metadata.get('x-amzn-requestid')[0]), /^[0-9a-f-]{36}$/);
    });

    test('an error of the service comes with its code and its words', async () => {
      await assert.rejects(grpc.say('fail: not today'), { code: 9, details: 'not today' });
    });

    test('a deadline of the client ends the call', async () => {
      await assert.rejects(grpc.say('wait', {}, 300), { code: 4 });
    });

    test('streams to the client, from it, and both at once', async () => {
      assert.deepEqual(await grpc.count(5), ['1', '2', '3', '4', '5']);
      assert.equal(await grpc.join(['a', 'b', 'c']), 'abc');
      assert.deepEqual(await grpc.chat(['x', 'y', 'z']), ['x!', 'y!', 'z!']);
    });

    test('a message of 3 MB', async () => {
      const large = 'm'.repeat(3 * megabytes);
      assert.equal((await grpc.say(large)).message.length, large.length);
    });
  });

  test('HTTP/2 by nghttp: many streams over few connections', async (t) => {
    const { address, port } = world.place(443);
    const said = await output('h2load', [
      '--requests=300',
      '--clients=3',
      '--max-concurrent-streams=20',
      `--connect-to=${address}:${port}`,
      'https://secure.example.com/',
    ]);
    if (said === undefined) {
      t.skip('there is no h2load: Debian has it in nghttp2-client');
      return;
    }
    assert.match(said, /Application protocol: h2/);
    assert.match(said, /300 total, 300 started, 300 done, 300 succeeded, 0 failed/);
    assert.match(said, /status codes: 300 2xx, 0 3xx, 0 4xx, 0 5xx/);
  });

  test('bodies of 8 MB come through in both directions as they were', async () => {
    const body = randomBytes(8 * megabytes);
    const sent = send({ method: 'POST', path: '/', headers: { 'content-length': body.length } });
    sent.end(body);
    const answer = await responseOf(sent);
    assert.equal(answer.statusCode, 200);
    assert.equal(await digestOf(answer), createHash('sha256').update(body).digest('hex'));

    const chunked = send({ method: 'PUT', path: '/', headers: { 'transfer-encoding': 'chunked' } });
    const heard = responseOf(chunked);
    for (let at = 0; at < body.length; at += megabytes) chunked.write(body.subarray(at, at + megabytes));
    chunked.end();
    assert.equal(await digestOf(await heard), createHash('sha256').update(body).digest('hex'));
  });

  test('server-sent events come one by one, each when it is sent', async () => {
    const sent = send({ path: '/events', headers: { accept: 'text/event-stream' } });
    sent.end();
    const answer = await responseOf(sent);
    assert.equal(answer.headers['content-type'], 'text/event-stream');
    answer.setEncoding('utf8');
    // The next is sent only when the one before was heard: nothing on the way may wait for more.
    for (let number = 1; number <= 20; number += 1) {
      const [event]: unknown[] = await once(answer, 'data', { signal: AbortSignal.timeout(5_000) });
      assert.equal(event, eventOf(number));
      events?.write(eventOf(number + 1));
    }
    sent.destroy();
  });

  test('a request that takes its time in both directions is not cut as long as something moves', async () => {
    const service = [...world.region.state().services.values()].find(({ name }) => name === 'echo');
    // The API takes 60 seconds and more; nobody waits for that here.
    const input = { serviceIdentifier: service?.id ?? '', idleTimeoutSeconds: 1 };
    world.done({ op: 'UpdateService', input });
    await world.settle();
    const sent = send({ method: 'POST', path: '/', headers: { 'transfer-encoding': 'chunked' } });
    sent.write('0 ');
    const answer = await responseOf(sent);
    let heard = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
    const ended = once(answer, 'end');
    const began = performance.now();
    for (let number = 1; performance.now() - began < 1_600; number += 1) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      sent.write(`${number} `);
    }
    sent.end('end');
    await ended;
    assert.match(heard, /^0 1 2 3 .*end$/);
    world.done({ op: 'UpdateService', input: { ...input, idleTimeoutSeconds: 60 } });
    await world.settle();
  });

  test('a WebSocket is not opened: the answer is that of a plain request, and the connection goes on as HTTP', async () => {
    const { address, port } = world.place(80);
    const socket = connect(port, address);
    await once(socket, 'connect');
    const upgrade =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    let heard = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
    const ended = once(socket, 'end', { signal: AbortSignal.timeout(5_000) });
    socket.write(`GET / HTTP/1.1\r\nHost: echo.example.com\r\n${upgrade}\r\n`);
    socket.write('GET / HTTP/1.1\r\nHost: echo.example.com\r\nConnection: close\r\n\r\n');
    await ended;
    assert.deepEqual(heard.match(/^HTTP\/1\.1 .*$/gm), ['HTTP/1.1 200 OK', 'HTTP/1.1 200 OK']);
    assert.doesNotMatch(heard, /upgrade/i);
    socket.destroy();
  });

  function send(options: {
    readonly method?: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string | number>>;
  }) {
    const { address, port } = world.place(80);
    const headers = { ...options.headers, host: 'echo.example.com' };
    return request({ ...options, headers, host: address, port, agent: new Agent() });
  }
});

async function responseOf(sent: ReturnType<typeof request>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', reject);
  });
}

async function digestOf(answer: IncomingMessage): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of answer) {
    assert.ok(Buffer.isBuffer(chunk));
    hash.update(chunk);
  }
  return hash.digest('hex');
}

/** What a program prints; undefined when there is none of that name. */
async function output(program: string, args: readonly string[]): Promise<string | undefined> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    child.on('error', (error) => {
      if ('code' in error && error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
    child.on('close', () => resolve(said));
  });
}
