import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer as createNetServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { after, before, test } from 'node:test';
import { createAuthority } from '../../src/certificates/authority.ts';
import { bytesOf, WireError } from '../../src/ports/wire.ts';
import { httpClient } from '../../src/ports/system/http-client.ts';
import type { HttpClientOptions } from '../../src/ports/system/http-client.ts';

const now = Date.now();
const authority = createAuthority('the authority of the test', now);
const { cert: ca } = authority;
const certificate = authority.issue(['inside.example', '127.0.0.1'], now);
const stops: (() => void)[] = [];
let origin: string;
/** Who came by which way: `http`, `https`, `socks5`. */
let ways: string[] = [];

before(async () => {
  const server = createHttpsServer({ ...certificate, ca, requestCert: true, rejectUnauthorized: false });
  server.on('request', (request, response) => {
    const peer =
      request.socket instanceof TLSSocket ? request.socket.getPeerCertificate().subject : undefined;
    const groups = request.rawHeaders.filter((_, i) => request.rawHeaders[i - 1] === 'impersonate-group');
    response.end(JSON.stringify({ as: peer?.CN, groups }));
  });
  origin = `https://127.0.0.1:${await listen(server)}`;
});

after(() => {
  for (const stop of stops) stop();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

async function ask(options: Partial<HttpClientOptions>): Promise<unknown> {
  const client = httpClient({ origin, tls: { ca }, ...options });
  try {
    return await askOf(client);
  } finally {
    await client.close();
  }
}

async function askOf({ wire }: ReturnType<typeof httpClient>): Promise<unknown> {
  const request = { method: 'GET', target: '/', headers: {}, body: new Uint8Array() };
  const { body } = await wire(request, AbortSignal.timeout(5000));
  const said: unknown = JSON.parse(Buffer.from(await bytesOf(body)).toString('utf8'));
  return said;
}

test('the server is known by its authority, under the name that was asked for', async () => {
  const nobody = { groups: [] };
  assert.deepEqual(await ask({}), nobody);
  assert.deepEqual(await ask({ tls: { ca, servername: 'inside.example' } }), nobody);
  assert.deepEqual(await ask({ tls: { rejectUnauthorized: false } }), nobody);
  await assert.rejects(ask({ tls: { ca, servername: 'outside.example' } }), WireError);
  await assert.rejects(ask({ tls: {} }), WireError);
});

test('headers go with every request, each a line of its own', async () => {
  const headers = [
    ['impersonate-group', 'a'],
    ['impersonate-group', 'b, c'],
  ] as const;
  assert.deepEqual(await ask({ headers }), { groups: ['a', 'b, c'] });
});

test('a client certificate is shown, and another one as soon as there is one', async () => {
  const [first, second] = [authority.issue(['first'], now), authority.issue(['second'], now)];
  assert.deepEqual(await ask({ tls: { ca, ...first } }), { as: 'first', groups: [] });
  let identity = first;
  const client = httpClient({ origin, tls: { ca }, identity: async () => identity });
  assert.deepEqual(await askOf(client), { as: 'first', groups: [] });
  identity = second;
  assert.deepEqual(await askOf(client), { as: 'second', groups: [] });
  await client.close();
});

/** As a proxy does: a tunnel to wherever the client wants. */
function tunnel(way: string): (request: IncomingMessage, socket: Duplex) => void {
  return ({ url = '' }, socket) => {
    ways.push(way);
    const [host = '', port = ''] = url.split(':');
    const there = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      there.pipe(socket).pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy());
  };
}

/** No authentication, CONNECT to an IPv4 address or a name. */
function socks(socket: Socket): void {
  socket.once('data', () => {
    socket.write(Buffer.of(5, 0));
    socket.once('data', (asked) => {
      ways.push('socks5');
      const isName = asked[3] === 3;
      const end = isName ? 5 + (asked[4] ?? 0) : 8;
      const host = isName ? asked.toString('latin1', 5, end) : asked.subarray(4, end).join('.');
      const there = connect(asked.readUInt16BE(end), host, () => {
        socket.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
        there.pipe(socket).pipe(there);
      });
      there.on('error', () => socket.destroy());
      socket.on('error', () => there.destroy());
    });
  });
}

test('the way leads through a proxy of http, https or socks5', async () => {
  const proxies = {
    http: createHttpServer().on('connect', tunnel('http')),
    https: createHttpsServer(certificate).on('connect', tunnel('https')),
    socks5: createNetServer(socks),
  };
  for (const [scheme, server] of Object.entries(proxies)) {
    ways = [];
    const proxy = `${scheme}://127.0.0.1:${await listen(server)}`;
    assert.deepEqual(await ask({ proxy }), { groups: [] }, scheme);
    assert.deepEqual(ways, [scheme]);
    await assert.rejects(ask({ proxy, tls: {} }), WireError, scheme);
  }
});
