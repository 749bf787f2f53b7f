import { declined } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Context, Transition } from './command.ts';
import { newResource } from './creation.ts';
import type { SecurityGroup, Subnet, Vpc } from './neighbour-resources.ts';
import type { RegionState, Resource, Tags } from './state.ts';
import { findValue, withEntry, withoutEntry } from './table.ts';
import { readTags } from './tags.ts';
import { rangeOf } from './ipv6-range.ts';

/** A VPC of the caller. Nothing routes in it; it is there to be found and referred to. */
export const createVpc: Transition<'CreateVpc'> = (state, { cidrBlock, ipv6, tags }, context) => {
  const id = `vpc-${context.ids[0]}`;
  const resource = newVpcResource(state, context, { id, path: `vpc/${id}`, tags });
  if ('refused' in resource) return resource;
  const range = ipv6 && rangeOf(ipv6, { owner: { id }, ids: context.ids });
  if (range !== undefined && 'refused' in range) return range;
  const result: Vpc = {
    ...resource,
    cidrBlock,
    ...(range === undefined ? {} : { ipv6: range }),
    isDefault: false,
  };
  return { state: counted({ ...state, vpcs: withEntry(state.vpcs, id, result) }), result };
};

/** Makes it known as the caller's. One that is known gets these ranges, which may be others each time, and keeps its tags. */
export const haveVpc: Transition<'HaveVpc'> = (state, { id, cidrBlock, cidrBlock6, tags }, context) => {
  const before = owned(state.vpcs, context.account).find((each) => each.id === id);
  if (before?.cidrBlock === cidrBlock && before.ipv6?.cidrBlock === cidrBlock6) {
    return { state, result: before };
  }
  const resource = newVpcResource(state, context, { id, path: `vpc/${id}`, tags: before?.tags ?? tags });
  if ('refused' in resource) return resource;
  const associationId = `vpc-cidr-assoc-${context.ids[1]}`;
  const ipv6 = cidrBlock6 && { associationId, cidrBlock: cidrBlock6, pool: 'Amazon' };
  const result: Vpc = { ...resource, cidrBlock, ...(ipv6 ? { ipv6 } : {}), isDefault: false };
  return { state: counted({ ...state, vpcs: withEntry(state.vpcs, id, result) }), result };
};

export const createSubnet: Transition<'CreateSubnet'> = (state, input, context) => {
  const vpc = findVpc(state, input.vpcId, context);
  if ('refused' in vpc) return vpc;
  const id = `subnet-${context.ids[0]}`;
  const resource = newVpcResource(state, context, { id, path: `subnet/${id}`, tags: input.tags });
  if ('refused' in resource) return resource;
  const { vpcId, cidrBlock, availabilityZone, ipv6 } = input;
  const range = ipv6 && rangeOf(ipv6, { owner: { id }, vpc, ids: context.ids });
  if (range !== undefined && 'refused' in range) return range;
  const own = { vpcId, cidrBlock, availabilityZone, ...(range === undefined ? {} : { ipv6: range }) };
  const result: Subnet = { ...resource, ...own, isDefault: false };
  return { state: counted({ ...state, subnets: withEntry(state.subnets, id, result) }), result };
};

export const createSecurityGroup: Transition<'CreateSecurityGroup'> = (state, input, context) => {
  const { vpcId, name, description } = input;
  const vpc = findVpc(state, vpcId, context);
  if ('refused' in vpc) return vpc;
  if (securityGroupsOf(state, context.account).some((each) => each.vpcId === vpcId && each.name === name)) {
    return declined(
      'InvalidGroup.Duplicate',
      `The security group '${name}' already exists for VPC '${vpcId}'`,
    );
  }
  const id = `sg-${context.ids[0]}`;
  const resource = newVpcResource(state, context, { id, path: `security-group/${id}`, tags: input.tags });
  if ('refused' in resource) return resource;
  const result: SecurityGroup = { ...resource, vpcId, name, description };
  return {
    state: counted({ ...state, securityGroups: withEntry(state.securityGroups, id, result) }),
    result,
  };
};

/** A VPC goes after what is in it; Lattice keeps referring to what is gone. */
export const deleteVpcResource: Transition<'DeleteVpcResource'> = (state, { id }, context) => {
  const { account } = context;
  if (isDefault(id, account)) {
    return declined('OperationNotPermitted', `'${id}' is there by default and cannot be deleted.`);
  }
  const owned = (table: ReadonlyMap<string, Resource>): boolean => table.get(id)?.account === account;
  if (owned(state.subnets)) return gone({ ...state, subnets: withoutEntry(state.subnets, id) });
  if (owned(state.securityGroups)) {
    return gone({ ...state, securityGroups: withoutEntry(state.securityGroups, id) });
  }
  if (!owned(state.vpcs)) return notThere(id);
  const inside =
    findValue(state.subnets, ({ vpcId }) => vpcId === id) ??
    findValue(state.securityGroups, ({ vpcId }) => vpcId === id);
  return inside === undefined
    ? gone({ ...state, vpcs: withoutEntry(state.vpcs, id) })
    : declined('DependencyViolation', `The vpc '${id}' has dependencies and cannot be deleted.`);
};

/** The VPC of an account by id, its default one included. */
export function findVpc(
  state: RegionState,
  id: string,
  { account }: Pick<Context, 'account'>,
): Vpc | Refused {
  return vpcsOf(state, account).find((each) => each.id === id) ?? notThere(id);
}

/** The VPCs of an account: the default one that every account has, then those it made. */
export function vpcsOf(state: RegionState, account: string): readonly Vpc[] {
  return withDefaults([defaultVpc(state, account)], owned(state.vpcs, account));
}

/** With those of the default VPC, of which there is one in each zone. */
export function subnetsOf(state: RegionState, account: string): readonly Subnet[] {
  const vpc = defaultVpc(state, account);
  const defaults = zonesOf(state).map((availabilityZone, index): Subnet => {
    const id = `subnet-0000${zoneLetters[index] ?? ''}${account}`;
    const own = { id, arn: ec2Arn(state, account, `subnet/${id}`) };
    const cidrBlock = `172.31.${index * 16}.0/20`;
    return { ...vpc, ...own, vpcId: vpc.id, cidrBlock, availabilityZone, isDefault: true };
  });
  return withDefaults(defaults, owned(state.subnets, account));
}

/** With that of the default VPC, which lets its own members in. */
export function securityGroupsOf(state: RegionState, account: string): readonly SecurityGroup[] {
  const vpc = defaultVpc(state, account);
  const id = `sg-00000${account}`;
  const own = { id, arn: ec2Arn(state, account, `security-group/${id}`) };
  const group: SecurityGroup = {
    ...vpc,
    ...own,
    vpcId: vpc.id,
    name: 'default',
    description: 'default VPC security group',
    ingress: [
      {
        id: `sgr-00000${account}`,
        protocol: '-1',
        fromPort: -1,
        toPort: -1,
        source: { kind: 'group', value: id },
      },
    ],
  };
  return withDefaults([group], owned(state.securityGroups, account));
}

/** Whether an account has had it from the beginning. */
function isDefault(id: string, account: string): boolean {
  return /^(?:vpc-00000|subnet-0000[abc]|sg-00000)/.test(id) && id.endsWith(account);
}

/** Three in each region. */
export function zonesOf({ region }: RegionState): readonly string[] {
  return zoneLetters.map((letter) => region + letter);
}

const zoneLetters = ['a', 'b', 'c'] as const;

/** Every account has had it from the beginning; its id shows whose it is. */
function defaultVpc(state: RegionState, account: string): Vpc {
  const id = `vpc-00000${account}`;
  const arn = ec2Arn(state, account, `vpc/${id}`);
  return {
    id,
    arn,
    account,
    sequence: 0,
    createdAt: 0,
    lastUpdatedAt: 0,
    tags: {},
    cidrBlock: '172.31.0.0/16',
    isDefault: true,
  };
}

function newVpcResource(
  state: RegionState,
  context: Context,
  { id, path, tags: given }: { readonly id: string; readonly path: string; readonly tags: Tags },
): Resource | Refused {
  const tags = readTags(given);
  if ('refused' in tags) return tags;
  const resource = newResource(state, context, { id, path, tags: tags.tags, input: {} });
  return { ...resource, arn: ec2Arn(state, context.account, path) };
}

/** The ARN of what an account has in EC2 at a path. */
export function ec2Arn({ partition, region }: RegionState, account: string, path: string): string {
  return `arn:${partition}:ec2:${region}:${account}:${path}`;
}

function owned<T extends Resource>(table: ReadonlyMap<string, T>, account: string): readonly T[] {
  return [...table.values()].filter((each) => each.account === account);
}

/** What everybody has, as it was written down if it was, before what was made. */
function withDefaults<T extends Resource>(defaults: readonly T[], own: readonly T[]): readonly T[] {
  return [
    ...defaults.map((each) => own.find(({ id }) => id === each.id) ?? each),
    ...own.filter(({ id }) => !defaults.some((each) => each.id === id)),
  ];
}

function counted(state: RegionState): RegionState {
  return { ...state, nextSequence: state.nextSequence + 1 };
}

function gone(state: RegionState): { readonly state: RegionState; readonly result: undefined } {
  return { state, result: undefined };
}

/** EC2 has a code for each kind, which the id tells. */
export function notThere(id: string): Refused {
  const [prefix = ''] = id.split('-');
  const code = {
    vpc: 'InvalidVpcID.NotFound',
    subnet: 'InvalidSubnetID.NotFound',
    sg: 'InvalidGroup.NotFound',
    i: 'InvalidInstanceID.NotFound',
    vpce: 'InvalidVpcEndpointId.NotFound',
  }[prefix];
  return declined(code ?? 'InvalidParameterValue', `The ID '${id}' does not exist`);
}
