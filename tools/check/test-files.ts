/** Fails when a test file is in no stage of `npm test` or `npm run test:kube`: it would never run. */
import { globSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import { stagesOf } from '../tasks.ts';

const globs = ['test', 'test:kube'].flatMap((name) =>
  stagesOf(name).flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'tests' ? step.files : []))),
);

for (const file of globSync('{src,test,tools}/**/*.test.ts').toSorted()) {
  if (globs.some((glob) => matchesGlob(file, glob))) continue;
  console.error(`${file} is in no stage of npm test: add its folder to tools/tasks.ts.`);
  process.exitCode = 1;
}
