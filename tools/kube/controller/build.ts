/** Builds main.go, a controller on controller-runtime, once per release of that. Needs Go; the first time takes minutes. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { goBuild, writeModule } from '../go-module.ts';
import { go, say } from '../go.ts';
import { keepPrograms } from '../kept-programs.ts';
import { controllerFolder, modules } from './program.ts';

const root = resolve(import.meta.dirname, '../../..');
const folder = controllerFolder(root);

await keepPrograms({ cache: join(root, '.cache/controller-runtime'), folder }, async (place) => {
  const build = place('controller');
  const requires = Object.entries(modules).map(([path, version]) => `${path} ${version}`);
  writeModule(build, { requires, replaces: [], imports: [] });
  // Beside the module's own file, which is of another package.
  const source = join(build.folder, 'controller');
  mkdirSync(source);
  copyFileSync(join(import.meta.dirname, 'main.go'), join(source, 'main.go'));
  await say('resolving the modules of controller-runtime', go(build, ['mod', 'tidy']));
  await say('building a controller', goBuild(build, 'controller', { path: './controller' }));
});
console.log(`a controller on controller-runtime is in ${folder}`);
