import assert from 'node:assert/strict';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { selfSigned } from '../../src/certificates/self-signed.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { httpClient } from '../../src/ports/system/http-client.ts';
import { createKubeClient } from '../../src/kube/client.ts';
import type { WatchEvent } from '../../src/kube/watch.ts';

const configMap = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

test('twenty watches of one client share a connection where the server speaks HTTP/2', async () => {
  const { cert, key } = selfSigned(['127.0.0.1', 'localhost'], Date.now());
  const server = createSecureServer({ cert, key });
  let connections = 0;
  server.on('session', () => (connections += 1));
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/json' });
    stream.write('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"2"}}}\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = addressOf(server.address());
  const http = httpClient({ origin: `https://127.0.0.1:${port}`, tls: { ca: cert } });
  const client = createKubeClient({ wire: http.wire, clock: systemClock, userAgent: 'test' });
  const stop = new AbortController();
  const options = { resourceVersion: '1', timeoutSeconds: 300 };
  const watches = Array.from({ length: 20 }, () => {
    const events = client.watch(configMap, options, stop.signal);
    return events[Symbol.asyncIterator]();
  });
  const said = await Promise.all(watches.map(second));
  assert.deepEqual(new Set(said), new Set(['2']));
  assert.equal(connections, 1);
  for (const watch of watches) await watch.return?.();
  stop.abort(new Error('seen'));
  await http.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

/** The first event is the client's own, the second the server's. */
async function second(watch: AsyncIterator<readonly WatchEvent[]>): Promise<string> {
  await watch.next();
  const { value }: IteratorResult<readonly WatchEvent[], undefined> = await watch.next();
  const [event] = value ?? [];
  return event?.type === 'BOOKMARK' ? event.resourceVersion : '';
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  assert.ok(typeof address === 'object' && address !== null);
  return address;
}
