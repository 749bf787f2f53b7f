import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ask } from './beside.ts';
import { RemoteFailure } from './errors.ts';
import { admissionsTo, rangesOfVpc } from './vpc.ts';

/** An EC2 that answers each operation with these pages, one after the other. */
function ec2(pages: Readonly<Record<string, readonly string[]>>): Ask {
  const asked: Record<string, number> = {};
  return async ({ operation }) => {
    const page = asked[operation] ?? 0;
    asked[operation] = page + 1;
    return Promise.resolve(
      `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${pages[operation]?.[page] ?? ''}</${operation}Response>`,
    );
  };
}

const lists = `<prefixListSet>
  <item><prefixListId>pl-lattice</prefixListId><prefixListName>com.amazonaws.us-west-2.vpc-lattice</prefixListName><ownerId>AWS</ownerId></item>
  <item><prefixListId>pl-s3</prefixListId><prefixListName>com.amazonaws.us-west-2.s3</prefixListName><ownerId>AWS</ownerId></item>
  <item><prefixListId>pl-own</prefixListId><prefixListName>office</prefixListName><ownerId>123456789012</ownerId></item>
</prefixListSet>`;

function group(permissions: string): string {
  return `<securityGroupInfo><item><groupId>sg-1</groupId><ipPermissions>${permissions}</ipPermissions></item></securityGroupInfo>`;
}

function permission(protocol: string, ports: string, sources: string): string {
  return `<item><ipProtocol>${protocol}</ipProtocol>${ports}${sources}</item>`;
}

const web = '<fromPort>80</fromPort><toPort>90</toPort>';

test('the ranges of a VPC are those that are associated with it, of both families', async () => {
  const ask = ec2({
    DescribeVpcs: [
      `<vpcSet><item><cidrBlock>10.0.0.0/16</cidrBlock>
        <cidrBlockAssociationSet>
          <item><cidrBlock>10.0.0.0/16</cidrBlock><cidrBlockState><state>associated</state></cidrBlockState></item>
          <item><cidrBlock>10.9.0.0/16</cidrBlock><cidrBlockState><state>disassociated</state></cidrBlockState></item>
        </cidrBlockAssociationSet>
        <ipv6CidrBlockAssociationSet>
          <item><ipv6CidrBlock>2001:db8::/56</ipv6CidrBlock><ipv6CidrBlockState><state>associated</state></ipv6CidrBlockState></item>
        </ipv6CidrBlockAssociationSet>
      </item></vpcSet>`,
    ],
  });
  assert.deepEqual(await rangesOfVpc(ask, 'vpc-1'), ['10.0.0.0/16', '2001:db8::/56']);
});

test('a security group opens what it opens to VPC Lattice, whatever the source is called', async () => {
  const cases: readonly (readonly [string, readonly object[]])[] = [
    [
      permission(
        'tcp',
        web,
        '<prefixListIds><item><prefixListId>pl-lattice</prefixListId></item></prefixListIds>',
      ),
      [
        { family: 'IPv4', from: 80, to: 90 },
        { family: 'IPv6', from: 80, to: 90 },
      ],
    ],
    [
      permission('tcp', web, '<ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges>'),
      [{ family: 'IPv4', from: 80, to: 90 }],
    ],
    [
      permission('-1', '', '<ipv6Ranges><item><cidrIpv6>::/0</cidrIpv6></item></ipv6Ranges>'),
      [{ family: 'IPv6', from: 0, to: 65_535 }],
    ],
    [permission('tcp', web, '<ipRanges><item><cidrIp>10.0.0.0/8</cidrIp></item></ipRanges>'), []],
    [permission('tcp', web, '<groups><item><groupId>sg-1</groupId></item></groups>'), []],
    [permission('udp', web, '<ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges>'), []],
    [
      permission(
        'tcp',
        web,
        '<prefixListIds><item><prefixListId>pl-s3</prefixListId></item></prefixListIds>',
      ),
      [],
    ],
    // What is in it is not known: it may let VPC Lattice in.
    [
      permission(
        'tcp',
        web,
        '<prefixListIds><item><prefixListId>pl-own</prefixListId></item></prefixListIds>',
      ),
      [
        { family: 'IPv4', from: 80, to: 90 },
        { family: 'IPv6', from: 80, to: 90 },
      ],
    ],
  ];
  for (const [rule, admissions] of cases) {
    const ask = ec2({ DescribeManagedPrefixLists: [lists], DescribeSecurityGroups: [group(rule)] });
    const found = await admissionsTo(ask, 'vpc-1');
    assert.deepEqual(found.admissions, admissions, rule);
    assert.deepEqual(found.prefixLists, { 'com.amazonaws.us-west-2.vpc-lattice': 'pl-lattice' });
  }
});

test('where prefix lists may not be asked for, any of them may be the one of VPC Lattice', async () => {
  const answer = ec2({
    DescribeSecurityGroups: [
      group(
        permission(
          'tcp',
          web,
          '<prefixListIds><item><prefixListId>pl-s3</prefixListId></item></prefixListIds>',
        ),
      ),
    ],
  });
  const ask: Ask = async (asked) => {
    if (asked.operation === 'DescribeSecurityGroups') return await answer(asked);
    const { operation } = asked;
    throw new RemoteFailure({ cause: 'denied', code: 'UnauthorizedOperation', message: 'no', operation });
  };
  const { admissions, prefixLists } = await admissionsTo(ask, 'vpc-1');
  assert.equal(admissions.length, 2);
  assert.deepEqual(prefixLists, {});
});

test('every page of security groups counts', async () => {
  const open = permission('tcp', web, '<ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges>');
  const ask = ec2({
    DescribeManagedPrefixLists: [lists],
    DescribeSecurityGroups: [`${group('')}<nextToken>more</nextToken>`, group(open)],
  });
  const { groups, admissions } = await admissionsTo(ask, 'vpc-1');
  assert.equal(groups, 2);
  assert.equal(admissions.length, 1);
});
