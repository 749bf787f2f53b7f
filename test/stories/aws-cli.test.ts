import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../src/ports/system/temporary-folder.ts';
import { readStory } from '../../tools/story/readme.ts';
import { openShell } from '../../tools/story/shell.ts';
import { tell } from '../../tools/story/tell.ts';
import { startTrellis } from '../../tools/story/trellis.ts';
import { hasCli } from '../contract/cli-client.ts';
import { root } from './hotel.ts';

const skip = (await hasCli()) ? false : 'the aws command is not on PATH';

test('the getting-started pages of VPC Lattice, typed with the aws command alone', { skip }, async () => {
  const folder = temporaryFolder('aws-cli');
  const names = join(folder, 'names');
  const { facts, close } = await startTrellis(root, [
    'lattice',
    '--listen',
    '127.0.0.1:0',
    '--names-dir',
    names,
    '--vpcs',
    'vpc-00000123456789012',
  ]);
  const env = join(folder, 'env');
  writeFileSync(
    env,
    [
      `export AWS_ENDPOINT_URL='${facts['url'] ?? ''}' LATTICE_NAMES='${names}'`,
      'export HOME=/nonexistent AWS_EC2_METADATA_DISABLED=true',
      '',
    ].join('\n'),
  );
  const shell = openShell(root, env);
  try {
    await tell(readStory(readFileSync(join(root, 'examples/aws-cli/README.md'), 'utf8')), shell);
  } finally {
    shell.close();
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
});
