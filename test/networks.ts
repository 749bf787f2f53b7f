import { addNamespace, namespaceName, removeNamespace } from '../src/networks/namespaces.ts';
import { rulesObstacle } from '../src/networks/nft.ts';

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
