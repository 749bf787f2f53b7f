import { startRealWorldInNamespaces } from '../../tools/kube/story-world.ts';
import { withoutIpv6 } from '../networks.ts';
import { noCli, toldReadme } from '../stories/told-readme.ts';

const obstacle = await withoutIpv6();

toldReadme(
  'clients and targets of IPv6, in a network namespace, with a real API server',
  'ipv6',
  async () => startRealWorldInNamespaces(['hotel'], 'my-hotel', 'DUALSTACK'),
  { skip: noCli ?? obstacle },
);
