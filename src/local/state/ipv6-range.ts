import { declined } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Context } from './command.ts';
import { isInRange } from './ip-address.ts';
import type { Ipv6Wish } from './neighbour-command.ts';
import type { Ipv6Range, Vpc } from './neighbour-resources.ts';

export interface ForWhom {
  readonly owner: { readonly id: string; readonly ipv6?: Ipv6Range };
  /** Of a subnet. */
  readonly vpc?: Vpc;
  readonly ids: Context['ids'];
}

/** The range that somebody gets who asked for one. */
export function rangeOf(wish: Ipv6Wish, { owner, vpc, ids: [, id] }: ForWhom): Ipv6Range | Refused {
  if (owner.ipv6 !== undefined) {
    return declined(
      'CidrLimitExceeded',
      `'${owner.id}' has the range ${owner.ipv6.cidrBlock} already; here it may have one.`,
    );
  }
  const [kind = ''] = owner.id.split('-');
  const associationId = `${kind}-cidr-assoc-${id}`;
  switch (wish.from) {
    case 'amazon':
      return { associationId, cidrBlock: provided(id), pool: 'Amazon' };
    case 'pool':
      return { associationId, cidrBlock: wish.cidrBlock, pool: wish.pool };
    case 'vpc':
      return isWithin(wish.cidrBlock, vpc?.ipv6?.cidrBlock)
        ? { associationId, cidrBlock: wish.cidrBlock }
        : declined('InvalidSubnet.Range', `The CIDR '${wish.cidrBlock}' is invalid.`);
  }
}

/** Nothing routes here, so it is a part of what is for examples only. */
function provided(id: string): string {
  const [site, net] = [id.slice(0, 4), id.slice(4, 6)].map((digits) => Number.parseInt(digits, 16));
  return `2001:db8:${(site ?? 0).toString(16)}:${((net ?? 0) * 256).toString(16)}::/56`;
}

function isWithin(range: string, whole: string | undefined): boolean {
  if (whole === undefined) return false;
  const [start = '', length] = range.split('/');
  const [, longest] = whole.split('/');
  return Number(length) >= Number(longest) && isInRange(start, whole);
}
