/** A controller in Go, as the AWS controllers for Kubernetes are built: the same program on both clusters. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { serveHttp } from '../../src/ports/system/http-server.ts';
import { systemLog } from '../../src/ports/system/log.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { startRealApi } from '../../tools/kube/api.ts';
import { runController } from '../../tools/kube/controller/program.ts';
import { definitionFiles } from '../../tools/kube/definitions.ts';
import { openKubeconfig } from '../../tools/kube/open-kubeconfig.ts';
import { embeddedWire } from '../contract/kubernetes-parity/embedded.ts';

const root = resolve(import.meta.dirname, '../..');

async function serves(wire: Wire): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'hotel' } };
  await wire(
    {
      method: 'POST',
      target: '/api/v1/namespaces',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(namespace)),
    },
    AbortSignal.timeout(5000),
  );
  const folder = mkdtempSync(join(tmpdir(), 'trellis-controller-'));
  const log = systemLog('silent', 'test');
  const door = await serveHttp(wire, { host: '127.0.0.1', port: 0, log });
  try {
    await runController(root, openKubeconfig(folder, door.url));
  } finally {
    await door.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a controller on controller-runtime lives and works in an embedded cluster', async () => {
  await serves(embeddedWire());
});

test('the same one in a real cluster', async () => {
  const api = await startRealApi({ definitions: definitionFiles(), signal: AbortSignal.timeout(60_000) });
  try {
    await serves(api.wire);
  } finally {
    await api.stop();
  }
});
