import { startRealWorld } from '../../tools/kube/story-world.ts';
import { toldReadme } from '../stories/told-readme.ts';

toldReadme('policies decide who may call, on a real API server', 'service-policies', async () =>
  startRealWorld(['hotel'], 'my-hotel'),
);
