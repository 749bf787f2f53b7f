/** Runs every generator and fails when a file that it wrote differs from the one that was there, which it puts back. */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stagesOf } from '../tasks.ts';

const patterns = ['src/**/*.gen.ts', 'config/aws/*.json'];

function contents(): ReadonlyMap<string, string> {
  return new Map(globSync(patterns).map((file) => [file, readFileSync(file, 'utf8')]));
}

const before = contents();
const steps = stagesOf('generate').flatMap((stage) => stage.steps);
for (const step of steps) {
  if (step.kind !== 'program') continue;
  const [command = '', ...args] = step.argv;
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) continue;
  console.error(`${step.argv.join(' ')} ended with ${status}:\n${stderr}`);
  process.exitCode = 1;
}
const after = contents();
for (const file of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
  const old = before.get(file);
  if (after.get(file) === old) continue;
  if (old === undefined) rmSync(file);
  else writeFileSync(file, old);
  console.error(`${file} is not what its generator writes: run npm run generate.`);
  process.exitCode = 1;
}
