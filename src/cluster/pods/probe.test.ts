import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { suite, test } from 'node:test';
import { selfSigned } from '../../certificates/self-signed.ts';
import { dialHere } from '../../networks/dial.ts';
import { systemClock } from '../../ports/system/clock.ts';
import { look } from './probe.ts';
import type { Check } from './probe.ts';

const probe = {
  initialDelayMs: 0,
  periodMs: 1000,
  timeoutMs: 5000,
  successThreshold: 1,
  failureThreshold: 3,
};

suite('a probe over HTTP', () => {
  for (const scheme of ['http', 'https'] as const) {
    test(`asks over a connection that the node opens to the pod, also by ${scheme}`, async (t) => {
      const server =
        scheme === 'http' ? createServer() : createTlsServer(selfSigned(['pod'], systemClock.now()));
      const asked: string[] = [];
      server.on('request', ({ url, headers }: { url: string; headers: { host: string } }, response) => {
        asked.push(`${headers.host}${url}`);
        response.writeHead(url === '/healthy' ? 204 : 500).end();
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      t.after(() => server.close());
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      const host = {
        clock: systemClock,
        exec: async () => Promise.reject(new Error('nothing is run')),
        dial: async (place: { host: string; port: number }, signal: AbortSignal) => {
          assert.deepEqual(place, { host: '10.64.0.1', port: 8080 });
          return await dialHere({ host: '127.0.0.1', port: address.port }, signal);
        },
      };
      const at = (path: string): Check => ({
        kind: 'http',
        origin: `${scheme}://10.64.0.1:8080`,
        path,
        headers: {},
      });
      const { signal } = new AbortController();
      assert.equal(await look({ ...probe, check: at('/healthy') }, host, signal), undefined);
      assert.equal(
        await look({ ...probe, check: at('/sick') }, host, signal),
        'HTTP probe failed with statuscode: 500',
      );
      assert.deepEqual(asked, ['10.64.0.1:8080/healthy', '10.64.0.1:8080/sick']);
    });
  }
});
