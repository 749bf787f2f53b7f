/** Stories in a world whose VPCs are network namespaces. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { runNetworkCommand } from '../../src/networks/command.ts';
import { namespacesObstacle } from '../../src/networks/namespaces.ts';
import { readStory } from '../../tools/story/readme.ts';
import { openShell } from '../../tools/story/shell.ts';
import type { Shell } from '../../tools/story/shell.ts';
import { tell } from '../../tools/story/tell.ts';
import { startWorld } from '../../tools/story/world.ts';
import type { LocalWorld } from '../../tools/story/world.ts';
import { root } from './hotel.ts';

const skip = (await namespacesObstacle()) ?? false;

suite('in network namespaces', { skip }, () => {
  let world: LocalWorld;
  let shell: Shell;
  before(async () => {
    world = await startWorld(root, ['--clusters', 'hotel-1,hotel-2', '--vpc-network', 'namespaces']);
    shell = openShell(root, world.env);
  });

  for (const name of ['overlapping-addresses', 'my-hotel', 'my-hotel-two-clusters']) {
    test(`story ${name}: the README works as printed`, async () => {
      await tell(readStory(readFileSync(join(root, 'examples', name, 'README.md'), 'utf8')), shell);
    });
  }

  after(async () => {
    const [namespace = ''] = /trellis-\w+-\d+-hotel-1/.exec(world.summary) ?? [];
    shell.close();
    await world.close();
    const left = await runNetworkCommand(['ip', 'netns', 'list']);
    assert.ok(namespace !== '' && !left.includes(namespace), left);
  });
});
