import type { OperationName } from '../../contract/operations.gen.ts';
import { isRecord } from '../../contract/validate.ts';
import type { Members } from './subjects.ts';

const networkInterfaces = [
  'ec2:AssignIpv6Addresses',
  'ec2:CreateNetworkInterface',
  'ec2:CreateNetworkInterfacePermission',
  'ec2:DescribeNetworkInterfaces',
] as const;

const gateway = [
  ...networkInterfaces,
  'ec2:AssignPrivateIpAddresses',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
] as const;

/** Actions of other services that the caller of an operation needs too, by the user guide (additional API permissions). */
export function companionsOf(operation: OperationName, members: Members): readonly string[] {
  return companions[operation]?.(members) ?? [];
}

const companions: { readonly [N in OperationName]?: (members: Members) => readonly string[] } = {
  CreateResourceConfiguration: ({ type }) =>
    type === 'ARN'
      ? ['ec2:DescribeSubnets', 'rds:DescribeDBInstances', 'rds:DescribeDBClusters']
      : ['ec2:DescribeSubnets'],
  CreateResourceGateway: () => gateway,
  UpdateResourceGateway: () => [
    ...gateway,
    'ec2:UnassignPrivateIpAddresses',
    'ec2:ModifyNetworkInterfaceAttribute',
  ],
  DeleteResourceGateway: () => ['ec2:DeleteNetworkInterface'],
  CreateServiceNetworkResourceAssociation: () => networkInterfaces,
  CreateServiceNetworkVpcAssociation: ({ securityGroupIds }) =>
    Array.isArray(securityGroupIds) && securityGroupIds.length > 0
      ? ['ec2:DescribeVpcs', 'ec2:DescribeSecurityGroups']
      : ['ec2:DescribeVpcs'],
  UpdateServiceNetworkVpcAssociation: () => ['ec2:DescribeSecurityGroups'],
  CreateTargetGroup: ({ config }) =>
    isRecord(config) && config['vpcIdentifier'] !== undefined ? ['ec2:DescribeVpcs'] : [],
  CreateAccessLogSubscription: () => ['logs:GetLogDelivery', 'logs:CreateLogDelivery'],
  UpdateAccessLogSubscription: () => ['logs:UpdateLogDelivery'],
  DeleteAccessLogSubscription: () => ['logs:DeleteLogDelivery'],
};
