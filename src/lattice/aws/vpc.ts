import { overlap } from '../model/ip-range.ts';
import type { Admission } from '../model/model.ts';
import type { Ask } from './beside.ts';
import { RemoteFailure } from './errors.ts';
import type { Element } from './xml.ts';
import { elementsAt, parseXml, textAt } from './xml.ts';

/** The ranges of a VPC's addresses; none where there is no such VPC. */
export async function rangesOfVpc(ask: Ask, vpcId: string): Promise<readonly string[]> {
  const answer = await describe(ask, 'DescribeVpcs', {
    'Filter.1.Name': 'vpc-id',
    'Filter.1.Value.1': vpcId,
  });
  return answer.flatMap((page) =>
    elementsAt(page, 'vpcSet', 'item').flatMap((vpc) => [
      ...associated(vpc, { set: 'cidrBlockAssociationSet', state: 'cidrBlockState', range: 'cidrBlock' }),
      ...associated(vpc, {
        set: 'ipv6CidrBlockAssociationSet',
        state: 'ipv6CidrBlockState',
        range: 'ipv6CidrBlock',
      }),
    ]),
  );
}

function associated(
  vpc: Element,
  names: { readonly set: string; readonly state: string; readonly range: string },
): readonly string[] {
  return elementsAt(vpc, names.set, 'item')
    .filter((item) => textAt(item, names.state, 'state') === 'associated')
    .map((item) => textAt(item, names.range));
}

export interface Admissions {
  /** How many security groups the VPC has. */
  readonly groups: number;
  readonly admissions: readonly Admission[];
  /** VPC Lattice's own, by name. */
  readonly prefixLists: Readonly<Record<string, string>>;
}

/**
 * Which ports any security group of a VPC opens for VPC Lattice. What cannot be told counts as open: prefix lists that
 * somebody made, and ranges of which only a part is Lattice's.
 */
export async function admissionsTo(ask: Ask, vpcId: string): Promise<Admissions> {
  const lists = await prefixLists(ask);
  const ours = lists.filter(({ name, owner }) => owner === 'AWS' && name.endsWith('.vpc-lattice'));
  const others = new Set(
    lists.filter((list) => list.owner === 'AWS' && !ours.includes(list)).map(({ id }) => id),
  );
  const groups = (
    await describe(ask, 'DescribeSecurityGroups', {
      'Filter.1.Name': 'vpc-id',
      'Filter.1.Value.1': vpcId,
      MaxResults: '1000',
    })
  ).flatMap((page) => elementsAt(page, 'securityGroupInfo', 'item'));
  return {
    groups: groups.length,
    admissions: groups.flatMap((group) =>
      elementsAt(group, 'ipPermissions', 'item').flatMap((permission) => admissionsIn(permission, others)),
    ),
    prefixLists: Object.fromEntries(ours.map(({ id, name }) => [name, id])),
  };
}

interface PrefixList {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
}

/** None where that may not be asked: then nobody knows what is in any. */
async function prefixLists(ask: Ask): Promise<readonly PrefixList[]> {
  try {
    return (await describe(ask, 'DescribeManagedPrefixLists', {})).flatMap((page) =>
      elementsAt(page, 'prefixListSet', 'item').map((item) => ({
        id: textAt(item, 'prefixListId'),
        name: textAt(item, 'prefixListName'),
        owner: textAt(item, 'ownerId'),
      })),
    );
  } catch (error) {
    if (error instanceof RemoteFailure && error.error.cause === 'denied') return [];
    throw error;
  }
}

/** Where requests of VPC Lattice come from, as its user guide says. */
const sources = { IPv4: '169.254.171.0/24', IPv6: 'fd00:ec2:80::/64' } as const;

const families = ['IPv4', 'IPv6'] as const;

function admissionsIn(permission: Element, others: ReadonlySet<string>): readonly Admission[] {
  const protocol = textAt(permission, 'ipProtocol');
  if (!['-1', 'tcp', '6'].includes(protocol)) return [];
  const isAny = protocol === '-1' || textAt(permission, 'fromPort') === '';
  const ports = isAny
    ? { from: 0, to: 65_535 }
    : { from: Number(textAt(permission, 'fromPort')), to: Number(textAt(permission, 'toPort')) };
  const ranges = {
    IPv4: elementsAt(permission, 'ipRanges', 'item').map((item) => textAt(item, 'cidrIp')),
    IPv6: elementsAt(permission, 'ipv6Ranges', 'item').map((item) => textAt(item, 'cidrIpv6')),
  };
  const isListed = elementsAt(permission, 'prefixListIds', 'item').some(
    (item) => !others.has(textAt(item, 'prefixListId')),
  );
  return families
    .filter((family) => isListed || ranges[family].some((range) => overlap(range, sources[family])))
    .map((family) => ({ family, ...ports }));
}

/** All pages of a list. */
async function describe(
  ask: Ask,
  operation: string,
  parameters: Readonly<Record<string, string>>,
): Promise<readonly Element[]> {
  const pages: Element[] = [];
  for (let token = '', more = true; more; more = token !== '') {
    const form = {
      Action: operation,
      Version: '2016-11-15',
      ...parameters,
      ...(token === '' ? {} : { NextToken: token }),
    };
    const text = await ask({
      service: 'ec2',
      operation,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams(form).toString(),
      refusal: refusalIn,
    });
    const [page] = parseXml(text).children;
    if (page === undefined) break;
    pages.push(page);
    token = textAt(page, 'nextToken');
  }
  return pages;
}

function refusalIn(text: string): { readonly code: string; readonly message: string } {
  const answer = parseXml(text);
  const code = textAt(answer, 'Response', 'Errors', 'Error', 'Code');
  const message = textAt(answer, 'Response', 'Errors', 'Error', 'Message');
  return { code: code === '' ? 'Unknown' : code, message: message === '' ? text.slice(0, 200) : message };
}
