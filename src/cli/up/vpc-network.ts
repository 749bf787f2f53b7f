import { namespaceName, namespacesObstacle, sweepNamespaces } from '../../networks/namespaces.ts';
import { addVpc, ipv6Obstacle, removeVpc } from '../../networks/vpc.ts';
import { UserError } from '../command.ts';
import type { Option, Values } from '../command.ts';
import { podCidr6Inside, rangesInside } from '../vpc-namespaces.ts';
import type { ClusterPlace } from './layout.ts';

/** The options that say what VPCs are. */
export const vpcNetworkOptions = {
  'vpc-network': {
    value: 'WHAT',
    summary:
      'what VPCs are: loopback addresses of this machine, network namespaces (on Linux, as root), or auto for these where they can be had',
    choices: ['loopback', 'namespaces', 'auto'],
    default: 'loopback',
  },
  'dual-stack': {
    summary: 'where VPCs are network namespaces, pods have addresses of IPv6, too',
  },
} as const satisfies Readonly<Record<string, Option>>;

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

/** The families of which pods have addresses, where VPCs are namespaces. */
export type Families = 'IPV4' | 'DUALSTACK';

/** As told; it is a user's mistake to want IPv6 on loopback addresses. */
export function wantedFamilies(values: Values): Families {
  if (!values.flag('dual-stack')) return 'IPV4';
  if (values.text('vpc-network') === 'loopback') {
    throw new UserError(
      '--dual-stack: pods have addresses of IPv6 in network namespaces only; add --vpc-network namespaces.',
    );
  }
  return 'DUALSTACK';
}

export interface VpcNamespaces {
  /** The places, each in a namespace, all with the same addresses. */
  readonly places: readonly ClusterPlace[];
  /** Removes them; what was started in them has to be gone. */
  readonly remove: () => Promise<void>;
}

/** Makes a network namespace for each place, after removing those of runs that were killed. */
export async function makeVpcNamespaces(
  places: readonly ClusterPlace[],
  families: Families = 'IPV4',
): Promise<VpcNamespaces> {
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
      inside.push({ ...place, ...rangesInside, ...(await ranges6In(namespace, families)), namespace });
    }
    return { places: inside, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** It is a user's mistake to want IPv6 on a machine without. */
async function ranges6In(namespace: string, families: Families): Promise<Pick<ClusterPlace, 'podCidr6'>> {
  if (families === 'IPV4') return {};
  const obstacle = await ipv6Obstacle(namespace);
  if (obstacle !== undefined) throw new UserError(`--dual-stack: ${obstacle} Leave it out.`);
  return { podCidr6: podCidr6Inside };
}
