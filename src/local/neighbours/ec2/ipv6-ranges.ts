import { isIpv6 } from '../../state/ip-address.ts';
import type { Ipv6Wish } from '../../state/neighbour-command.ts';
import type { Ipv6Range } from '../../state/neighbour-resources.ts';
import { booleanIn, textIn } from '../input.ts';
import { declined } from '../neighbour.ts';
import type { Declined, Input, Operation } from '../neighbour.ts';
import { declinedBy } from '../refusals.ts';

/** A VPC gets a range of IPv6: of Amazon's, or of a pool, whatever pools there are. Its range of IPv4 stays the only one. */
export const associateVpcRange: Operation = (input, { dispatch, region }) => {
  const ipv6 = ipv6In(input);
  if (ipv6 === undefined) {
    return declined(
      'InvalidParameter',
      'Here a VPC can get a range of IPv6 only: AmazonProvidedIpv6CidrBlock, or Ipv6CidrBlock.',
    );
  }
  if ('declined' in ipv6) return ipv6;
  const answer = dispatch({ op: 'AssociateIpv6Range', input: { id: textIn(input, 'VpcId') ?? '', ipv6 } });
  if ('refused' in answer) return declinedBy(answer.refused);
  const { id, range } = answer.result;
  return { vpcId: id, ipv6CidrBlockAssociation: vpcRangeWords(range, region.name) };
};

export const associateSubnetRange: Operation = (input, { dispatch }) => {
  const ipv6 = subnetIpv6In(input) ?? badRange('');
  if ('declined' in ipv6) return ipv6;
  const answer = dispatch({ op: 'AssociateIpv6Range', input: { id: textIn(input, 'SubnetId') ?? '', ipv6 } });
  if ('refused' in answer) return declinedBy(answer.refused);
  const { id, range } = answer.result;
  return { subnetId: id, ipv6CidrBlockAssociation: rangeWords(range) };
};

/** Of a VPC or of a subnet, which is then told by this name. */
export const disassociateRange =
  (owner: 'vpcId' | 'subnetId'): Operation =>
  (input, { dispatch }) => {
    const associationId = textIn(input, 'AssociationId') ?? '';
    const answer = dispatch({ op: 'DisassociateIpv6Range', input: { associationId } });
    if ('refused' in answer) return declinedBy(answer.refused);
    const { id, range } = answer.result;
    return { [owner]: id, ipv6CidrBlockAssociation: rangeWords(range, 'disassociated') };
  };

/** The range that a new VPC is to have, if any. */
export function ipv6In(input: Input): Ipv6Wish | Declined | undefined {
  const cidrBlock = textIn(input, 'Ipv6CidrBlock');
  const pool = textIn(input, 'Ipv6Pool') ?? textIn(input, 'Ipv6IpamPoolId');
  if (booleanIn(input, 'AmazonProvidedIpv6CidrBlock') === true) {
    return cidrBlock === undefined
      ? { from: 'amazon' }
      : declined('InvalidParameterCombination', 'A range is either provided by Amazon or told.');
  }
  if (cidrBlock === undefined) return undefined;
  if (pool === undefined) {
    return declined('MissingParameter', 'Ipv6CidrBlock takes an Ipv6Pool, or an Ipv6IpamPoolId.');
  }
  return isRange(cidrBlock, [44, 60]) ? { from: 'pool', cidrBlock, pool } : badRange(cidrBlock);
}

/** The range that a new subnet is to have, if any. */
export function subnetIpv6In(input: Input): Ipv6Wish | Declined | undefined {
  const cidrBlock = textIn(input, 'Ipv6CidrBlock');
  if (cidrBlock === undefined) return undefined;
  return isRange(cidrBlock, [44, 64]) ? { from: 'vpc', cidrBlock } : badRange(cidrBlock);
}

export function vpcRangeWords(range: Ipv6Range, region: string): object {
  return { ...rangeWords(range), networkBorderGroup: region, ipv6Pool: range.pool ?? 'Amazon' };
}

export function rangeWords(
  { associationId, cidrBlock }: Ipv6Range,
  state: 'associated' | 'disassociated' = 'associated',
): object {
  return { associationId, ipv6CidrBlock: cidrBlock, ipv6CidrBlockState: { state } };
}

/** What filters find of a range. */
export function rangeFacts(range: Ipv6Range | undefined): Readonly<Record<string, readonly string[]>> {
  const name = 'ipv6-cidr-block-association';
  return {
    [`${name}.ipv6-cidr-block`]: range === undefined ? [] : [range.cidrBlock],
    [`${name}.association-id`]: range === undefined ? [] : [range.associationId],
    [`${name}.state`]: range === undefined ? [] : ['associated'],
  };
}

/** AWS takes lengths of four bits each. */
function isRange(range: string, [shortest, longest]: readonly [number, number]): boolean {
  const [address = '', length = '', ...more] = range.split('/');
  const bits = /^\d\d$/.test(length) ? Number(length) : 0;
  return more.length === 0 && isIpv6(address) && bits >= shortest && bits <= longest && bits % 4 === 0;
}

function badRange(given: string): Declined {
  return declined('InvalidParameterValue', `Value (${given}) for parameter ipv6CidrBlock is invalid.`);
}
