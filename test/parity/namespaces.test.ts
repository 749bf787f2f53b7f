import { startRealWorldInNamespaces } from '../../tools/kube/story-world.ts';
import { checkNamespaces } from '../stories/namespaces.ts';

checkNamespaces(
  'on two real API servers',
  async () => startRealWorldInNamespaces(['hotel-1', 'hotel-2'], 'my-hotel'),
  ['my-hotel-two-clusters'],
);
