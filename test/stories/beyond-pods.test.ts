import { join } from 'node:path';
import { startWorld } from '../../tools/story/world.ts';
import { root } from './hotel.ts';
import { toldReadme } from './told-readme.ts';

const standIns = join(root, 'examples/beyond-pods/stand-ins.yaml');

toldReadme('a function, a virtual machine and a pod behind one service', 'beyond-pods', async () =>
  startWorld(root, ['--network', 'my-hotel', '--stand-ins', standIns]),
);
