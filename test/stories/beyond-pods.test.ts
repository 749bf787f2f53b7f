import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readStory } from '../../tools/story/readme.ts';
import { openShell } from '../../tools/story/shell.ts';
import { tell } from '../../tools/story/tell.ts';
import { startWorld } from '../../tools/story/world.ts';
import { hasCli } from '../contract/cli-client.ts';
import { root } from './hotel.ts';

const skip = (await hasCli()) ? false : 'the aws command is not on PATH';
const folder = join(root, 'examples/beyond-pods');

test(
  'a function, a virtual machine and a pod behind one service: the README works as printed',
  { skip },
  async () => {
    const world = await startWorld(root, [
      '--network',
      'my-hotel',
      '--stand-ins',
      join(folder, 'stand-ins.yaml'),
    ]);
    const shell = openShell(root, world.env);
    try {
      await tell(readStory(readFileSync(join(folder, 'README.md'), 'utf8')), shell);
    } finally {
      shell.close();
      await world.close();
    }
  },
);
