import type { OperationName } from '../../contract/operations.gen.ts';
import type { Handler } from '../handler.ts';
import { listenerOperations } from './listeners.ts';
import { resourceGatewayOperations } from './resource-gateways.ts';
import { ruleOperations } from './rules.ts';
import { serviceAssociationOperations } from './service-associations.ts';
import { serviceNetworkOperations } from './service-networks.ts';
import { serviceOperations } from './services.ts';
import { tagOperations } from './tags.ts';
import { targetGroupOperations } from './target-groups.ts';
import { targetOperations } from './targets.ts';
import { vpcAssociationOperations } from './vpc-associations.ts';

/** An operation that is answered with an error which names it. */
const notYet = undefined;

/** Every operation of VPC Lattice. */
export const handlers: { readonly [N in OperationName]: Handler<N> | typeof notYet } = {
  ...serviceNetworkOperations,
  ...vpcAssociationOperations,
  ...serviceOperations,
  ...serviceAssociationOperations,
  ...listenerOperations,
  ...ruleOperations,
  ...targetGroupOperations,
  ...targetOperations,
  ...resourceGatewayOperations,
  ...tagOperations,
  CreateAccessLogSubscription: notYet,
  CreateResourceConfiguration: notYet,
  CreateServiceNetworkResourceAssociation: notYet,
  DeleteAccessLogSubscription: notYet,
  DeleteAuthPolicy: notYet,
  DeleteDomainVerification: notYet,
  DeleteResourceConfiguration: notYet,
  DeleteResourceEndpointAssociation: notYet,
  DeleteResourcePolicy: notYet,
  DeleteServiceNetworkResourceAssociation: notYet,
  GetAccessLogSubscription: notYet,
  GetAuthPolicy: notYet,
  GetDomainVerification: notYet,
  GetResourceConfiguration: notYet,
  GetResourcePolicy: notYet,
  GetServiceNetworkResourceAssociation: notYet,
  ListAccessLogSubscriptions: notYet,
  ListDomainVerifications: notYet,
  ListResourceConfigurations: notYet,
  ListResourceEndpointAssociations: notYet,
  ListServiceNetworkResourceAssociations: notYet,
  ListServiceNetworkVpcEndpointAssociations: notYet,
  PutAuthPolicy: notYet,
  PutResourcePolicy: notYet,
  StartDomainVerification: notYet,
  UpdateAccessLogSubscription: notYet,
  UpdateResourceConfiguration: notYet,
};
