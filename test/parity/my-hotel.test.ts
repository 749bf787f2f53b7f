import { startRealWorld } from '../../tools/kube/story-world.ts';
import { checkMyHotel } from '../stories/my-hotel.ts';

checkMyHotel('on two real API servers', async () => startRealWorld(['hotel-1', 'hotel-2'], 'my-hotel'));
