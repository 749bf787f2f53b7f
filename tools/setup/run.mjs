// Runs a task of tools/tasks.ts under Node 24, after installing what is missing. Plain JavaScript: any Node ≥ 18 starts it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const cached = join(root, '.cache/node/bin');
const path = [
  existsSync(cached) ? cached : '',
  join(root, '.cache/bin'),
  join(root, 'node_modules/.bin'),
  process.env.PATH,
]
  .filter(Boolean)
  .join(delimiter);
const { status } = spawnSync('node', [join(root, 'tools/tasks.ts'), ...process.argv.slice(2)], {
  cwd: root,
  env: { ...process.env, PATH: path },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
