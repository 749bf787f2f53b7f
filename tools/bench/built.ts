import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemProgram } from '../../src/ports/system/program.ts';

/** Makes what a package holds, plain JavaScript: memory is measured as people have it. */
export async function build(root: string, signal: AbortSignal): Promise<void> {
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { code, stdout } = await systemProgram({ argv: [tsc, '-b', root], env: {} }, signal);
  if (code !== 0) throw new Error(`the sources cannot be built:\n${stdout}`);
}

/** What node is called with to run `trellis` as an installed package does. */
export function builtMain(root: string): readonly string[] {
  return [...flagsOf(root), join(root, 'dist/cli/main.js')];
}

/** How the launcher runs node. */
function flagsOf(root: string): readonly string[] {
  const flag = /^memory=(\S+)$/mu.exec(readFileSync(join(root, 'bin/trellis'), 'utf8'))?.[1];
  return flag === undefined ? [] : [flag];
}
