import {
  addNamespace,
  namespaceName,
  namespacesObstacle,
  removeNamespace,
} from '../src/networks/namespaces.ts';
import { rulesObstacle } from '../src/networks/nft.ts';
import { addVpc, ipv6Obstacle, removeVpc } from '../src/networks/vpc.ts';

/** Why there can be no rules of nft in network namespaces here, as a reason to skip a test; false when there can. */
export async function withoutRules(): Promise<string | false> {
  const name = namespaceName('rules');
  await addNamespace(name);
  try {
    return (await rulesObstacle(name)) ?? false;
  } finally {
    await removeNamespace(name);
  }
}

/** Why there can be no VPCs with IPv6 here, as a reason to skip a test; false when there can. */
export async function withoutIpv6(): Promise<string | false> {
  const obstacle = await namespacesObstacle();
  if (obstacle !== undefined) return obstacle;
  const name = namespaceName('six');
  await addVpc(name);
  try {
    return (await ipv6Obstacle(name)) ?? false;
  } finally {
    await removeVpc(name);
  }
}
