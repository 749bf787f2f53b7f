import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readStory } from '../../tools/story/readme.ts';
import { openShell } from '../../tools/story/shell.ts';
import { tell } from '../../tools/story/tell.ts';
import type { StoryWorld } from '../../tools/story/world.ts';
import { hasCli } from '../contract/cli-client.ts';
import { root } from './hotel.ts';

const skip = (await hasCli()) ? false : 'the aws command is not on PATH';

/** A test that types the README of a folder of examples into a world of its own. */
export function toldReadme(says: string, folder: string, start: () => Promise<StoryWorld>): void {
  test(`${says}: the README works as printed`, { skip }, async () => {
    const world = await start();
    const shell = openShell(root, world.env);
    try {
      await tell(readStory(readFileSync(join(root, 'examples', folder, 'README.md'), 'utf8')), shell);
    } finally {
      shell.close();
      await world.close();
    }
  });
}
