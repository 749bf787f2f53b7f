/**
 * Runs test files as `node --test --test-isolation=none` does, in less time, and writes into a file how many tests ran and
 * how they ended.
 *
 * node:test follows every promise of its process, to be able to say which test made one that failed and that nobody awaited.
 * A world in the simulation makes so many that following them takes as long as the world itself. Without it such a promise
 * fails the run, and no one test.
 */
import asyncHooks from 'node:async_hooks';
import { createWriteStream, globSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { report } from './test-counts.ts';

const [countsFile = '', ...globs] = process.argv.slice(2);
followNoPromises();
enableCompileCache('.cache/compiled');
// Asks for its hook when it is first imported.
const { run } = await import('node:test');
const { dot } = await import('node:test/reporters');

const tests = run({ files: globs.flatMap((glob) => globSync(glob).toSorted()), isolation: 'none' });
const running = new Set<string>();
tests.on('test:dequeue', ({ name, nesting }) => (nesting === 0 ? running.add(name) : undefined));
tests.on('test:complete', ({ name, nesting }) => (nesting === 0 ? running.delete(name) : undefined));
tests.on('test:summary', ({ success }) => {
  if (!success) process.exitCode = 1;
});
tests.compose(dot).pipe(process.stdout);
tests.compose(report).pipe(createWriteStream(countsFile));
process.on('unhandledRejection', (error) => {
  console.error('A promise failed that nobody awaited:', error);
});
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.once(signal, () => {
    console.error(`Stopped while this ran: ${[...running].join(', ')}`);
    process.exit(128 + number);
  });
}

function followNoPromises(): void {
  const { createHook } = asyncHooks;
  Object.assign(asyncHooks, {
    createHook: (callbacks: asyncHooks.HookCallbacks) => createHook({ ...callbacks, trackPromises: false }),
  });
}
