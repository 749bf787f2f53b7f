import { startWorld } from '../../tools/story/world.ts';
import { root } from './hotel.ts';
import { toldReadme } from './told-readme.ts';

toldReadme('policies of a route and of a gateway decide who may call', 'service-policies', async () =>
  startWorld(root, ['--network', 'my-hotel']),
);
