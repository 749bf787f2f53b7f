// Runs a task of tools/tasks.ts under Node 24, after installing what it lacks. Plain JavaScript: any Node ≥ 18 starts it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure } from './ensure.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const [task = '', ...rest] = process.argv.slice(2);

/** Tasks that run no program but Node. All others get everything. */
const codeOnly = ['check', 'unit', 'golden', 'generate', 'simulation'];
const everything = ['node', 'packages', 'kubectl', 'envoy', 'aws'];

try {
  const node = await ensure(root, codeOnly.includes(task) ? ['node', 'packages'] : everything);
  start(node);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** @param {string} node */
function start(node) {
  const folders = [dirname(node), join(root, '.cache/bin'), join(root, 'node_modules/.bin')];
  const PATH = [...folders, process.env.PATH ?? ''].join(delimiter);
  const child = spawn(node, [join(root, 'tools/run-task.ts'), task, ...rest], {
    cwd: root,
    env: { ...process.env, PATH },
    stdio: 'inherit',
  });
  // Ctrl-C reaches the child by itself; we only have to outlive it. Other signals come to us alone.
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM').removeAllListeners('SIGHUP');
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${node} does not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
