import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bodyLimits } from '../../src/local/api/api.ts';
import { isRecord } from '../../src/local/contract/validate.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { serveHttp } from '../../src/ports/system/http-server.ts';
import type { HttpServer } from '../../src/ports/system/http-server.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { signedCall } from './signed.ts';
import type { Unsigned } from './signed.ts';
import { latticeWorld, quiet } from './world.ts';

const { wire, region } = latticeWorld(systemClock);
let server: HttpServer;

suite('whoever means harm, over HTTP,', () => {
  before(async () => {
    server = await serveHttp(wire, { host: '127.0.0.1', port: 0, log: quiet, ...bodyLimits(systemRandom) });
  });
  after(async () => {
    await server.close();
    region.close();
  });

  test('gets 413 for a body of eleven megabytes, in the words of AWS', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(11 * 1024 * 1024) });
    const response = await fetch(`${server.url}/services`, { method: 'POST', body });
    assert.equal(response.status, 413);
    assert.equal(response.headers.get('x-amzn-errortype'), 'RequestEntityTooLargeException');
    assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/);
  });

  for (const [what, head] of [
    ['headers of a megabyte', Array.from({ length: 1_000 }, (_, i) => `x-${i}: ${'y'.repeat(1_000)}`)],
    ['ten thousand headers', Array.from({ length: 10_000 }, (_, i) => `x-${i}: y`)],
    ['two lengths', ['content-length: 1', 'content-length: 2']],
    ['a length beside chunks', ['content-length: 1', 'transfer-encoding: chunked']],
    ['a header without a name', [': x']],
    ['a line break in a header', ['x-a: b\rc: d']],
  ] as const) {
    test(`gets a status from 400 up for ${what}`, async () => {
      const status = await statusOf(
        ['GET /services HTTP/1.1', 'host: lattice.test', ...head, '', ''].join('\r\n'),
      );
      assert.ok(status >= 400 && status < 500, String(status));
    });
  }

  test('gets a status from 400 up for what is no HTTP at all', async () => {
    assert.equal(await statusOf('\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n'), 400);
  });

  test('finds everything as it was, and is in the audit log', async () => {
    await fetch(`${server.url}/services`, { headers: { authorization: 'AWS4-HMAC-SHA256 nonsense' } });
    await fetch(`${server.url}/services`);
    const { calls } = await json(await fetch(`${server.url}/_trellis/calls`));
    assert.ok(Array.isArray(calls));
    const last = calls.slice(-2).map((call: unknown) => (isRecord(call) ? call : {}));
    assert.deepEqual(
      last.map(({ operation, status, account, error }) => ({ operation, status, account, error })),
      [
        { operation: 'ListServices', status: 400, account: '', error: 'IncompleteSignatureException' },
        { operation: 'ListServices', status: 403, account: '', error: 'MissingAuthenticationTokenException' },
      ],
    );
    assert.equal(region.state().services.size, 0);
    assert.equal((await signed({ method: 'GET', target: '/services' })).status, 200);
  });

  test('does not make it grow', async () => {
    setFlagsFromString('--expose-gc');
    const gc: unknown = runInNewContext('gc');
    assert.ok(typeof gc === 'function');
    const used = (): number => {
      gc();
      return process.memoryUsage().heapUsed;
    };
    await flood();
    const before = used();
    await flood();
    await flood();
    const grown = used() - before;
    assert.ok(grown < 4 * 1024 * 1024, `${grown} bytes more`);
  });
});

/** All kinds of attacks, some times over. */
async function flood(): Promise<void> {
  for (let index = 0; index < 10; index += 1) {
    await Promise.all(attacks(index).map(async (attack) => (await attack).arrayBuffer()));
  }
  await fetch(`${server.url}/_trellis/calls`, { method: 'DELETE' });
}

/** Some of each kind; every one is refused. */
function attacks(index: number): readonly Promise<Response>[] {
  const long = 'x'.repeat(200_000);
  return [
    signed({ method: 'POST', target: '/services', body: `{"name":"${long}${index}"}` }),
    signed({ method: 'POST', target: '/services', body: '['.repeat(50_000) }),
    signed({ method: 'POST', target: '/services', body: `{"name":` }),
    signed({ method: 'POST', target: '/services', body: `{"name":{"a":["${long}"]}}` }),
    signed({ method: 'GET', target: `/services/${long.slice(0, 10_000)}${index}` }),
    signed({ method: 'GET', target: `/services?nextToken=${long.slice(0, 10_000)}${index}` }),
    signed({ method: 'GET', target: '/services/%ff' }),
    fetch(`${server.url}/services`, { headers: { authorization: long.slice(0, 8_000) } }),
    fetch(`${server.url}/services`, { method: 'POST', body: long }),
    fetch(`${server.url}/`, {
      method: 'POST',
      body: `Action=AssumeRoleWithWebIdentity&WebIdentityToken=${long}`,
    }),
  ];
}

async function signed(call: Unsigned): Promise<Response> {
  const { host } = new URL(server.url);
  const headers = signedCall({ ...call, headers: { host } }, { accessKeyId: 'KEY', now: Date.now() });
  const { method, body } = call;
  return await fetch(`${server.url}${call.target}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
}

async function json(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await response.json();
  assert.ok(isRecord(body));
  return body;
}

/** The status that the first bytes of an answer have. */
async function statusOf(request: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(request, 'latin1'));
    socket.setTimeout(5_000, () => reject(new Error('no answer')));
    socket.once('error', reject);
    socket.once('data', (bytes) => {
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(bytes.toString('latin1'))?.[1]));
      socket.destroy();
    });
  });
}
