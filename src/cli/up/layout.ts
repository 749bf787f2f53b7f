import { createHash } from 'node:crypto';
import { UserError } from '../command.ts';

/** One cluster of the local world and the VPC it lives in. */
export interface ClusterPlace {
  readonly name: string;
  readonly vpcId: string;
  /** Pods get addresses of the loopback network: no privileges needed. */
  readonly podCidr: string;
  readonly serviceCidr: string;
}

/** Where each cluster goes: a VPC id that stays the same for a name, and ranges that do not overlap on this machine. */
export function placesFor(names: readonly string[]): readonly ClusterPlace[] {
  const seen = new Set<string>();
  return names.map((name, index) => {
    if (!/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/.test(name)) {
      throw new UserError(
        `--clusters: "${name}" cannot name a cluster; use up to 32 of a–z, 0–9 and "-", such as hotel-1,hotel-2.`,
      );
    }
    if (seen.has(name)) throw new UserError(`--clusters names "${name}" twice.`);
    seen.add(name);
    if (index > 31) throw new UserError('--clusters: at most 32 clusters fit into the loopback ranges.');
    return {
      name,
      vpcId: `vpc-${createHash('sha256').update(`trellis/${name}`).digest('hex').slice(0, 17)}`,
      podCidr: `127.${64 + index}.0.0/16`,
      serviceCidr: `127.${96 + index}.0.0/16`,
    };
  });
}
