import type { FunctionPlace } from './functions/place.ts';
import type { LocalAddress } from './xds/stand-ins.ts';

/** What on this machine stands for what AWS has elsewhere. */
export interface StandInTable {
  /** By ARN; an entry without a version or an alias is for all of them. */
  readonly functions: ReadonlyMap<string, FunctionPlace>;
  /** By instance id, by ARN of a load balancer or a database, or by DNS name in lower case. */
  readonly addresses: ReadonlyMap<string, LocalAddress>;
}

export const noStandIns: StandInTable = { functions: new Map(), addresses: new Map() };
