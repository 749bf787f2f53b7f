import { startWorld } from '../../tools/story/world.ts';
import { withoutIpv6 } from '../networks.ts';
import { root } from './hotel.ts';
import { noCli, toldReadme } from './told-readme.ts';

const obstacle = await withoutIpv6();

toldReadme(
  'clients and targets of IPv6, in a network namespace',
  'ipv6',
  async () => startWorld(root, ['--network', 'my-hotel', '--vpc-network', 'namespaces', '--dual-stack']),
  { skip: noCli ?? obstacle },
);
