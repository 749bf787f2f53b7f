import type { Neighbour } from '../neighbour.ts';
import { queryNeighbour } from '../query-protocol.ts';
import { element } from '../xml.ts';
import { createVpcEndpoint, deleteVpcEndpoints, describeVpcEndpoints } from './endpoints.ts';
import { associateSubnetRange, associateVpcRange, disassociateRange } from './ipv6-ranges.ts';
import { describePrefixLists, getPrefixListEntries } from './prefix-lists.ts';
import { authorizeIngress, describeRules, revokeIngress } from './security-group-rules.ts';
import { createTags, deleteTags, describeTags } from './tags.ts';
import {
  createSecurityGroup,
  createSubnet,
  createVpc,
  deleteOne,
  describeSecurityGroups,
  describeSubnets,
  describeVpcs,
} from './vpcs.ts';

const namespace = 'http://ec2.amazonaws.com/doc/2016-11-15/';

/** The networks that Lattice refers to, its managed prefix lists, and endpoints into networks and to resources. */
export const ec2: Neighbour = queryNeighbour(
  {
    CreateVpc: createVpc,
    DescribeVpcs: describeVpcs,
    DeleteVpc: deleteOne('VpcId'),
    CreateSubnet: createSubnet,
    AssociateVpcCidrBlock: associateVpcRange,
    DisassociateVpcCidrBlock: disassociateRange('vpcId'),
    AssociateSubnetCidrBlock: associateSubnetRange,
    DisassociateSubnetCidrBlock: disassociateRange('subnetId'),
    DescribeSubnets: describeSubnets,
    DeleteSubnet: deleteOne('SubnetId'),
    CreateSecurityGroup: createSecurityGroup,
    DescribeSecurityGroups: describeSecurityGroups,
    DeleteSecurityGroup: deleteOne('GroupId'),
    AuthorizeSecurityGroupIngress: authorizeIngress,
    RevokeSecurityGroupIngress: revokeIngress,
    DescribeSecurityGroupRules: describeRules,
    DescribeManagedPrefixLists: describePrefixLists,
    GetManagedPrefixListEntries: getPrefixListEntries,
    CreateTags: createTags,
    DescribeTags: describeTags,
    DeleteTags: deleteTags,
    CreateVpcEndpoint: createVpcEndpoint,
    DescribeVpcEndpoints: describeVpcEndpoints,
    DeleteVpcEndpoints: deleteVpcEndpoints,
  },
  {
    namespace,
    item: 'item',
    names: {
      MissingAuthenticationTokenException: 'MissingParameter',
      UnrecognizedClientException: 'AuthFailure',
      InvalidSignatureException: 'AuthFailure',
      ExpiredTokenException: 'RequestExpired',
      IncompleteSignatureException: 'IncompleteSignature',
      AccessDeniedException: 'UnauthorizedOperation',
    },
    wrap: (_, output, requestId) => ({ requestId, ...output }),
    error: ({ type, message }, requestId) =>
      element(
        'Response',
        { Errors: { Error: { Code: type, Message: message } }, RequestID: requestId },
        { item: 'item' },
      ),
  },
);
