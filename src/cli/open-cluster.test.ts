import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { selfSigned } from '../certificates/self-signed.ts';
import { createKubeClient } from '../kube/client.ts';
import { serveHttp } from '../ports/system/http-server.ts';
import { systemClock } from '../ports/system/clock.ts';
import { systemLog } from '../ports/system/log.ts';
import { openCluster } from './open-cluster.ts';

test('a cluster is reached through its proxy, over TLS, with the token of a credential plugin that is run again when refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-open-cluster-'));
  const certificate = selfSigned(['127.0.0.1'], Date.now());
  const tokens: (string | undefined)[] = [];
  const server = await serveHttp(
    async ({ headers }) => {
      tokens.push(headers['authorization']);
      const status = headers['authorization'] === 'Bearer token-2' ? 200 : 401;
      return { status, headers: {}, body: Buffer.from('{"gitVersion":"v1.36.3"}') };
    },
    { host: '127.0.0.1', port: 0, tls: certificate, log: systemLog('error', 'test') },
  );
  const proxied: (string | undefined)[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, socket) => {
    proxied.push(url);
    const [host, port] = url.split(':');
    const onward = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    onward.pipe(socket).pipe(onward);
    for (const end of [onward, socket]) end.on('error', () => undefined);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  assert.ok(typeof address === 'object' && address !== null);
  writeFileSync(
    join(folder, 'login'),
    `#!/bin/sh
echo x >>"$1"
printf '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "token-%d"}}' $(wc -l <"$1")
`,
    { mode: 0o700 },
  );
  writeFileSync(
    join(folder, 'config'),
    JSON.stringify({
      'current-context': 'far',
      contexts: [{ name: 'far', context: { cluster: 'far', user: 'me' } }],
      clusters: [
        {
          name: 'far',
          cluster: {
            server: server.url,
            'proxy-url': `http://127.0.0.1:${address.port}`,
            'certificate-authority-data': Buffer.from(certificate.cert).toString('base64'),
          },
        },
      ],
      users: [
        {
          name: 'me',
          user: {
            exec: {
              apiVersion: 'client.authentication.k8s.io/v1',
              command: './login',
              args: [join(folder, 'runs')],
            },
          },
        },
      ],
    }),
  );
  const { signal } = new AbortController();
  const { connection, http } = openCluster(
    { env: { KUBECONFIG: join(folder, 'config') }, clock: systemClock },
    undefined,
  );
  try {
    const client = createKubeClient({
      ...connection,
      wire: http.wire,
      clock: systemClock,
      userAgent: 'test',
    });
    assert.equal(await client.serverVersion(signal), 'v1.36.3');
    assert.deepEqual(tokens, ['Bearer token-1', 'Bearer token-2']);
    assert.deepEqual(proxied.slice(0, 1), [new URL(server.url).host]);
  } finally {
    await http.close();
    await server.close();
    proxy.closeAllConnections();
    proxy.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
