import { startWorld } from '../../tools/story/world.ts';
import { root } from './hotel.ts';
import { checkMyHotel } from './my-hotel.ts';

checkMyHotel('on two embedded clusters', async () =>
  startWorld(root, ['--clusters', 'hotel-1,hotel-2', '--network', 'my-hotel']),
);
