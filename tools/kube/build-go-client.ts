/** Builds the program that calls VPC Lattice through the AWS SDK for Go, once per its sources. Needs Go. */
import { copyFileSync, globSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { goClientIn } from './go-client.ts';
import { goBuild } from './go-module.ts';
import { say } from './go.ts';
import { keepPrograms } from './kept-programs.ts';

const root = resolve(import.meta.dirname, '../..');
const cache = join(root, '.cache/kube');
const { sources, folder } = goClientIn(root);

await keepPrograms({ cache, folder }, async (place) => {
  const build = place('client');
  for (const file of sources) copyFileSync(file, join(build.folder, basename(file)));
  await say('building the client of the AWS SDK for Go', goBuild(build, 'go-client', { path: '.' }));
  // Of other sources.
  for (const old of globSync(join(cache, 'go-client-*'))) rmSync(old, { recursive: true });
});
console.log(`a client of the AWS SDK for Go is in ${folder}`);
