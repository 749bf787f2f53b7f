import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { go } from './go.ts';
import type { Place } from './go.ts';

/** Where one module is made and built; its `folder` has nothing in it yet. */
export interface Build extends Place {
  /** Where programs go. */
  readonly output: string;
}

interface Wrapper {
  readonly requires: readonly string[];
  readonly replaces: readonly string[];
  readonly imports: readonly string[];
}

/** A module of our own around the one to build: programs of other modules cannot be built from outside with `replace`. */
export function writeModule({ folder }: Build, { requires, replaces, imports }: Wrapper): void {
  const required = requires.map((requirement) => `require ${requirement}`);
  const lines = ['module trellis.local/build', 'go 1.26', ...required, ...replaces];
  writeFileSync(join(folder, 'go.mod'), `${lines.join('\n')}\n`);
  const imported = imports.map((path) => `import _ "${path}"`).join('\n');
  writeFileSync(join(folder, 'tools.go'), `//go:build tools\n\npackage tools\n\n${imported}\n`);
}

interface Target {
  readonly path: string;
  /** Of its tests a program is made, not of itself. */
  readonly tests?: true;
  /** For the linker, besides leaving out what only debuggers read. */
  readonly linking?: string;
  /** Other flags of the command. */
  readonly flags?: readonly string[];
}

/** Builds one package of the module as a program called `name`. */
export function goBuild(build: Build, name: string, target: Target): Promise<string> {
  const { path, tests, linking = '', flags = [] } = target;
  const command = tests === true ? ['test', '-c'] : ['build'];
  const parallel = `-p=${availableParallelism()}`;
  const ldflags = `-s -w ${linking}`.trim();
  const output = join(build.output, name);
  return go(build, [...command, parallel, '-trimpath', '-ldflags', ldflags, ...flags, '-o', output, path]);
}
