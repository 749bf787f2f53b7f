import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { temporaryFolder } from '../../src/ports/system/temporary-folder.ts';
import { definitionFiles } from '../../tools/kube/definitions.ts';
import { openShell } from '../../tools/story/shell.ts';
import { smallCluster } from '../workloads/small-cluster.ts';
import { root } from './hotel.ts';
import { typeKubectlPage } from './kubectl-page.ts';

test('every command of docs/kubectl.md, typed at the embedded cluster', async () => {
  const folder = temporaryFolder('kubectl-page');
  const manifests = definitionFiles().map((file): unknown => parse(readFileSync(join(root, file), 'utf8')));
  const world = await smallCluster({ manifests });
  writeFileSync(join(folder, 'kubeconfig'), world.cluster.kubeconfig(), { mode: 0o600 });
  writeFileSync(join(folder, 'env'), `export KUBECONFIG='${folder}/kubeconfig' HOME='${folder}'\n`);
  const shell = openShell(root, join(folder, 'env'));
  try {
    await typeKubectlPage(shell, 'embedded');
  } finally {
    shell.close();
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
