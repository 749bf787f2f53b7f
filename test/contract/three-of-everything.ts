import assert from 'node:assert/strict';
import { isRecord } from '../../src/local/contract/validate.ts';
import type { LatticeClient } from './replay.ts';
import { account, regionName } from './world.ts';

type Input = Readonly<Record<string, unknown>>;

const three = ['one', 'two', 'three'] as const;

export interface Everything {
  /** What each list is asked with to find three. */
  readonly lists: Readonly<Record<string, Input>>;
  /** The id of one of each kind. */
  readonly one: Readonly<Record<Kind, string>>;
}

export type Kind =
  | 'network'
  /** With nothing in it. */
  | 'otherNetwork'
  | 'service'
  | 'listener'
  | 'rule'
  | 'group'
  | 'gateway'
  | 'resource'
  | 'serviceAssociation'
  | 'vpcAssociation'
  | 'resourceAssociation'
  | 'endpointAssociation'
  | 'verification'
  | 'subscription';

/** Makes three of everything that can be listed. */
export async function threeOfEverything(calls: LatticeClient): Promise<Everything> {
  const make = async (operation: string, input: Input): Promise<string> => {
    const { body, error } = await calls.call(operation, input, undefined);
    assert.ok(error === undefined && isRecord(body), `${operation}: ${JSON.stringify(body)}`);
    return String(body['id']);
  };
  const all = async (operation: string, input: (name: string, index: number) => Input): Promise<string[]> => {
    const ids: string[] = [];
    for (const [index, name] of three.entries()) ids.push(await make(operation, input(name, index)));
    return ids;
  };
  const listed = async (operation: string, input: Input): Promise<string[]> => {
    const { body } = await calls.call(operation, input, undefined);
    assert.ok(isRecord(body) && Array.isArray(body['items']));
    return body['items'].map((item: unknown) => (isRecord(item) ? String(item['id']) : ''));
  };
  const networks = await all('CreateServiceNetwork', (name) => ({ name }));
  const services = await all('CreateService', (name) => ({ name }));
  const gateways = await all('CreateResourceGateway', (name) => ({
    name,
    vpcIdentifier: 'vpc-01234567',
    subnetIds: ['subnet-1'],
  }));
  const resources = await all('CreateResourceConfiguration', (name, index) => ({
    name,
    type: 'SINGLE',
    resourceGatewayIdentifier: gateways[0],
    resourceConfigurationDefinition: { ipResource: { ipAddress: `10.0.0.${index}` } },
  }));
  const groups = await all('CreateTargetGroup', (name) => ({
    name,
    type: 'IP',
    config: { protocol: 'HTTP', vpcIdentifier: 'vpc-01234567' },
  }));
  const network = networks[0];
  const targets = three.map((_, index) => ({ id: `10.0.0.${index}` }));
  await make('RegisterTargets', { targetGroupIdentifier: groups[0], targets });
  await calls.call('PUT quotas', { values: { 'L-D64E952E': 4 } }, undefined);
  const action = { fixedResponse: { statusCode: 404 } };
  const listeners = await all('CreateListener', (name, index) => ({
    serviceIdentifier: services[0],
    name,
    protocol: 'HTTP',
    port: 80 + index,
    defaultAction: action,
  }));
  const listener = { serviceIdentifier: services[0], listenerIdentifier: listeners[0] };
  const rules = await all('CreateRule', (name, index) => ({
    ...listener,
    name,
    priority: index + 1,
    match: { httpMatch: { method: 'GET' } },
    action,
  }));
  const serviceAssociations = await all('CreateServiceNetworkServiceAssociation', (_, index) => ({
    serviceNetworkIdentifier: network,
    serviceIdentifier: services[index],
  }));
  const vpcAssociations = await all('CreateServiceNetworkVpcAssociation', (_, index) => ({
    serviceNetworkIdentifier: network,
    vpcIdentifier: `vpc-0000000${index}`,
  }));
  const resourceAssociations = await all('CreateServiceNetworkResourceAssociation', (_, index) => ({
    serviceNetworkIdentifier: network,
    resourceConfigurationIdentifier: resources[index],
  }));
  for (const _ of three) {
    const vpc = { account, vpcId: 'vpc-01234567' };
    await calls.call('POST vpc-endpoints', { ...vpc, serviceNetworkIdentifier: network }, undefined);
    await calls.call(
      'POST vpc-endpoints',
      { ...vpc, resourceConfigurationIdentifier: resources[0] },
      undefined,
    );
  }
  const verifications = await all('StartDomainVerification', (name) => ({ domainName: `${name}.test` }));
  const destinations = [
    's3:::logs-of-net',
    `logs:us-west-2:${account}:log-group:logs`,
    `firehose:us-west-2:${account}:deliverystream/logs`,
  ];
  const subscriptions = await all('CreateAccessLogSubscription', (_, index) => ({
    resourceIdentifier: network,
    destinationArn: `arn:aws:${destinations[index]}`,
  }));
  const endpoints = await listed('ListResourceEndpointAssociations', {
    resourceConfigurationIdentifier: resources[0],
  });
  const lists = {
    ListAccessLogSubscriptions: { resourceIdentifier: network },
    ListDomainVerifications: {},
    ListListeners: { serviceIdentifier: services[0] },
    ListResourceConfigurations: {},
    ListResourceEndpointAssociations: { resourceConfigurationIdentifier: resources[0] },
    ListResourceGateways: {},
    ListRules: listener,
    ListServiceNetworkResourceAssociations: { serviceNetworkIdentifier: network },
    ListServiceNetworkServiceAssociations: { serviceNetworkIdentifier: network },
    ListServiceNetworkVpcAssociations: { serviceNetworkIdentifier: network },
    ListServiceNetworkVpcEndpointAssociations: { serviceNetworkIdentifier: network },
    ListServiceNetworks: {},
    ListServices: {},
    ListTargetGroups: {},
    ListTargets: { targetGroupIdentifier: groups[0] },
  };
  const one = {
    network: networks[0] ?? '',
    otherNetwork: networks[1] ?? '',
    service: services[0] ?? '',
    listener: listeners[0] ?? '',
    rule: rules[0] ?? '',
    group: groups[0] ?? '',
    gateway: gateways[0] ?? '',
    resource: resources[0] ?? '',
    serviceAssociation: serviceAssociations[0] ?? '',
    vpcAssociation: vpcAssociations[0] ?? '',
    resourceAssociation: resourceAssociations[0] ?? '',
    endpointAssociation: endpoints[0] ?? '',
    verification: verifications[0] ?? '',
    subscription: subscriptions[0] ?? '',
  };
  return { lists, one };
}

/** The ARN of one of the things that were made. */
export function arnOf(kind: Kind, one: Readonly<Record<Kind, string>>): string {
  const listener = `service/${one.service}/listener/${one.listener}`;
  const paths: Readonly<Record<Kind, string>> = {
    network: `servicenetwork/${one.network}`,
    otherNetwork: `servicenetwork/${one.otherNetwork}`,
    service: `service/${one.service}`,
    listener,
    rule: `${listener}/rule/${one.rule}`,
    group: `targetgroup/${one.group}`,
    gateway: `resourcegateway/${one.gateway}`,
    resource: `resourceconfiguration/${one.resource}`,
    serviceAssociation: `servicenetworkserviceassociation/${one.serviceAssociation}`,
    vpcAssociation: `servicenetworkvpcassociation/${one.vpcAssociation}`,
    resourceAssociation: `servicenetworkresourceassociation/${one.resourceAssociation}`,
    endpointAssociation: `resourceendpointassociation/${one.endpointAssociation}`,
    verification: `domainverification/${one.verification}`,
    subscription: `accesslogsubscription/${one.subscription}`,
  };
  return `arn:aws:vpc-lattice:${regionName}:${account}:${paths[kind]}`;
}
