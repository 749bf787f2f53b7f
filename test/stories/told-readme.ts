import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readStory } from '../../tools/story/readme.ts';
import { openShell } from '../../tools/story/shell.ts';
import type { Shell } from '../../tools/story/shell.ts';
import { tell } from '../../tools/story/tell.ts';
import type { StoryWorld } from '../../tools/story/world.ts';
import { hasCli } from '../contract/cli-client.ts';
import { root } from './hotel.ts';

/** Why no README can be told here that has `aws` in it, if so. */
export const noCli = (await hasCli()) ? undefined : 'the aws command is not on PATH';

/** What is told besides the README. */
export interface More {
  /** Why it cannot be told here. */
  readonly skip?: string | false | undefined;
  /** Files of the clone whose commands work afterwards. */
  readonly pages?: readonly string[];
  /** What else holds then. */
  readonly also?: (shell: Shell) => Promise<void>;
}

/** A test that types the README of a folder of examples into a world of its own. */
export function toldReadme(
  says: string,
  folder: string,
  start: () => Promise<StoryWorld>,
  { skip = noCli, pages = [], also }: More = {},
): void {
  test(`${says}: the README works as printed`, { skip: skip ?? false }, async () => {
    const world = await start();
    const shell = openShell(root, world.env);
    try {
      for (const page of [`examples/${folder}/README.md`, ...pages])
        await tell(readStory(readFileSync(join(root, page), 'utf8')), shell);
      await also?.(shell);
    } finally {
      shell.close();
      await world.close();
    }
  });
}
