/** Requests that few clients send, and what Lattice makes of them: answers, what targets hear, and lines of the log. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { after, before, suite } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { loggedWorld } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import { sourced } from './sourced.ts';
import type { Source } from './sourced.ts';
import { forwardTo } from './world.ts';

const host = 'echo.example.com';
const certificateArn = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012';

/** What is written to a connection, what comes back, and what the log says of it. */
interface Odd {
  readonly source: Source;
  readonly sentence: string;
  readonly bytes: string;
  readonly status: number;
  /** `failureReason` in the log. */
  readonly reason: string;
}

const lines = (count: number): string => Array.from({ length: count }, (_, n) => `x-${n}: v\r\n`).join('');
const get = (target: string, more = '', version = '1.1'): string =>
  `GET ${target} HTTP/${version}\r\nHost: ${host}\r\n${more}\r\n`;

const odd: readonly Odd[] = [
  {
    source: 'choice',
    sentence: 'HTTP/1.0 is too old',
    bytes: get('/', '', '1.0'),
    status: 426,
    reason: 'ClientProtocolError',
  },
  {
    source: 'guide: quotas',
    sentence: 'a hundred lines of headers are enough',
    bytes: get('/hundred', lines(99)),
    status: 200,
    reason: '-',
  },
  {
    source: 'guide: quotas',
    sentence: 'one more is too much',
    bytes: get('/hundred-one', lines(100)),
    status: 400,
    reason: 'ClientProtocolError',
  },
  {
    source: 'choice',
    sentence: 'a URL of https without TLS is no request',
    bytes: `GET https://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    status: 400,
    reason: 'ClientProtocolError',
  },
  {
    source: 'guide: monitoring-access-logs',
    sentence: 'a fragment is no part of a request',
    bytes: get('/a#b'),
    status: 400,
    reason: 'ClientProtocolError',
  },
  {
    source: 'choice',
    sentence: 'a body that does not come to its end is waited for, for the idle time-out',
    bytes: `POST /half HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\nhalf`,
    status: 400,
    reason: 'ClientProtocolError',
  },
  {
    source: 'choice',
    sentence: 'what is asked for without a path is nowhere',
    bytes: `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    status: 404,
    reason: '-',
  },
  {
    source: 'choice',
    sentence: 'nor is there a tunnel',
    bytes: `CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    status: 404,
    reason: '-',
  },
];

suite('odd requests', () => {
  let logged: LoggedWorld;

  before(async () => {
    logged = await loggedWorld();
    const { world, groupOf } = logged;
    const echo = await world.target((request, response) => {
      const { method, url, rawHeaders } = request;
      request.resume();
      request.on('end', () => {
        if (url === '/hints') {
          response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.end('hinted'));
        } else if (url === '/hop') {
          response.writeHead(200, {
            connection: 'keep-alive, x-hop',
            'keep-alive': 'timeout=5',
            'x-hop': '1',
          });
          response.end('hop');
        } else if (url === '/trailers') {
          response.writeHead(200, { trailer: 'x-last' });
          response.write('body');
          response.addTrailers({ 'x-last': '1' });
          response.end();
        } else {
          response.end(JSON.stringify({ method, rawHeaders, trailers: request.rawTrailers }));
        }
      });
    });
    const service = world.service('echo', host);
    const group = groupOf('echo', echo);
    world.listener(service, [[group, 1]]);
    const serviceIdentifier = service.id;
    // The API takes 60 seconds and more; nobody waits for that here.
    world.done({ op: 'UpdateService', input: { serviceIdentifier, certificateArn, idleTimeoutSeconds: 1 } });
    const https = { serviceIdentifier, name: 'https', protocol: 'HTTPS' } as const;
    world.done({ op: 'CreateListener', input: { ...https, defaultAction: forwardTo([[group, 1]]) } });
    logged.logNetwork();
    await world.settle();
  });
  after(async () => logged.close());

  /** What comes back on a connection until it says nothing more. */
  async function say(bytes: string, quietMs = 100): Promise<string> {
    const { address, port } = logged.world.place(80);
    const socket = connect(port, address);
    let heard = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      heard += chunk;
      socket.setTimeout(quietMs);
    });
    socket.on('error', () => undefined).on('timeout', () => socket.destroy());
    socket.setTimeout(5_000);
    socket.write(bytes);
    await once(socket, 'close');
    return heard;
  }

  async function heardBy(bytes: string): Promise<string> {
    const answer = await say(bytes);
    assert.match(answer, /^HTTP\/1\.1 (?:100 Continue\r\n\r\nHTTP\/1\.1 )?200 OK/);
    return answer.slice(answer.lastIndexOf('\r\n\r\n'));
  }

  for (const { source, sentence, bytes, status, reason } of odd) {
    sourced(source, `${sentence}: ${status}`, async () => {
      const answer = await say(bytes);
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
      // No word of Envoy's own.
      assert.doesNotMatch(answer, /timeout$|Too Large/);
      const found = await logged.line({ bytesReceived: bytes.length });
      assert.deepEqual([found['responseCode'], found['failureReason']], [status, reason]);
    });
  }

  sourced('guide: http-targets', 'every method goes to the target, which alone knows it', async () => {
    for (const method of ['OPTIONS', 'TRACE', 'PROPFIND']) {
      assert.match(await heardBy(get('/').replace('GET', method)), new RegExp(`"method":"${method}"`));
    }
    const head = await say(get('/').replace('GET', 'HEAD'));
    assert.match(head, /^HTTP\/1\.1 200 OK\r\n[^{]*\r\n\r\n$/s);
  });

  sourced('guide: http-targets', 'a client that asks whether to go on may go on', async () => {
    const asks = `POST / HTTP/1.1\r\nHost: ${host}\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok`;
    assert.doesNotMatch(await heardBy(asks), /expect/i);
  });

  sourced('guide: http-targets', 'headers of one connection stay on it, those it names too', async () => {
    const own = ['Keep-Alive: timeout=5', 'Proxy-Connection: keep-alive', 'TE: gzip', 'X-Hop: secret'];
    const heard = await heardBy(
      get('/', `Connection: keep-alive, X-Hop\r\n${own.join('\r\n')}\r\nX-Far: 1\r\n`),
    );
    assert.match(heard, /"x-far","1"/i);
    assert.doesNotMatch(heard, /x-hop|keep-alive|proxy-connection|"te"/i);
  });

  sourced(
    'choice',
    'of the headers of a target all reach the client but those that are always of one connection',
    async () => {
      const answer = await say(get('/hop'));
      assert.match(answer, /\r\nx-hop: 1\r\n/);
      assert.doesNotMatch(answer, /\r\n(?:connection|keep-alive):/i);
    },
  );

  sourced('choice', 'answers before the answer stay with Lattice', async () => {
    const answer = await say(get('/hints'));
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    assert.doesNotMatch(answer, / 103 |style\.css/);
  });

  sourced('choice', 'trailers of HTTP/1.1 stay on their connection', async () => {
    const chunked = `POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-up: 1\r\n\r\n`;
    assert.match(await heardBy(chunked), /"trailers":\[\]/);
    assert.match(await say(get('/trailers', 'TE: trailers\r\n')), /\r\n4\r\nbody\r\n0\r\n\r\n$/);
  });

  sourced(
    'choice',
    'HTTP/2 with too many or too large headers is broken off, and other streams of the connection are not',
    async () => {
      const { address, port } = logged.world.place(443);
      const ca = readFileSync(logged.world.dataPlane.authorityFile, 'utf8');
      const socket = connectTls({ host: address, port, servername: host, ca, ALPNProtocols: ['h2'] });
      await once(socket, 'secureConnect');
      const session = connectHttp2(`https://${host}`, { createConnection: () => socket });
      const status = async (headers: IncomingHttpHeaders): Promise<unknown> => {
        const stream = session.request({ ':path': '/', ...headers });
        try {
          const [answer]: IncomingHttpHeaders[] = await once(stream, 'response');
          stream.resume();
          return answer?.[':status'];
        } catch {
          return 'broken off';
        }
      };
      const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`x-${n}`, 'v']));
      assert.equal(await status(many), 'broken off');
      assert.equal(await status({ 'x-large': 'v'.repeat(62_000) }), 'broken off');
      assert.equal(await status({}), 200);
      session.destroy();
      const line = await logged.line({ protocol: 'HTTP/2', responseCode: 0 });
      assert.equal(line['failureReason'], 'ClientProtocolError');
    },
  );
});
