import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { StoryCluster } from './story-cluster.ts';

const chart = fileURLToPath(new URL('testdata/shop-chart', import.meta.url));

interface Said {
  readonly code: number;
  readonly out: string;
}

/** The real Helm through the life of a release. */
export function checkHelm(where: string, start: () => Promise<StoryCluster>): void {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-helm-'));
  let cluster: StoryCluster | undefined;

  async function run(program: 'helm' | 'kubectl', line: string): Promise<Said> {
    const env = {
      ...process.env,
      KUBECONFIG: cluster?.kubeconfig,
      HELM_CACHE_HOME: join(folder, 'cache'),
      HELM_CONFIG_HOME: join(folder, 'config'),
      HELM_DATA_HOME: join(folder, 'data'),
    };
    return await new Promise((resolve) => {
      execFile(program, line.split(' '), { env, timeout: 40_000 }, (error, out, err) =>
        resolve({ code: error === null ? 0 : 1, out: out + err }),
      );
    });
  }

  async function says(program: 'helm' | 'kubectl', line: string, expected: RegExp): Promise<void> {
    const { code, out } = await run(program, line);
    assert.equal(code, 0, `${program} ${line}\n${out}`);
    assert.match(out, expected);
  }

  const wait = '--wait --timeout 30s';

  // One after the other: each goes on from the release that the last one left.
  describe(`Helm ${where}`, { concurrency: 1 }, () => {
    before(async () => {
      cluster = await start();
    });

    after(async () => {
      await cluster?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test('installs a chart with definitions and hooks, and waits until its pods are ready', async () => {
      await says('helm', `install shop ${chart} ${wait}`, /STATUS: deployed[^]*hello from revision 1/u);
      await says('kubectl', 'get deployment shop -o jsonpath={.status.readyReplicas}', /^2$/u);
      await says('kubectl', 'get shelf shop -o jsonpath={.spec.width}', /^10$/u);
      await says('kubectl', 'get configmap shop-before -o jsonpath={.data.revision}', /^1$/u);
      await says('kubectl', 'get job shop-migrate', /shop-migrate +Complete +1\/1/u);
      await says('kubectl', 'logs job/shop-migrate', /^migrated to hello/u);
    });

    test('runs the tests of a release and shows what they wrote', async () => {
      await says('helm', 'test shop --logs --timeout 20s', /Phase: +Succeeded[^]*tested hello/u);
    });

    test('upgrades it', async () => {
      await says(
        'helm',
        `upgrade shop ${chart} --set greeting=bonjour,replicas=1 ${wait}`,
        /bonjour from revision 2/u,
      );
      await says('kubectl', 'get deployment shop -o jsonpath={.status.replicas}', /^1$/u);
      await says('kubectl', 'get configmap shop-before -o jsonpath={.data.revision}', /^2$/u);
    });

    test('says what the cluster refused, and the release stays as it was', async () => {
      const { code, out } = await run(
        'helm',
        `upgrade shop ${chart} --set greeting=bonjour,width=200 ${wait}`,
      );
      assert.equal(code, 1, out);
      assert.match(
        out,
        /Shelf\.shop\.example\.com \\?"shop\\?" is invalid: spec: Invalid value: too wide for the shop/u,
      );
      await says('kubectl', 'get shelf shop -o jsonpath={.spec.width}', /^10$/u);
    });

    test('renders on the server without writing', async () => {
      await says(
        'helm',
        `upgrade shop ${chart} --set greeting=salut --dry-run=server`,
        /salut from revision 4/u,
      );
      await says('kubectl', 'get configmap shop -o jsonpath={.data.greeting}', /^bonjour$/u);
    });

    test('rolls it back to its first revision', async () => {
      await says('helm', `rollback shop 1 ${wait}`, /Rollback was a success/u);
      await says('kubectl', 'get configmap shop -o jsonpath={.data.greeting}', /^hello$/u);
      await says('kubectl', 'get deployment shop -o jsonpath={.status.readyReplicas}', /^2$/u);
      await says('helm', 'history shop', /4 .*deployed.*Rollback to 1/u);
    });

    test('uninstalls it, and nothing of it stays but what Helm leaves', async () => {
      await says('helm', `uninstall shop ${wait}`, /uninstalled/u);
      await says('kubectl', 'wait --for=delete pod -l app=shop --timeout=20s', /|deleted/u);
      await says('kubectl', 'get deployments,replicasets,secrets,shelves -o name', /^$/u);
      await says('kubectl', 'get crd shelves.shop.example.com -o name', /shelves/u);
    });
  });
}
