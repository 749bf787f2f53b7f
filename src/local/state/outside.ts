import { accessDenied, notFound } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import { isInRange } from './ip-address.ts';
import { destinationKind } from './log-destination.ts';
import type { DestinationKind } from './log-destination.ts';
import type { RegionState } from './state.ts';
import { vpcsOf } from './vpc.ts';

/** Where somebody refers to something from. */
export interface Place {
  readonly state: RegionState;
  readonly account: string;
}

/**
 * Why an instance, load balancer, function or database is none that a caller may refer to; `undefined` when it may. All
 * are of the caller's account, and exist if an operator said so.
 */
export function outsideProblem(name: string, { state, account }: Place): string | undefined {
  const [, , , , owner = account] = name.split(':');
  if (owner !== account) return `${name} is of another account than ${account}`;
  return exists(state, name) ? undefined : `${name} does not exist in account ${account}`;
}

/** Why an address is none of a VPC; `undefined` when it is one. Pods of this machine may be anywhere on loopback. */
export function outsideVpcProblem(
  address: string,
  vpcId: string,
  { state, account }: Place,
): string | undefined {
  const vpc = vpcsOf(state, account).find(({ id }) => id === vpcId);
  if (vpc === undefined || address === '::1' || address.startsWith('127.')) return undefined;
  const ranges = [vpc.cidrBlock, ...(vpc.ipv6 === undefined ? [] : [vpc.ipv6.cidrBlock])];
  return ranges.some((range) => isInRange(address, range))
    ? undefined
    : `${address} is not in the range of VPC ${vpcId}, ${ranges.join(' or ')}`;
}

/** Why logs cannot go to a destination; its form is looked at elsewhere. */
export function unlessDestination(arn: string, { state, account }: Place): Refused | undefined {
  const kind = destinationKind(arn);
  if (kind === undefined) return undefined;
  // A bucket's ARN names no account.
  const [, , , , owner = ''] = arn.split(':');
  if (owner !== '' && owner !== account) {
    return accessDenied(`Logs of account ${account} may not be delivered to ${arn}.`);
  }
  return exists(state, rootOf(arn)) ? undefined : notFound(typeOf[kind], arn);
}

const typeOf = {
  logs: 'LOG_GROUP',
  s3: 'BUCKET',
  firehose: 'DELIVERY_STREAM',
} as const satisfies Record<DestinationKind, string>;

/** An entry without a version or alias stands for all of a function. */
function exists({ settings: { existing = [] } }: RegionState, name: string): boolean {
  const [unqualified = name] = /^arn:[^:]+:lambda:[^:]*:\d*:function:[^:]+/.exec(name) ?? [];
  return existing.some((each) => rootOf(each) === name || each === unqualified);
}

/** Of a log group without the stars of its streams; of a bucket without a prefix. */
function rootOf(arn: string): string {
  return arn.replace(/:\*$/, '').replace(/^(arn:[^:]+:s3:::[^/]+)\/.*$/, '$1');
}
