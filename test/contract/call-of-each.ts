import type { OperationName } from '../../src/local/contract/operations.gen.ts';
import { arnOf } from './three-of-everything.ts';
import type { Kind } from './three-of-everything.ts';

type Input = Readonly<Record<string, unknown>>;

const action = { fixedResponse: { statusCode: 404 } };
const policy = '{"Version":"2012-10-17","Statement":[]}';

/** For each operation members with which it is well formed, about things that are there. */
export function callOfEach(one: Readonly<Record<Kind, string>>): Readonly<Record<OperationName, Input>> {
  const network = { serviceNetworkIdentifier: one.network };
  const otherNetwork = { serviceNetworkIdentifier: one.otherNetwork };
  const service = { serviceIdentifier: one.service };
  const listener = { ...service, listenerIdentifier: one.listener };
  const rule = { ...listener, ruleIdentifier: one.rule };
  const group = { targetGroupIdentifier: one.group };
  const gateway = { resourceGatewayIdentifier: one.gateway };
  const resource = { resourceConfigurationIdentifier: one.resource };
  const serviceAssociation = { serviceNetworkServiceAssociationIdentifier: one.serviceAssociation };
  const vpcAssociation = { serviceNetworkVpcAssociationIdentifier: one.vpcAssociation };
  const resourceAssociation = { serviceNetworkResourceAssociationIdentifier: one.resourceAssociation };
  const verification = { domainVerificationIdentifier: one.verification };
  const subscription = { accessLogSubscriptionIdentifier: one.subscription };
  const endpoint = { resourceEndpointAssociationIdentifier: one.endpointAssociation };
  const guarded = { resourceIdentifier: one.service };
  const shared = { resourceArn: arnOf('service', one) };
  const destinationArn = 'arn:aws:s3:::other-logs';
  const targets = [{ id: '10.0.0.9' }];
  return {
    BatchUpdateRule: { ...listener, rules: [{ ruleIdentifier: one.rule, priority: 9 }] },
    CreateAccessLogSubscription: { resourceIdentifier: one.service, destinationArn },
    CreateListener: { ...service, name: 'another', protocol: 'HTTP', port: 90, defaultAction: action },
    CreateResourceConfiguration: {
      ...gateway,
      name: 'another',
      type: 'SINGLE',
      resourceConfigurationDefinition: { ipResource: { ipAddress: '10.0.0.9' } },
    },
    CreateResourceGateway: { name: 'another', vpcIdentifier: 'vpc-01234567', subnetIds: ['subnet-1'] },
    CreateRule: {
      ...listener,
      name: 'another',
      priority: 9,
      match: { httpMatch: { method: 'PUT' } },
      action,
    },
    CreateService: { name: 'another' },
    CreateServiceNetwork: { name: 'another' },
    CreateServiceNetworkResourceAssociation: { ...otherNetwork, ...resource },
    CreateServiceNetworkServiceAssociation: { ...otherNetwork, ...service },
    CreateServiceNetworkVpcAssociation: { ...otherNetwork, vpcIdentifier: 'vpc-76543210' },
    CreateTargetGroup: { name: 'another', type: 'LAMBDA' },
    DeleteAccessLogSubscription: subscription,
    DeleteAuthPolicy: guarded,
    DeleteDomainVerification: verification,
    DeleteListener: listener,
    DeleteResourceConfiguration: resource,
    DeleteResourceEndpointAssociation: endpoint,
    DeleteResourceGateway: gateway,
    DeleteResourcePolicy: shared,
    DeleteRule: rule,
    DeleteService: service,
    DeleteServiceNetwork: network,
    DeleteServiceNetworkResourceAssociation: resourceAssociation,
    DeleteServiceNetworkServiceAssociation: serviceAssociation,
    DeleteServiceNetworkVpcAssociation: vpcAssociation,
    DeleteTargetGroup: group,
    DeregisterTargets: { ...group, targets },
    GetAccessLogSubscription: subscription,
    GetAuthPolicy: guarded,
    GetDomainVerification: verification,
    GetListener: listener,
    GetResourceConfiguration: resource,
    GetResourceGateway: gateway,
    GetResourcePolicy: shared,
    GetRule: rule,
    GetService: service,
    GetServiceNetwork: network,
    GetServiceNetworkResourceAssociation: resourceAssociation,
    GetServiceNetworkServiceAssociation: serviceAssociation,
    GetServiceNetworkVpcAssociation: vpcAssociation,
    GetTargetGroup: group,
    ListAccessLogSubscriptions: { resourceIdentifier: one.network },
    ListDomainVerifications: {},
    ListListeners: service,
    ListResourceConfigurations: {},
    ListResourceEndpointAssociations: resource,
    ListResourceGateways: {},
    ListRules: listener,
    ListServiceNetworkResourceAssociations: network,
    ListServiceNetworkServiceAssociations: network,
    ListServiceNetworkVpcAssociations: network,
    ListServiceNetworkVpcEndpointAssociations: network,
    ListServiceNetworks: {},
    ListServices: {},
    ListTagsForResource: shared,
    ListTargetGroups: {},
    ListTargets: group,
    PutAuthPolicy: { ...guarded, policy },
    PutResourcePolicy: { ...shared, policy },
    RegisterTargets: { ...group, targets },
    StartDomainVerification: { domainName: 'another.test' },
    TagResource: { ...shared, tags: { team: 'a' } },
    UntagResource: { ...shared, tagKeys: ['team'] },
    UpdateAccessLogSubscription: { ...subscription, destinationArn },
    UpdateListener: { ...listener, defaultAction: action },
    UpdateResourceConfiguration: { ...resource, portRanges: ['80'] },
    UpdateResourceGateway: { ...gateway, securityGroupIds: [] },
    UpdateRule: { ...rule, priority: 9 },
    UpdateService: { ...service, authType: 'NONE' },
    UpdateServiceNetwork: { ...network, authType: 'NONE' },
    UpdateServiceNetworkVpcAssociation: { ...vpcAssociation, securityGroupIds: ['sg-01234567'] },
    UpdateTargetGroup: { ...group, healthCheck: { enabled: false } },
  };
}
