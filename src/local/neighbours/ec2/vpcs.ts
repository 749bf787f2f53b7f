import type { SecurityGroup, Subnet, Vpc } from '../../state/neighbour-resources.ts';
import { securityGroupsOf, subnetsOf, vpcsOf, zonesOf } from '../../state/vpc.ts';
import { textIn } from '../input.ts';
import { declined } from '../neighbour.ts';
import type { Input, Operation } from '../neighbour.ts';
import { declinedBy } from '../refusals.ts';
import { described, tagSet, tagsFor } from './filters.ts';
import { ipv6In, rangeFacts, rangeWords, subnetIpv6In, vpcRangeWords } from './ipv6-ranges.ts';
import { permissionWords } from './security-group-rules.ts';

/** A VPC to refer to: nothing routes in it. */
export const createVpc: Operation = (input, { dispatch, region }) => {
  const cidrBlock = cidrIn(input);
  if (cidrBlock === undefined) return badCidr(input);
  const ipv6 = ipv6In(input);
  if (ipv6 !== undefined && 'declined' in ipv6) return ipv6;
  const wish = ipv6 === undefined ? {} : { ipv6 };
  const answer = dispatch({ op: 'CreateVpc', input: { cidrBlock, ...wish, tags: tagsFor(input, 'vpc') } });
  return 'refused' in answer ? declinedBy(answer.refused) : { vpc: vpcWords(region.name)(answer.result) };
};

export const createSubnet: Operation = (input, { dispatch, region }) => {
  const cidrBlock = cidrIn(input);
  if (cidrBlock === undefined) return badCidr(input);
  const zones = zonesOf(region.state());
  const availabilityZone = textIn(input, 'AvailabilityZone') ?? zones[0] ?? '';
  if (!zones.includes(availabilityZone)) {
    return declined(
      'InvalidParameterValue',
      `Value (${availabilityZone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.join(', ')}.`,
    );
  }
  const vpcId = textIn(input, 'VpcId') ?? '';
  const tags = tagsFor(input, 'subnet');
  const ipv6 = subnetIpv6In(input);
  if (ipv6 !== undefined && 'declined' in ipv6) return ipv6;
  const wish = ipv6 === undefined ? {} : { ipv6 };
  const answer = dispatch({
    op: 'CreateSubnet',
    input: { vpcId, cidrBlock, availabilityZone, ...wish, tags },
  });
  return 'refused' in answer ? declinedBy(answer.refused) : { subnet: subnetWords(answer.result) };
};

export const createSecurityGroup: Operation = (input, { dispatch, account }) => {
  const name = textIn(input, 'GroupName') ?? '';
  const description = textIn(input, 'GroupDescription') ?? '';
  if (name === '' || name === 'default')
    return declined('InvalidParameterValue', `Cannot use '${name}' as a name`);
  const vpcId = textIn(input, 'VpcId') ?? `vpc-00000${account}`;
  const tags = tagsFor(input, 'security-group');
  const answer = dispatch({ op: 'CreateSecurityGroup', input: { vpcId, name, description, tags } });
  if ('refused' in answer) return declinedBy(answer.refused);
  const { id, arn } = answer.result;
  return { return: true, groupId: id, securityGroupArn: arn, tagSet: tagSet(answer.result.tags) };
};

/** Deletes what the member names. */
export const deleteOne =
  (member: 'VpcId' | 'SubnetId' | 'GroupId'): Operation =>
  (input, { dispatch }) => {
    const answer = dispatch({ op: 'DeleteVpcResource', input: { id: textIn(input, member) ?? '' } });
    return 'refused' in answer ? declinedBy(answer.refused) : { return: true };
  };

export const describeVpcs: Operation = (input, { region, account }) =>
  described(vpcsOf(region.state(), account), input, {
    name: 'vpcSet',
    say: vpcWords(region.name),
    facts: ({ id, cidrBlock, ipv6, isDefault, account: owner }) => ({
      'vpc-id': [id],
      cidr: [cidrBlock],
      'cidr-block-association.cidr-block': [cidrBlock],
      ...rangeFacts(ipv6),
      'is-default': [String(isDefault)],
      isDefault: [String(isDefault)],
      'owner-id': [owner],
      state: ['available'],
    }),
    ids: { member: 'VpcId', of: ({ id }) => id, missing: 'InvalidVpcID.NotFound' },
  });

export const describeSubnets: Operation = (input, { region, account }) =>
  described(subnetsOf(region.state(), account), input, {
    name: 'subnetSet',
    say: subnetWords,
    facts: ({ id, vpcId, cidrBlock, ipv6, availabilityZone, isDefault, account: owner }) => ({
      'subnet-id': [id],
      'vpc-id': [vpcId],
      'cidr-block': [cidrBlock],
      ...rangeFacts(ipv6),
      'availability-zone': [availabilityZone],
      'default-for-az': [String(isDefault)],
      'owner-id': [owner],
      state: ['available'],
    }),
    ids: { member: 'SubnetId', of: ({ id }) => id, missing: 'InvalidSubnetID.NotFound' },
  });

export const describeSecurityGroups: Operation = (input, { region, account }) =>
  described(securityGroupsOf(region.state(), account), input, {
    name: 'securityGroupInfo',
    say: groupWords,
    facts: ({ id, vpcId, name, description, account: owner }) => ({
      'group-id': [id],
      'group-name': [name],
      'vpc-id': [vpcId],
      description: [description],
      'owner-id': [owner],
    }),
    ids: { member: 'GroupId', of: ({ id }) => id, missing: 'InvalidGroup.NotFound' },
  });

function vpcWords(region: string): (vpc: Vpc) => object {
  return ({ id, account, cidrBlock, ipv6, isDefault, tags }) => ({
    vpcId: id,
    ownerId: account,
    state: 'available',
    cidrBlock,
    cidrBlockAssociationSet: [
      {
        cidrBlock,
        associationId: `vpc-cidr-assoc-${id.slice(4)}`,
        cidrBlockState: { state: 'associated' },
      },
    ],
    ...(ipv6 === undefined ? {} : { ipv6CidrBlockAssociationSet: [vpcRangeWords(ipv6, region)] }),
    instanceTenancy: 'default',
    isDefault,
    tagSet: tagSet(tags),
  });
}

function subnetWords(subnet: Subnet): object {
  const { id, arn, vpcId, account, cidrBlock, ipv6, availabilityZone, isDefault, tags } = subnet;
  return {
    subnetId: id,
    subnetArn: arn,
    state: 'available',
    ownerId: account,
    vpcId,
    cidrBlock,
    availableIpAddressCount: 2 ** (32 - Number(cidrBlock.split('/')[1] ?? 32)) - 5,
    ...(ipv6 === undefined ? {} : { ipv6CidrBlockAssociationSet: [rangeWords(ipv6)] }),
    availabilityZone,
    defaultForAz: isDefault,
    mapPublicIpOnLaunch: isDefault,
    tagSet: tagSet(tags),
  };
}

/** Rules for what goes out are not kept: nothing here looks at it. */
function groupWords(group: SecurityGroup): object {
  const { id, arn, vpcId, account, name, description, tags, ingress = [] } = group;
  return {
    groupId: id,
    securityGroupArn: arn,
    groupName: name,
    groupDescription: description,
    ownerId: account,
    vpcId,
    ipPermissions: permissionWords(ingress, account),
    ipPermissionsEgress: [],
    tagSet: tagSet(tags),
  };
}

function cidrIn(input: Input): string | undefined {
  const [, , bits] =
    /^((?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!\/)|(?=\/))){4})\/(1[6-9]|2[0-8])$/.exec(
      textIn(input, 'CidrBlock') ?? '',
    ) ?? [];
  return bits === undefined ? undefined : textIn(input, 'CidrBlock');
}

function badCidr(input: Input) {
  const given = textIn(input, 'CidrBlock') ?? '';
  return declined(
    'InvalidParameterValue',
    `Value (${given}) for parameter cidrBlock is invalid. This is not a valid CIDR block of /16 to /28.`,
  );
}
