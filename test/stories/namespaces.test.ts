import { startWorld } from '../../tools/story/world.ts';
import { root } from './hotel.ts';
import { checkNamespaces } from './namespaces.ts';

checkNamespaces('on two embedded clusters', async () => {
  const world = await startWorld(root, ['--clusters', 'hotel-1,hotel-2', '--vpc-network', 'namespaces']);
  const named = world.summary.matchAll(/network namespace (trellis-\S+?),/g);
  return { ...world, namespaces: Array.from(named, ([, name = '']) => name) };
});
