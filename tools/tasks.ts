/** What each npm script runs, as data. `run.mjs` has put Node 24 and our tools first on PATH. */
import { spawnSync } from 'node:child_process';

const tests = ['node', '--test', '--test-isolation=none', '--test-reporter=dot'];

const check = [
  ['tsc', '-b'],
  ['oxlint', '--type-aware', '--deny-warnings'],
  ['oxfmt', '--check', '.'],
  ['knip'],
  ['node', 'tools/check/layering.ts'],
];

const tasks: Readonly<Record<string, readonly (readonly string[])[]>> = {
  check,
  generate: [['node', 'tools/generate/contract.ts']],
  unit: [[...tests, 'src/**/*.test.ts', 'test/golden/**/*.test.ts']],
};

const [name = '', ...rest] = process.argv.slice(2);
const commands = tasks[name];
if (commands === undefined) {
  console.error(`No task ${name}; there are ${Object.keys(tasks).join(', ')}.`);
  process.exit(2);
}
for (const [command = '', ...args] of commands) {
  const { status } = spawnSync(command, [...args, ...rest], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
