/** Clients that mean no good, by real Envoy: targets see no request that was not answered as one, and others go on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { ping, priority, rawFrames, reset, settings } from './raw-http2.ts';
import { trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const certificateArn = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const host = 'cart.example.com';
const smuggled = `GET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

suite('hostile clients', () => {
  let world: TrafficWorld;
  let ca: string;
  /** What the target was asked for. */
  const seen: string[] = [];

  before(async () => {
    world = await trafficWorld();
    ca = readFileSync(world.dataPlane.authorityFile, 'utf8');
    const service = world.service('cart', host);
    const group = world.group('v1');
    const target = await world.target((request, response) => {
      request.resume();
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${request.headers.host}`);
        response.end(`saw ${request.url}`);
      });
    });
    world.register(group, target);
    world.listener(service, [[group, 1]]);
    world.done({ op: 'UpdateService', input: { serviceIdentifier: service.id, certificateArn } });
    const defaultAction = { forward: { targetGroups: [{ targetGroupIdentifier: group.id, weight: 1 }] } };
    const listener = { serviceIdentifier: service.id, name: 'https', protocol: 'HTTPS', port: 443 } as const;
    world.done({ op: 'CreateListener', input: { ...listener, defaultAction } });
    await world.settle();
  });
  after(async () => world.close());

  async function say(bytes: string | Buffer): Promise<string> {
    const { address, port } = world.place(80);
    const socket = connect(port, address);
    await once(socket, 'connect');
    const heard = heardOn(socket);
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    return heard;
  }

  async function openHttp2(): Promise<Socket> {
    const { address, port } = world.place(443);
    const socket = connectTls({ host: address, port, servername: host, ca, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    return socket;
  }

  test('a length that can be read in two ways is refused, and nothing hides behind it', async () => {
    const shapes: Readonly<Record<string, string>> = {
      'length and chunks': `${post('Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\n${smuggled}`,
      'chunks and length': `${post('Transfer-Encoding: chunked', `Content-Length: ${smuggled.length + 5}`)}0\r\n\r\n${smuggled}`,
      'two lengths': `${post('Content-Length: 0', `Content-Length: ${smuggled.length}`)}${smuggled}`,
      'a list of lengths': `${post(`Content-Length: 0, ${smuggled.length}`)}${smuggled}`,
      'a signed length': `${post('Content-Length: +0')}${smuggled}`,
      'a hexadecimal length': `${post('Content-Length: 0x0')}${smuggled}`,
      'a length with a blank in it': `${post('Content-Length: 0 0')}${smuggled}`,
      'an unknown coding': `${post('Transfer-Encoding: xchunked')}0\r\n\r\n${smuggled}`,
      'chunks twice': `${post('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')}0\r\n\r\n${smuggled}`,
      'chunks not last': `${post('Transfer-Encoding: chunked, identity')}0\r\n\r\n${smuggled}`,
      'a blank before the colon': `${post('Transfer-Encoding : chunked', `Content-Length: ${smuggled.length + 5}`)}0\r\n\r\n${smuggled}`,
      'a folded line': `${post('Transfer-Encoding:\r\n chunked', `Content-Length: ${smuggled.length + 5}`)}0\r\n\r\n${smuggled}`,
      'a vertical tab': `${post('Transfer-Encoding:\x0bchunked', `Content-Length: ${smuggled.length + 5}`)}0\r\n\r\n${smuggled}`,
      'a chunk size that is none': `${post('Transfer-Encoding: chunked')}0x0\r\n\r\n${smuggled}`,
      'a negative chunk': `${post('Transfer-Encoding: chunked')}-1\r\n\r\n${smuggled}`,
      'a chunk larger than numbers go': `${post('Transfer-Encoding: chunked')}10000000000000000\r\n${smuggled}`,
    };
    seen.length = 0;
    const answers = await Promise.all(
      Object.entries(shapes).map(async ([shape, bytes]) => [shape, codes(await say(bytes))] as const),
    );
    for (const [shape, [first, ...more]] of answers) {
      assert.match(String(first), /^(?:400|501)$/, shape);
      assert.deepEqual(more, [], shape);
    }
    assert.deepEqual(seen.filter(isSmuggled), []);
  });

  test('what is read in spite of its form is told anew, in one way', async () => {
    seen.length = 0;
    // The second request is one for Envoy, too, and is answered.
    const chunk = `${post('Transfer-Encoding: chunked')}1\r\nab\r\n0\r\n\r\n${smuggled}`;
    assert.deepEqual(codes(await say(chunk)), ['200', '200']);
    assert.deepEqual(seen, [`POST /outer ${host}`, `GET /smuggled ${host}`]);
    seen.length = 0;
    const carriageReturn = `GET /cr HTTP/1.1\r\nHost: ${host}\r\nX: a\rGET /smuggled HTTP/1.1\r\n\r\n`;
    assert.deepEqual(codes(await say(carriageReturn)), ['200']);
    assert.deepEqual(codes(await say(`GET /lf HTTP/1.1\nHost: ${host}\n\n`)), ['200']);
    assert.deepEqual(seen, [`GET /cr ${host}`, `GET /lf ${host}`]);
  });

  test('a line that is none is refused', async () => {
    const shapes: Readonly<Record<string, string>> = {
      'a zero byte in a value': `GET / HTTP/1.1\r\nHost: ${host}\r\nX: a\0b\r\n\r\n`,
      'a header without a name': `GET / HTTP/1.1\r\nHost: ${host}\r\n: x\r\n\r\n`,
      'a header without a colon': `GET / HTTP/1.1\r\nHost: ${host}\r\nnothing\r\n\r\n`,
      'a blank in a name': `GET / HTTP/1.1\r\nHost: ${host}\r\nX Y: z\r\n\r\n`,
      'two hosts': `GET / HTTP/1.1\r\nHost: ${host}\r\nHost: other.example.com\r\n\r\n`,
      'no host': 'GET / HTTP/1.1\r\n\r\n',
      'an older HTTP': `GET / HTTP/0.9\r\n\r\n`,
      'a blank in the path': `GET /a b HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      'no path': `GET  HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      'TLS where there is none': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      'HTTP/2 without TLS': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    };
    seen.length = 0;
    await Promise.all(
      Object.entries(shapes).map(async ([shape, bytes]) => {
        assert.match(codes(await say(bytes)).join(), /^(?:4\d\d|)$/, shape);
      }),
    );
    assert.deepEqual(seen, []);
  });

  test('an upgrade, a tunnel and a whole URL lead nowhere else', async () => {
    const upgrade = `GET /plain HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`;
    assert.deepEqual(codes(await say(upgrade)), ['200']);
    const tunnel = `CONNECT ${host}:80 HTTP/1.1\r\nHost: ${host}:80\r\n\r\n`;
    assert.match(codes(await say(tunnel + smuggled)).join(), /^[45]\d\d/);
    seen.length = 0;
    // The URL counts, not the Host beside it.
    assert.deepEqual(codes(await say(whole(`http://${host}/whole`, 'other.example.com'))), ['200']);
    assert.deepEqual(codes(await say(whole('http://other.example.com/other', host))), ['404']);
    assert.deepEqual(seen, [`GET /whole ${host}`]);
  });

  test('requests one after the other on a connection are as many answers', async () => {
    seen.length = 0;
    const chunked = `${post('Transfer-Encoding: chunked')}5;x=y\r\nhello\r\n0\r\nTrailer: t\r\n\r\n`;
    const bytes = `${chunked}${post('Content-Length: 5')}hello${smuggled.replace('smuggled', 'second')}`;
    assert.deepEqual(codes(await say(bytes)), ['200', '200', '200']);
    assert.deepEqual(seen, [`POST /outer ${host}`, `POST /outer ${host}`, `GET /second ${host}`]);
  });

  test('headers without end, too many or too large, are 400, and cost nobody else anything', async () => {
    for (const [count, size] of [
      [101, 1],
      [10_000, 1],
      [61, 1024],
      [1, 62_000],
      [90, 700],
    ] as const) {
      assert.deepEqual(codes(await say(flood(count, size))), ['400'], `${count} of ${size}`);
    }
    assert.deepEqual(codes(await say(flood(90, 10))), ['200']);
    const endless = say(`GET / HTTP/1.1\r\nHost: ${host}\r\nx: ${'v'.repeat(10 * 1024 * 1024)}`);
    assert.equal((await world.call({ host })).status, 200);
    assert.deepEqual(codes(await endless), ['400']);
    assert.deepEqual(codes(await say(`GET /${'p'.repeat(62_000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)), [
      '400',
    ]);
  });

  test('HTTP/2 cannot say what HTTP/1.1 would read as something else', async () => {
    const request: readonly (readonly [string, string])[] = [
      [':method', 'POST'],
      [':scheme', 'https'],
      [':authority', host],
      [':path', '/outer'],
    ];
    const shapes: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
      'a coding': [...request, ['transfer-encoding', 'chunked']],
      'a line break in a value': [...request, ['x-a', `b\r\n\r\n${smuggled}`]],
      'a line feed in a value': [...request, ['x-a', `b\nGET /smuggled HTTP/1.1`]],
      'a line break in a name': [...request, ['x-a: b\r\nx-c', 'd']],
      'a colon in a name': [...request, ['x-a:b', 'c']],
      'capitals in a name': [...request, ['Content-Length', '0']],
      'a line break in the path': [
        ...request.slice(0, 3),
        [':path', `/ HTTP/1.1\r\nx: y\r\n\r\n${smuggled}`],
      ],
      'a line break in the method': [[':method', `GET /smuggled HTTP/1.1\r\nx:`], ...request.slice(1)],
      'a blank in the path': [...request.slice(0, 3), [':path', '/smuggled HTTP/1.1']],
      'two paths': [...request, [':path', '/smuggled']],
      'an empty path': [...request.slice(0, 3), [':path', '']],
      'two hosts in one': [...request.slice(0, 2), [':authority', `${host}\r\nx: y`], [':path', '/']],
      'a connection of its own': [...request, ['connection', 'close']],
      'a length that is none': [...request, ['content-length', '-1']],
      'a length that is wrong': [...request, ['content-length', '4']],
      'two lengths': [...request, ['content-length', '5'], ['content-length', String(smuggled.length)]],
    };
    seen.length = 0;
    await Promise.all(
      Object.values(shapes).map(async (headers) => {
        const socket = await openHttp2();
        const heard = heardOn(socket);
        socket.write(rawFrames([{ headers, body: smuggled }]));
        await heard;
      }),
    );
    assert.deepEqual(
      seen.filter((each) => each !== `POST /outer ${host}`),
      [],
    );
    assert.ok(seen.length <= Object.keys(shapes).length);
    assert.equal((await world.call({ host })).status, 200);
  });

  test('floods of HTTP/2 frames end their own connection only', async () => {
    const pid = world.dataPlane.envoyPid();
    const request: readonly (readonly [string, string])[] = [
      [':method', 'GET'],
      [':scheme', 'https'],
      [':authority', host],
      [':path', '/'],
    ];
    const opened = Buffer.concat([rawFrames([])]);
    const floods: Readonly<Record<string, Buffer>> = {
      settings: Buffer.concat([opened, ...many(20_000, settings)]),
      pings: Buffer.concat([opened, ...many(20_000, ping)]),
      priorities: Buffer.concat([opened, ...many(20_000, (n) => priority(2 * n + 1))]),
      'requests taken back at once': Buffer.concat([
        rawFrames(
          many(5_000, () => ({ headers: request })),
          (id) => reset(id),
        ),
      ]),
      'headers without end': rawFrames([
        { headers: many(5_000, (n) => [`x-${n}`, 'v'.repeat(100)] as const), isEndless: true },
      ]),
      'empty data': rawFrames([{ headers: request, emptyData: 20_000 }]),
    };
    for (const [flood, bytes] of Object.entries(floods)) {
      const socket = await openHttp2();
      socket.on('error', () => undefined);
      const heard = heardOn(socket, 500);
      socket.write(bytes);
      const answer = await world.call({ host });
      assert.equal(answer.status, 200, flood);
      await heard;
    }
    assert.equal((await world.call({ host })).status, 200);
    assert.equal(world.dataPlane.envoyPid(), pid);
  });
});

/** What comes back until the other side closes, or says nothing more for a while. */
async function heardOn(socket: Socket, quietMs = 300): Promise<string> {
  let heard = '';
  socket.setEncoding('latin1');
  await new Promise<void>((resolve) => {
    socket.setTimeout(quietMs, resolve);
    socket.on('data', (chunk) => (heard += String(chunk)));
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
  socket.destroy();
  return heard;
}

const codes = (heard: string): readonly string[] =>
  [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code = '']) => code);

const isSmuggled = (request: string): boolean => request.includes('smuggled');

const post = (...lines: readonly string[]): string =>
  [`POST /outer HTTP/1.1`, `Host: ${host}`, ...lines, '', ''].join('\r\n');

const whole = (url: string, name: string) => `GET ${url} HTTP/1.1\r\nHost: ${name}\r\n\r\n`;

const line = (n: number, size: number): string => `x-${n}: ${'v'.repeat(size)}\r\n`;
const flood = (count: number, size: number): string =>
  `GET / HTTP/1.1\r\nHost: ${host}\r\n${Array.from({ length: count }, (_, n) => line(n, size)).join('')}\r\n`;

const many = <T>(count: number, each: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => each(n));
