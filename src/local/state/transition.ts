import type { Refused } from '../contract/refusal.ts';
import type { Changed, Command, CommandName, Context, Results, Transition } from './command.ts';
import { deleteCertificate, importCertificate, requestCertificate } from './certificate.ts';
import {
  answerInvitation,
  associateResourceShare,
  createResourceShare,
  deleteResourceShare,
  disassociateResourceShare,
  updateResourceShare,
} from './resource-share.ts';
import { authorizeIngress, revokeIngress } from './security-group-rules.ts';
import { createSecurityGroup, createSubnet, createVpc, deleteVpcResource, haveVpc } from './vpc.ts';
import { associateIpv6Range, disassociateIpv6Range } from './vpc-ipv6.ts';
import { createEc2Tags, deleteEc2Tags } from './ec2-tags.ts';
import { observeTargetHealth } from './health.ts';
import { setLatency } from './lifecycle.ts';
import { createListener, deleteListener, updateListener } from './listener.ts';
import { setQuotas } from './quotas.ts';
import { createResourceAssociation, deleteResourceAssociation } from './resource-association.ts';
import {
  createResourceConfiguration,
  deleteResourceConfiguration,
  updateResourceConfiguration,
} from './resource-configuration.ts';
import {
  deleteDomainVerification,
  publishTxtRecord,
  startDomainVerification,
} from './domain-verification.ts';
import { createVpcEndpoint, deleteEndpointAssociation, deleteVpcEndpoint } from './vpc-endpoint.ts';
import {
  createAccessLogSubscription,
  deleteAccessLogSubscription,
  updateAccessLogSubscription,
} from './access-log-subscription.ts';
import { deleteAuthPolicy, putAuthPolicy } from './auth-policy.ts';
import { createResourceGateway, deleteResourceGateway, updateResourceGateway } from './resource-gateway.ts';
import { deleteResourcePolicy, putResourcePolicy } from './resource-policy.ts';
import { batchUpdateRule } from './rule-batch.ts';
import { createRule, deleteRule, updateRule } from './rule.ts';
import { createServiceAssociation, deleteServiceAssociation } from './service-association.ts';
import { createServiceNetwork, deleteServiceNetwork, updateServiceNetwork } from './service-network.ts';
import { createService, deleteService, updateService } from './service.ts';
import { unlessReferred } from './references.ts';
import type { RegionState, Settings } from './state.ts';
import { tagResource, untagResource } from './tags.ts';
import { setTroubles } from './trouble.ts';
import { createTargetGroup, deleteTargetGroup, updateTargetGroup } from './target-group.ts';
import { deregisterTargets, registerTargets } from './target.ts';
import { createVpcAssociation, deleteVpcAssociation, updateVpcAssociation } from './vpc-association.ts';

/** The rule of each command. */
const transitions: { readonly [N in CommandName]: Transition<N> } = {
  CreateServiceNetwork: createServiceNetwork,
  UpdateServiceNetwork: updateServiceNetwork,
  DeleteServiceNetwork: deleteServiceNetwork,
  CreateServiceNetworkVpcAssociation: createVpcAssociation,
  UpdateServiceNetworkVpcAssociation: updateVpcAssociation,
  DeleteServiceNetworkVpcAssociation: deleteVpcAssociation,
  CreateService: createService,
  UpdateService: updateService,
  DeleteService: deleteService,
  CreateServiceNetworkServiceAssociation: createServiceAssociation,
  DeleteServiceNetworkServiceAssociation: deleteServiceAssociation,
  CreateListener: createListener,
  UpdateListener: updateListener,
  DeleteListener: deleteListener,
  CreateRule: createRule,
  UpdateRule: updateRule,
  BatchUpdateRule: batchUpdateRule,
  DeleteRule: deleteRule,
  CreateTargetGroup: createTargetGroup,
  UpdateTargetGroup: updateTargetGroup,
  DeleteTargetGroup: deleteTargetGroup,
  RegisterTargets: registerTargets,
  DeregisterTargets: deregisterTargets,
  CreateResourceGateway: createResourceGateway,
  UpdateResourceGateway: updateResourceGateway,
  DeleteResourceGateway: deleteResourceGateway,
  CreateResourceConfiguration: createResourceConfiguration,
  UpdateResourceConfiguration: updateResourceConfiguration,
  DeleteResourceConfiguration: deleteResourceConfiguration,
  CreateServiceNetworkResourceAssociation: createResourceAssociation,
  DeleteServiceNetworkResourceAssociation: deleteResourceAssociation,
  DeleteResourceEndpointAssociation: deleteEndpointAssociation,
  StartDomainVerification: startDomainVerification,
  DeleteDomainVerification: deleteDomainVerification,
  CreateAccessLogSubscription: createAccessLogSubscription,
  UpdateAccessLogSubscription: updateAccessLogSubscription,
  DeleteAccessLogSubscription: deleteAccessLogSubscription,
  PutAuthPolicy: putAuthPolicy,
  DeleteAuthPolicy: deleteAuthPolicy,
  PutResourcePolicy: putResourcePolicy,
  DeleteResourcePolicy: deleteResourcePolicy,
  TagResource: tagResource,
  UntagResource: untagResource,
  ObserveTargetHealth: observeTargetHealth,
  CreateVpcEndpoint: createVpcEndpoint,
  DeleteVpcEndpoint: deleteVpcEndpoint,
  PublishTxtRecord: publishTxtRecord,
  RequestCertificate: requestCertificate,
  ImportCertificate: importCertificate,
  DeleteCertificate: deleteCertificate,
  CreateResourceShare: createResourceShare,
  UpdateResourceShare: updateResourceShare,
  DeleteResourceShare: deleteResourceShare,
  AssociateResourceShare: associateResourceShare,
  DisassociateResourceShare: disassociateResourceShare,
  AnswerInvitation: answerInvitation,
  CreateVpc: createVpc,
  HaveVpc: haveVpc,
  CreateSubnet: createSubnet,
  AssociateIpv6Range: associateIpv6Range,
  DisassociateIpv6Range: disassociateIpv6Range,
  CreateSecurityGroup: createSecurityGroup,
  AuthorizeIngress: authorizeIngress,
  RevokeIngress: revokeIngress,
  DeleteVpcResource: deleteVpcResource,
  CreateEc2Tags: createEc2Tags,
  DeleteEc2Tags: deleteEc2Tags,
  SetQuotas: setQuotas,
  SetLatency: setLatency,
  SetTroubles: setTroubles,
};

/**
 * The only way in which a region changes, beside `settle`. The same state, command and context give the same answer; a
 * command that changes nothing gives the same state object.
 */
export function transition<N extends CommandName>(
  state: RegionState,
  { op, input }: Command<N>,
  context: Context,
): Changed<Results[N]> | Refused {
  const unreferred =
    state.settings.strictReferences === true ? unlessReferred(state, { op, input }, context) : undefined;
  return unreferred ?? transitions[op](state, input, context);
}

/** Whether there is a command of this name. */
export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(transitions, name);
}

/** A region in which nothing was created yet. */
export function emptyRegion(region: string, settings: Settings): RegionState {
  return {
    region,
    partition: partitionOf(region),
    settings,
    serviceNetworks: new Map(),
    vpcAssociations: new Map(),
    services: new Map(),
    serviceAssociations: new Map(),
    targetGroups: new Map(),
    resourceGateways: new Map(),
    resourceConfigurations: new Map(),
    resourceAssociations: new Map(),
    networkEndpoints: new Map(),
    endpointAssociations: new Map(),
    domainVerifications: new Map(),
    accessLogSubscriptions: new Map(),
    certificates: new Map(),
    resourceShares: new Map(),
    vpcs: new Map(),
    subnets: new Map(),
    securityGroups: new Map(),
    instances: new Map(),
    txtRecords: new Map(),
    due: new Map(),
    troubles: [],
    nextSequence: 1,
  };
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
