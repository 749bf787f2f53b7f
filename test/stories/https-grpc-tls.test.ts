import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { namespacesObstacle } from '../../src/networks/namespaces.ts';
import { startWorld } from '../../tools/story/world.ts';
import { root } from './hotel.ts';
import { noCli, toldReadme } from './told-readme.ts';

const says = 'HTTPS under a name of its own, gRPC, and TLS that ends in a pod';

toldReadme(says, 'https-grpc-tls', async () => startWorld(root, ['--network', 'my-hotel']), {
  pages: ['docs/https.md'],
});

let namespace = '';
toldReadme(
  `${says}, in a network namespace`,
  'https-grpc-tls',
  async () => {
    const world = await startWorld(root, ['--network', 'my-hotel', '--vpc-network', 'namespaces']);
    namespace = / network namespace (trellis-\S+?),/.exec(world.summary)?.[1] ?? '';
    return world;
  },
  {
    skip: noCli ?? (await namespacesObstacle()),
    also: async (shell) => {
      const page = readFileSync(join(root, 'docs/https.md'), 'utf8');
      const [, command = ''] = /^\$ (ip netns exec NAMESPACE curl .*)$/m.exec(page) ?? [];
      const { output } = await shell.type(command.replace('NAMESPACE', namespace), 30_000);
      assert.match(output, /^Requsting to Pod\(parking-.*\): parking handler pod/);
    },
  },
);
