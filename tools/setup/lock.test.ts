import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { exclusively } from './lock.mjs';

const folder = mkdtempSync(join(tmpdir(), 'trellis-lock-'));
after(() => rmSync(folder, { recursive: true }));

test('a set-up that was killed does not keep the next one out', async () => {
  const file = join(folder, 'stale');
  writeFileSync(file, String(spawnSync('true').pid));
  let ran = false;
  await exclusively(file, async () => {
    await Promise.resolve();
    ran = true;
  });
  assert.ok(ran);
  assert.ok(!existsSync(file), 'the lock is given back');
});

test('a set-up that fails gives the lock back, and its failure is told', async () => {
  const file = join(folder, 'failing');
  await assert.rejects(
    exclusively(file, () => Promise.reject(new Error('no network'))),
    /no network/,
  );
  assert.ok(!existsSync(file));
});
