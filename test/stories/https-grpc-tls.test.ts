import { startWorld } from '../../tools/story/world.ts';
import { root } from './hotel.ts';
import { toldReadme } from './told-readme.ts';

toldReadme('HTTPS under a name of its own, gRPC, and TLS that ends in a pod', 'https-grpc-tls', async () =>
  startWorld(root, ['--network', 'my-hotel']),
);
