import { startRealWorld } from '../../tools/kube/story-world.ts';
import { toldReadme } from '../stories/told-readme.ts';

toldReadme(
  'HTTPS, gRPC, and TLS that ends in a pod, on a real API server',
  'https-grpc-tls',
  async () => startRealWorld(['hotel'], 'my-hotel'),
  { pages: ['docs/https.md'] },
);
