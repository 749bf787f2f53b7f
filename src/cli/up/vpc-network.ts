import { namespaceName, namespacesObstacle, sweepNamespaces } from '../../networks/namespaces.ts';
import { addVpc, removeVpc } from '../../networks/vpc.ts';
import { UserError } from '../command.ts';
import { rangesInside } from '../vpc-namespaces.ts';
import type { ClusterPlace } from './layout.ts';

/** The option that says what VPCs are. */
export const vpcNetworkOption = {
  'vpc-network': {
    value: 'WHAT',
    summary:
      'what VPCs are: loopback addresses of this machine, network namespaces (on Linux, as root), or auto for these where they can be had',
    choices: ['loopback', 'namespaces', 'auto'],
    default: 'loopback',
  },
} as const;

/** Whether VPCs are namespaces. It is a user's mistake to want them where they cannot be had. */
export async function wantsNamespaces(what: string, say: (line: string) => void): Promise<boolean> {
  if (what === 'loopback') return false;
  const obstacle = await namespacesObstacle();
  if (obstacle === undefined) return true;
  if (what === 'auto') {
    say(`${obstacle} VPCs are loopback addresses.`);
    return false;
  }
  throw new UserError(`${obstacle} Leave out --vpc-network, and VPCs are loopback addresses.`);
}

export interface VpcNamespaces {
  /** The places, each in a namespace, all with the same addresses. */
  readonly places: readonly ClusterPlace[];
  /** Removes them; what was started in them has to be gone. */
  readonly remove: () => Promise<void>;
}

/** Makes a network namespace for each place, after removing those of runs that were killed. */
export async function makeVpcNamespaces(places: readonly ClusterPlace[]): Promise<VpcNamespaces> {
  await sweepNamespaces();
  const made: string[] = [];
  const remove = async (): Promise<void> => {
    for (const name of made) await removeVpc(name);
  };
  try {
    const inside: ClusterPlace[] = [];
    for (const place of places) {
      const namespace = namespaceName(place.name);
      made.push(namespace);
      await addVpc(namespace);
      inside.push({ ...place, ...rangesInside, namespace });
    }
    return { places: inside, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
