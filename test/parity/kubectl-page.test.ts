import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../src/ports/system/temporary-folder.ts';
import { openShell } from '../../tools/story/shell.ts';
import { root } from '../stories/hotel.ts';
import { typeKubectlPage } from '../stories/kubectl-page.ts';
import { startRealCluster } from './real-cluster.ts';

test('every command of docs/kubectl.md, typed at a real Kubernetes', async () => {
  const folder = temporaryFolder('kubectl-page');
  const cluster = await startRealCluster('page', '10.67.0.1');
  const kubectl = async (...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)('kubectl', ['--kubeconfig', cluster.kubeconfig, ...args], {
      cwd: root,
      timeout: 60_000,
    });
  writeFileSync(join(folder, 'env'), `export KUBECONFIG='${cluster.kubeconfig}' HOME='${folder}'\n`);
  const shell = openShell(root, join(folder, 'env'));
  try {
    await kubectl('apply', '--server-side', '-f', 'config/gateway-api', '-f', 'config/crds');
    await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s');
    await typeKubectlPage(shell, 'real');
  } finally {
    shell.close();
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
