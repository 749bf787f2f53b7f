import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { temporaryFolder } from './temporary-folder.ts';

const place = temporaryFolder('test');
after(() => rmSync(place, { recursive: true }));

/** Makes a folder in a process of its own, which is killed then. */
function madeByTheKilled(): string {
  const module = new URL('temporary-folder.ts', import.meta.url).href;
  const program = `
    import { temporaryFolder } from ${JSON.stringify(module)};
    process.stdout.write(temporaryFolder('killed', ${JSON.stringify(place)}));
    process.kill(process.pid, 'SIGKILL');
  `;
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', program], {
    encoding: 'utf8',
  });
  assert.equal(signal, 'SIGKILL');
  return stdout;
}

test('what a killed process left is gone when the next folder is made, with all that is in it', () => {
  const left = madeByTheKilled();
  writeFileSync(join(left, 'file'), 'text');
  const made = temporaryFolder('next', place);
  assert.ok(!existsSync(left));
  assert.ok(existsSync(made));
});

test('folders of those who live, of another process namespace, and of others stay', () => {
  const mine = temporaryFolder('mine', place);
  const left = basename(madeByTheKilled());
  rmSync(join(place, left), { recursive: true });
  const elsewhere = left.replace(/-[0-9a-z]+-([0-9]+)-/, '-elsewhere1-$1-');
  const others = ['trellis-abcdef', 'notes', `${left}.old`, elsewhere];
  for (const name of others) mkdirSync(join(place, name));
  temporaryFolder('next', place);
  assert.ok(existsSync(mine));
  assert.deepEqual(
    others.filter((name) => !readdirSync(place).includes(name)),
    [],
  );
});
