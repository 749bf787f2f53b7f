import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, suite, test } from 'node:test';
import { EnvoyMissing, findEnvoy } from './find-envoy.ts';

suite('Envoy is found', () => {
  const root = mkdtempSync(join(tmpdir(), 'find-envoy-'));
  after(() => rmSync(root, { recursive: true }));
  const folderWith = (name: string, mode: number): string => {
    const folder = join(root, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'envoy'), '');
    chmodSync(join(folder, 'envoy'), mode);
    return folder;
  };
  const onPath = folderWith('path', 0o755);
  const cache = folderWith('cache', 0o755);
  const noProgram = folderWith('data', 0o644);
  const empty = join(root, 'empty');

  test('where ENVOY_PATH says, then on PATH, then in the cache', () => {
    const path = [empty, noProgram, onPath].join(delimiter);
    assert.equal(findEnvoy({ envoyPath: join(cache, 'envoy'), path, cache: empty }), join(cache, 'envoy'));
    assert.equal(findEnvoy({ envoyPath: '', path, cache }), join(onPath, 'envoy'));
    assert.equal(findEnvoy({ path: empty, cache }), join(cache, 'envoy'));
  });

  test('or the error says how to get it', () => {
    assert.throws(
      () => findEnvoy({ path: empty, cache: noProgram }),
      (error) => error instanceof EnvoyMissing && /install Envoy 1\.40.*ENVOY_PATH/.test(error.message),
    );
    assert.throws(
      () => findEnvoy({ envoyPath: join(noProgram, 'envoy'), path: onPath, cache }),
      (error) => error instanceof EnvoyMissing && error.message.startsWith('ENVOY_PATH says'),
    );
  });
});
