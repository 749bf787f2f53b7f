import { declined } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import { rangeOf } from './ipv6-range.ts';
import type { Ipv6Range, Subnet, Vpc } from './neighbour-resources.ts';
import type { RegionState } from './state.ts';
import { withEntry } from './table.ts';
import { notThere, subnetsOf, vpcsOf } from './vpc.ts';

/** A VPC or a subnet that is there gets a range. */
export const associateIpv6Range: Transition<'AssociateIpv6Range'> = (state, { id, ipv6 }, context) => {
  const { account, ids } = context;
  const vpcs = vpcsOf(state, account);
  const vpc = vpcs.find((each) => each.id === id);
  const subnet = subnetsOf(state, account).find((each) => each.id === id);
  if (vpc !== undefined) {
    const range = rangeOf(ipv6, { owner: vpc, ids });
    return 'refused' in range
      ? range
      : { state: withVpc(state, { ...vpc, ipv6: range }), result: { id, range } };
  }
  if (subnet === undefined) return notThere(id);
  const around = vpcs.find((each) => each.id === subnet.vpcId);
  const range = rangeOf(ipv6, { owner: subnet, ...(around === undefined ? {} : { vpc: around }), ids });
  return 'refused' in range
    ? range
    : { state: withSubnet(state, { ...subnet, ipv6: range }), result: { id, range } };
};

/** A VPC loses its range after its subnets have lost theirs. */
export const disassociateIpv6Range: Transition<'DisassociateIpv6Range'> = (
  state,
  { associationId },
  { account },
) => {
  const isMeant = ({ ipv6 }: { readonly ipv6?: Ipv6Range }): boolean => ipv6?.associationId === associationId;
  const subnets = subnetsOf(state, account);
  const subnet = subnets.find(isMeant);
  if (subnet?.ipv6 !== undefined) {
    const { ipv6: range, ...rest } = subnet;
    return { state: withSubnet(state, rest), result: { id: subnet.id, range } };
  }
  const vpc = vpcsOf(state, account).find(isMeant);
  if (vpc?.ipv6 === undefined) {
    const code = associationId.startsWith('subnet-')
      ? 'InvalidSubnetCidrBlockAssociationID.NotFound'
      : 'InvalidVpcCidrBlockAssociationID.NotFound';
    return declined(code, `The association ID '${associationId}' does not exist`);
  }
  if (subnets.some(({ vpcId, ipv6 }) => vpcId === vpc.id && ipv6 !== undefined)) {
    return declined(
      'InvalidCidrBlock.InUse',
      `The vpc ${vpc.id} currently has a subnet within CIDR block ${vpc.ipv6.cidrBlock}`,
    );
  }
  const { ipv6: range, ...rest } = vpc;
  return { state: withVpc(state, rest), result: { id: vpc.id, range } };
};

function withVpc(state: RegionState, vpc: Vpc): RegionState {
  return { ...state, vpcs: withEntry(state.vpcs, vpc.id, vpc) };
}

function withSubnet(state: RegionState, subnet: Subnet): RegionState {
  return { ...state, subnets: withEntry(state.subnets, subnet.id, subnet) };
}
