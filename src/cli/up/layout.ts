import { createHash } from 'node:crypto';
import { Addresses } from '../../cluster/pods/addresses.ts';
import { claimRange, RangeTaken } from '../../cluster/pods/range-claim.ts';
import { UserError } from '../command.ts';

/** One cluster of the local world and the VPC it lives in. */
export interface ClusterPlace {
  readonly name: string;
  readonly vpcId: string;
  /** Of the loopback network, for which no privileges are needed, unless the VPC is a namespace. */
  readonly podCidr: string;
  /** Of IPv6, if pods have such addresses besides: the VPC is a namespace then. */
  readonly podCidr6?: string;
  readonly serviceCidr: string;
  /** The network namespace that the VPC is, if it is one. */
  readonly namespace?: string;
}

/**
 * Where each cluster goes: a VPC id that stays the same for a name, and ranges of the loopback network that no other
 * cluster on this machine has now.
 */
export async function placesFor(names: readonly string[]): Promise<readonly ClusterPlace[]> {
  const seen = new Set<string>();
  for (const name of names) {
    if (!/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/.test(name)) {
      throw new UserError(
        `--clusters: "${name}" cannot name a cluster; use up to 32 of a–z, 0–9 and "-", such as hotel-1,hotel-2.`,
      );
    }
    if (seen.has(name)) throw new UserError(`--clusters names "${name}" twice.`);
    seen.add(name);
  }
  const free = await freeRanges(names.length);
  return names.map((name, index) => ({
    name,
    vpcId: `vpc-${createHash('sha256').update(`trellis/${name}`).digest('hex').slice(0, 17)}`,
    podCidr: `127.${64 + (free[index] ?? 0)}.0.0/16`,
    serviceCidr: `127.${96 + (free[index] ?? 0)}.0.0/16`,
  }));
}

const ranges = 32;

/** The first of our ranges that nobody has, by number. Each cluster claims its own when it starts. */
async function freeRanges(count: number): Promise<readonly number[]> {
  const free: number[] = [];
  for (let number = 0; number < ranges && free.length < count; number += 1) {
    if (await isFree(`127.${64 + number}.0.0/16`)) free.push(number);
  }
  if (free.length < count) {
    throw new UserError(
      `There is room for ${free.length} more clusters on this machine, not for ${count}; stop some of the others.`,
    );
  }
  return free;
}

async function isFree(cidr: string): Promise<boolean> {
  try {
    const { release } = await claimRange(cidr, new Addresses(cidr).network);
    release();
    return true;
  } catch (error) {
    if (error instanceof RangeTaken) return false;
    throw error;
  }
}
