/**
 * A region's state in few words, for cases about traffic. Names are ids, whatever is left out is as usual:
 *
 *     vpcs: { vpc-a: { network: shop, address: 127.171.1.1, namespace: /run/netns/a, ipv6: true } }, the last two if it is so
 *     services:
 *       cart: { networks: [shop], listeners: [{ default: { forward: { v1: 90, v2: 10 } }, rules: […] }] }
 *     groups: { v1: { targets: { '10.0.0.1:80': HEALTHY } } }
 *     networks: { shop: { auth: AWS_IAM } }
 *     logs: [shop, cart, shop for resources]
 *     resources: { db: { networks: [shop], ip: 10.0.0.1, ports: ['5432'] }, … with dns, arn, cidr, group or childOf in place of ip }
 *     endpoints: { vpce-1: { vpc: vpc-b, network: shop, address: 127.171.2.1 }, vpce-2: { vpc: vpc-c, resource: db } }
 *     limits: { timeScale: 0.01, requestsPerSecond: 100 }
 *     standIns: { functions: [arn:…], addresses: { i-…: 127.0.0.1, arn:…: '127.0.0.1:8080' } }
 */
import type { Action, Listener, Match, Rule } from '../../../src/local/state/listener-resources.ts';
import type {
  AccessLogSubscription,
  HealthCheck,
  RegionState,
  Resource,
  Service,
  ServiceAssociation,
  Target,
  TargetGroup,
  VpcAssociation,
} from '../../../src/local/state/state.ts';
import { resourceDnsEntry } from '../../../src/local/state/resource-association.ts';
import type { ResourceSetup } from '../../../src/local/state/vpc-resources.ts';
import { emptyRegion } from '../../../src/local/state/transition.ts';
import { entrancesOf } from '../../../src/local/dataplane/xds/entrance.ts';
import type { Limits } from '../../../src/local/dataplane/xds/limits.ts';
import type { StandIns } from '../../../src/local/dataplane/xds/stand-ins.ts';
import type { View } from '../../../src/local/dataplane/xds/view.ts';
import type { YamlValue } from './yaml-value.ts';

const account = '123456789012';

export function readRegion(root: YamlValue): RegionState {
  const empty = emptyRegion('us-west-2', { latency: 'none', healthChecks: 'observed', quotas: new Map() });
  const vpcs = root.at('vpcs').entries();
  const services = root.at('services').entries();
  const networks = new Set([
    ...vpcs.map(([, vpc]) => vpc.at('network').text()),
    ...services.flatMap(([, service]) => networksOf(service)),
  ]);
  return {
    ...empty,
    serviceNetworks: new Map(
      [...networks].map((name) => [
        name,
        {
          ...resource('servicenetwork', name),
          name,
          authType: root.at('networks').at(name).at('auth').oneOf('NONE', 'AWS_IAM'),
          sharingEnabled: true,
        },
      ]),
    ),
    vpcAssociations: new Map(vpcs.map(([vpcId, vpc]) => [associationId(vpcId), readAssociation(vpcId, vpc)])),
    services: new Map(services.map(([name, service]) => [name, readService(name, service)])),
    serviceAssociations: new Map(
      services
        .flatMap(([name, service]) => networksOf(service).map((network) => joins(name, network, service)))
        .map((association) => [association.id, association]),
    ),
    targetGroups: new Map(
      root
        .at('groups')
        .entries()
        .map(([name, group]) => [name, readGroup(name, group)]),
    ),
    ...readResources(root),
    accessLogSubscriptions: new Map(
      root
        .at('logs')
        .list()
        .map((logged) => subscribed(logged.text()))
        .map((subscription) => [subscription.id, subscription]),
    ),
  };
}

export function readView(root: YamlValue): View {
  const vpcs = root.at('vpcs').entries();
  const endpoints = root
    .at('endpoints')
    .entries()
    .filter(([, endpoint]) => !endpoint.at('address').isAbsent);
  const addresses = [
    ...vpcs.map(([vpcId, vpc]) => [associationId(vpcId), vpc.at('address').text()] as const),
    ...endpoints.map(([id, endpoint]) => [id, endpoint.at('address').text()] as const),
  ];
  const certificates = root
    .at('certificates')
    .list()
    .map((host) => [host.text(), { cert: `certificate of ${host.text()}`, key: 'its key' }] as const);
  return {
    addresses: new Map(addresses),
    portOffset: root.at('portOffset').number(0),
    certificates: new Map(certificates),
    standIns: readStandIns(root.at('standIns')),
    limits: readLimits(root.at('limits')),
    namespaces: new Map(
      vpcs.flatMap(([vpcId, vpc]) =>
        vpc.at('namespace').isAbsent ? [] : [[vpcId, vpc.at('namespace').text()] as const],
      ),
    ),
    dualStack: new Set(vpcs.flatMap(([vpcId, vpc]) => (vpc.at('ipv6').flag() ? [vpcId] : []))),
    resourceAddresses: new Map(
      entrancesOf(readRegion(root)).map(({ key }, index) => [key, `127.129.${index + 1}.1`]),
    ),
  };
}

function readLimits(limits: YamlValue): Limits {
  const rate = limits.at('requestsPerSecond');
  return {
    timeScale: limits.at('timeScale').number(1),
    ...(rate.isAbsent ? {} : { requestsPerSecond: rate.number() }),
  };
}

function readStandIns(standIns: YamlValue): StandIns {
  const functions = standIns
    .at('functions')
    .list()
    .map((arn) => arn.text());
  const addresses = standIns
    .at('addresses')
    .entries()
    .map(([name, place]) => {
      const [address = '', port] = place.text().split(':');
      return [name, { address, ...(port === undefined ? {} : { port: Number(port) }) }] as const;
    });
  return { functions: new Set(functions), addresses: new Map(addresses), invoker: '/run/invoker.sock' };
}

function associationId(vpcId: string): string {
  return `snva-${vpcId}`;
}

function resource(type: string, id: string): Resource {
  const arn = `arn:aws:vpc-lattice:us-west-2:${account}:${type}/${id}`;
  return { id, arn, account, sequence: 1, createdAt: 0, lastUpdatedAt: 0, tags: {} };
}

function readResources(
  root: YamlValue,
): Pick<
  RegionState,
  | 'resourceGateways'
  | 'resourceConfigurations'
  | 'resourceAssociations'
  | 'networkEndpoints'
  | 'endpointAssociations'
> {
  const resources = root.at('resources').entries();
  const endpoints = root.at('endpoints').entries();
  const gateway = {
    ...resource('resourcegateway', 'rgw'),
    name: 'rgw',
    status: 'ACTIVE',
    vpcId: 'vpc-of-resources',
    subnetIds: ['subnet-1'],
    securityGroupIds: [],
    ipAddressType: 'DUALSTACK',
    dnsResolution: 'PUBLIC',
  } as const;
  const configurations = resources.map(([id, each]) => ({
    ...resource('resourceconfiguration', id),
    name: id,
    status: statusOf(each),
    resourceGatewayId: gateway.id,
    protocol: 'TCP' as const,
    allowsShareableNetworks: true,
    setup: readSetup(each),
    ...(each.at('customDomainName').isAbsent ? {} : { customDomainName: each.at('customDomainName').text() }),
  }));
  const associations = resources.flatMap(([id, each]) =>
    networksOf(each).map((serviceNetworkId) => {
      const associationId = `snra-${serviceNetworkId}-${id}`;
      return {
        ...resource('servicenetworkresourceassociation', associationId),
        status: statusOf(each, 'associated'),
        serviceNetworkId,
        resourceConfigurationId: id,
        privateDnsEnabled: false,
        dnsEntry: resourceDnsEntry({ region: 'us-west-2' }, associationId, id),
      };
    }),
  );
  const made = endpoints.map(([id, each]) => ({
    ...resource('resourceendpointassociation', `rea-${id}`),
    vpcEndpointId: id,
    vpcId: each.at('vpc').text(),
    to: each,
  }));
  return {
    resourceGateways: byId([gateway]),
    resourceConfigurations: byId(configurations),
    resourceAssociations: byId(associations),
    networkEndpoints: byId(
      made.flatMap(({ vpcEndpointId, to, ...rest }) =>
        to.at('network').isAbsent
          ? []
          : [{ ...rest, id: vpcEndpointId, serviceNetworkId: to.at('network').text() }],
      ),
    ),
    endpointAssociations: byId(
      made.flatMap(({ to, ...rest }) =>
        to.at('resource').isAbsent ? [] : [{ ...rest, resourceConfigurationId: to.at('resource').text() }],
      ),
    ),
  };
}

function statusOf(
  each: YamlValue,
  member = 'status',
): 'ACTIVE' | 'CREATE_IN_PROGRESS' | 'DELETE_IN_PROGRESS' {
  return each.at(member).oneOf('ACTIVE', 'CREATE_IN_PROGRESS', 'DELETE_IN_PROGRESS');
}

function byId<T extends { readonly id: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((each) => [each.id, each]));
}

function readSetup(each: YamlValue): ResourceSetup {
  if (each.at('group').flag()) return { type: 'GROUP' };
  if (!each.at('arn').isAbsent) return { type: 'ARN', arn: each.at('arn').text() };
  const portRanges = each
    .at('ports')
    .list()
    .map((range) => range.text());
  if (!each.at('cidr').isAbsent) {
    const ranges = each.at('cidr').list();
    return { type: 'CIDR', cidrRanges: ranges.map((range) => range.text()), portRanges };
  }
  const family = each.at('family').oneOf('IPV4', 'IPV6');
  const definition = each.at('dns').isAbsent
    ? ({ kind: 'ip', ipAddress: each.at('ip').text() } as const)
    : ({ kind: 'dns', domainName: each.at('dns').text(), ipAddressType: family } as const);
  const group = each.at('childOf');
  return group.isAbsent
    ? { type: 'SINGLE', definition, portRanges }
    : { type: 'CHILD', groupId: group.text(), definition, portRanges };
}

/** Of a service, or of a network for its services; of a resource, or of a network for connections to resources. */
function subscribed(logged: string): AccessLogSubscription {
  const [resourceId = '', kind] = logged.split(' for ');
  return {
    ...resource('accesslogsubscription', `als-${resourceId}`),
    resourceId,
    resourceArn: `arn:aws:vpc-lattice:us-west-2:${account}:of/${resourceId}`,
    destinationArn: `arn:aws:s3:::logs-of-${resourceId}`,
    ...(kind === 'resources' ? { logType: 'RESOURCE' } : {}),
  };
}

function networksOf(service: YamlValue): readonly string[] {
  return service
    .at('networks')
    .list()
    .map((network) => network.text());
}

function readAssociation(vpcId: string, vpc: YamlValue): VpcAssociation {
  return {
    ...resource('servicenetworkvpcassociation', associationId(vpcId)),
    status: vpc
      .at('status')
      .oneOf('ACTIVE', 'CREATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'),
    serviceNetworkId: vpc.at('network').text(),
    vpcId,
    securityGroupIds: [],
    privateDnsEnabled: false,
  };
}

function joins(serviceId: string, serviceNetworkId: string, service: YamlValue): ServiceAssociation {
  return {
    ...resource('servicenetworkserviceassociation', `snsa-${serviceNetworkId}-${serviceId}`),
    status: service.at('associated').oneOf('ACTIVE', 'CREATE_IN_PROGRESS', 'DELETE_IN_PROGRESS'),
    serviceNetworkId,
    serviceId,
  };
}

function readService(name: string, service: YamlValue): Service {
  const custom = service.at('customDomainName');
  const certificate = service.at('certificateArn');
  const listeners = service
    .at('listeners')
    .list()
    .map((listener) => readListener(name, listener));
  return {
    ...resource('service', name),
    name,
    status: service.at('status').oneOf('ACTIVE', 'CREATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'DELETE_FAILED'),
    authType: service.at('auth').oneOf('NONE', 'AWS_IAM'),
    ...(custom.isAbsent ? {} : { customDomainName: custom.text() }),
    ...(certificate.isAbsent ? {} : { certificateArn: certificate.text() }),
    idleTimeoutSeconds: service.at('idleTimeoutSeconds').number(60),
    dnsEntry: { domainName: `${name}.on.aws`, hostedZoneId: 'Z1' },
    listeners: new Map(listeners.map((listener) => [listener.id, listener])),
  };
}

function readListener(service: string, listener: YamlValue): Listener {
  const port = listener.at('port').number(80);
  const id = `listener-${service}-${port}`;
  const rules = listener
    .at('rules')
    .list()
    .map((rule) => readRule(id, rule));
  return {
    ...resource('listener', id),
    name: id,
    protocol: listener.at('protocol').oneOf('HTTP', 'HTTPS', 'TLS_PASSTHROUGH'),
    port,
    defaultRule: {
      ...resource('rule', `${id}-default`),
      isDefault: true,
      name: 'default',
      action: readAction(listener.at('default')),
    },
    rules: new Map(rules.map((rule) => [rule.id, rule])),
  };
}

function readRule(listenerId: string, rule: YamlValue): Rule {
  const priority = rule.at('priority').number();
  const id = `${listenerId}-${priority}`;
  return {
    ...resource('rule', id),
    isDefault: false,
    name: id,
    priority,
    match: readMatch(rule),
    action: readAction(rule),
  };
}

function readMatch(rule: YamlValue): Match {
  const [method, path] = [rule.at('method'), rule.at('path')];
  return {
    ...(method.isAbsent ? {} : { method: method.text() }),
    ...(path.isAbsent ? {} : { path: { ...readText(path, 'exact', 'prefix') } }),
    headers: rule
      .at('headers')
      .list()
      .map((header) => ({
        name: header.at('name').text(),
        ...readText(header, 'exact', 'prefix', 'contains'),
      })),
  };
}

function readText<K extends string>(
  value: YamlValue,
  ...kinds: readonly [K, ...K[]]
): { readonly kind: K; readonly value: string; readonly caseSensitive: boolean } {
  const kind = kinds.find((candidate) => !value.at(candidate).isAbsent) ?? kinds[0];
  return { kind, value: value.at(kind).text(), caseSensitive: value.at('caseSensitive').flag() };
}

function readAction(action: YamlValue): Action {
  const fixed = action.at('fixed');
  if (!fixed.isAbsent) return { kind: 'fixedResponse', statusCode: fixed.number() };
  const groups = action.at('forward').entries();
  const targetGroups = groups.map(([targetGroupId, weight]) => ({ targetGroupId, weight: weight.number() }));
  return { kind: 'forward', targetGroups };
}

const healthCheck: HealthCheck = {
  enabled: true,
  protocol: 'HTTP',
  protocolVersion: 'HTTP1',
  path: '/',
  healthCheckIntervalSeconds: 30,
  healthCheckTimeoutSeconds: 5,
  healthyThresholdCount: 5,
  unhealthyThresholdCount: 2,
  httpCode: '200',
};

function readGroup(name: string, group: YamlValue): TargetGroup {
  const targets = group.at('targets').entries();
  const network = {
    port: 80,
    protocol: group.at('protocol').oneOf('HTTP', 'HTTPS', 'TCP'),
    protocolVersion: group.at('protocolVersion').oneOf('HTTP1', 'HTTP2', 'GRPC'),
    vpcIdentifier: 'vpc-a',
  };
  const type = group.at('type').oneOf('IP', 'INSTANCE', 'ALB', 'LAMBDA');
  const config = {
    IP: {
      type: 'IP',
      ipAddressType: group.at('family').oneOf('IPV4', 'IPV6'),
      healthCheck,
      ...network,
    },
    INSTANCE: { type: 'INSTANCE', healthCheck, ...network },
    ALB: { type: 'ALB', ...network },
    LAMBDA: { type: 'LAMBDA' },
  } as const;
  return {
    ...resource('targetgroup', name),
    name,
    status: 'ACTIVE',
    config: config[type],
    usedBy: [],
    targets: new Map(targets.map(([key, status]) => [key, readTarget(key, status)])),
  };
}

function readTarget(key: string, status: YamlValue): Target {
  const [, id = key, port] = /^\[?(.*?)\]?:(\d+)$/.exec(key) ?? [];
  return {
    id,
    ...(port === undefined ? {} : { port: Number(port) }),
    sequence: 1,
    status: status.oneOf('HEALTHY', 'INITIAL', 'UNHEALTHY', 'UNUSED', 'DRAINING', 'UNAVAILABLE'),
    registeredAt: 0,
  };
}
