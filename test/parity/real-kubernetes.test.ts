import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { decode } from '../../src/kinds/decode.ts';
import { kinds } from '../../src/kinds/kinds.ts';
import type { KubeObject } from '../../src/kinds/object.ts';
import type { KnownKind } from '../../src/kinds/shape.ts';
import { isRecord } from '../../src/kinds/record.ts';
import { startRealKube } from '../../tools/kube/world.ts';
import type { RealKube } from '../../tools/kube/world.ts';

describe('a real Kubernetes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-kube-'));
  let kube: RealKube | undefined;

  before(async () => {
    const signal = AbortSignal.timeout(60_000);
    kube = await startRealKube({
      name: 'hotel',
      folder,
      address: '10.64.0.1',
      services: '10.66.0.0/16',
      signal,
    });
  });

  after(async () => {
    await kube?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function kubectl(...args: readonly string[]): Promise<string> {
    assert.ok(kube !== undefined);
    const { stdout } = await promisify(execFile)('kubectl', ['--kubeconfig', kube.kubeconfig, ...args], {
      timeout: 60_000,
    });
    return stdout;
  }

  test('a real API server takes every CRD that we install, and establishes it', async () => {
    await kubectl('apply', '--server-side', '-f', 'config/crds');
    await kubectl('apply', '--server-side', ...filesOf('config/gateway-api/*.yaml'));
    await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s');
    const problems = '{range .items[*]}{.status.conditions[?(@.type=="NonStructuralSchema")].message}{end}';
    assert.equal(await kubectl('get', 'crd', '-o', `jsonpath=${problems}`), '');
  });

  test('a real API server takes every example, and fills in what our decoder fills in', async () => {
    for (const file of globSync('examples/*.yaml').toSorted()) {
      await kubectl('apply', '-f', file);
      for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) {
        const written: unknown = document.toJS();
        const kind = kindOf(written);
        if (kind === undefined || kind.group === '') continue;
        const name =
          isRecord(written) && isRecord(written['metadata']) ? String(written['metadata']['name']) : '';
        const read: unknown = JSON.parse(
          await kubectl('get', `${kind.plural}.${kind.group}`, name, '-o', 'json'),
        );
        const ours = decode(kind, written);
        const theirs = decode(kind, read);
        assert.ok('ok' in ours && 'ok' in theirs, file);
        assert.ok('spec' in ours.ok && 'spec' in theirs.ok, file);
        assert.deepEqual(ours.ok.spec, theirs.ok.spec, file);
      }
    }
  });

  test('its controllers make pods of a Deployment', async () => {
    const pods = '{.items[*].metadata.labels.app}';
    const deadline = AbortSignal.timeout(30_000);
    let found = '';
    while (!deadline.aborted && found.split(' ').length < 2) {
      found = await kubectl('get', 'pod', '-l', 'app=parking', '-o', `jsonpath=${pods}`);
    }
    assert.equal(found, 'parking parking');
  });
});

function filesOf(pattern: string): readonly string[] {
  return globSync(pattern)
    .toSorted()
    .flatMap((file) => ['-f', file]);
}

function kindOf(value: unknown): KnownKind<KubeObject> | undefined {
  const known: readonly KnownKind<KubeObject>[] = Object.values(kinds);
  return isRecord(value) ? known.find(({ kind }) => kind === value['kind']) : undefined;
}
