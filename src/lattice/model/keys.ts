import type { CollectionKey } from './known.ts';
import { tagOf } from './ownership.ts';
import type { HttpMatch, ResourceKey, ResourceType, Tags } from './resource.ts';

/** How keys are spelled: one function per type, used by translation for what is wanted and by the ledger for what is found. */
export const keyOf = {
  serviceNetwork: (name: string): ResourceKey => `network/${name}`,
  vpcAssociation: (networkKey: ResourceKey, vpcId: string): ResourceKey =>
    `vpcassociation/${rest(networkKey)}/${vpcId}`,
  /** `route` is `<kind>/<namespace>/<name>` in lower case kind: `http/shop/cart`. */
  service: (route: string): ResourceKey => `service/${route}`,
  serviceAssociation: (serviceKey: ResourceKey, network: string): ResourceKey =>
    `association/${rest(serviceKey)}/${network}`,
  listener: (serviceKey: ResourceKey, port: number): ResourceKey => `listener/${rest(serviceKey)}/${port}`,
  rule: (listenerKey: ResourceKey, match: HttpMatch): ResourceKey =>
    `rule/${rest(listenerKey)}/${matchKey(match)}`,
  targetGroup: (owner: string, backend: string): ResourceKey => `group/${owner}/${backend}`,
  targets: (groupKey: ResourceKey): ResourceKey => singletonKey('targets', groupKey),
  /** `resource`: the key of the service or network, or of the question that finds the network. */
  authPolicy: (resource: ResourceKey): ResourceKey => singletonKey('authPolicy', resource),
  /** Of the policy object, whatever it is attached to. */
  accessLogSubscription: ({ namespace, name }: { namespace: string; name: string }): ResourceKey =>
    `subscription/${namespace}/${name}`,
  networkNamed: (name: string): ResourceKey => `question/network/${name}`,
  exportedGroup: (namespace: string, name: string, filters = ''): ResourceKey =>
    `question/export/${namespace}/${name}${filters}`,
  groupAt: (arn: string): ResourceKey => `question/group/${arn}`,
  subscriptionAt: (arn: string): ResourceKey => `question/subscription/${arn}`,
  protectionOf: (arn: string): ResourceKey => `question/protection/${arn}`,
  certificates: (): ResourceKey => 'question/certificates',
  rangesOf: (vpcId: string): ResourceKey => `question/ranges/${vpcId}`,
  admissionsTo: (vpcId: string): ResourceKey => `question/admissions/${vpcId}`,
} as const;

/** What one listing covers. */
export const collectionOf = {
  serviceNetworks: (): CollectionKey => 'networks',
  services: (): CollectionKey => 'services',
  targetGroups: (): CollectionKey => 'groups',
  vpcAssociations: (vpcId: string): CollectionKey => `vpcassociations of ${vpcId}`,
  listeners: (serviceKey: ResourceKey): CollectionKey => `listeners of ${serviceKey}`,
  serviceAssociations: (serviceKey: ResourceKey): CollectionKey => `associations of ${serviceKey}`,
  /** Of all services: how associations in creation are watched together. */
  associationsOfNetwork: (networkId: string): CollectionKey => `associations of network ${networkId}`,
  accessLogSubscriptions: (resourceKey: ResourceKey): CollectionKey =>
    `access log subscriptions of ${resourceKey}`,
  rules: (listenerKey: ResourceKey): CollectionKey => `rules of ${listenerKey}`,
} as const;

/**
 * The key that tags give: the same for what is wanted and for what is found, so translation may use it too. Absent when
 * the tags do not say. Where translation chose another key, plan still matches by the tags themselves.
 */
export const keyOfTagged = {
  service: (tags: Tags): ResourceKey | undefined => {
    const route = routeOf(tags, tagOf(tags, 'RouteType'));
    return route === undefined ? undefined : keyOf.service(route);
  },
  targetGroup: (tags: Tags): ResourceKey | undefined => {
    const source = tagOf(tags, 'SourceTypeKey');
    const name = tagOf(tags, 'ServiceName');
    const namespace = tagOf(tags, 'ServiceNamespace');
    if (source === undefined || name === undefined || namespace === undefined) return undefined;
    const owner = source === 'ServiceExport' ? 'export' : routeOf(tags, routeTypes[source]);
    if (owner === undefined) return undefined;
    const port = tagOf(tags, 'ServicePort');
    const version = tagOf(tags, 'ProtocolVersion');
    const backend = [namespace, name, port, version].filter((part) => part !== undefined && part !== '');
    return keyOf.targetGroup(owner, backend.join('/'));
  },
} as const;

const routeTypes: Readonly<Record<string, string>> = {
  HTTPRoute: 'http',
  GRPCRoute: 'grpc',
  TLSRoute: 'tls',
  Gateway: 'gateway',
};

function routeOf(tags: Tags, type: string | undefined): string | undefined {
  const name = tagOf(tags, 'RouteName');
  const namespace = tagOf(tags, 'RouteNamespace');
  const hostname = tagOf(tags, 'Hostname');
  return type === undefined || name === undefined || namespace === undefined
    ? undefined
    : `${type}/${namespace}/${name}${hostname === undefined ? '' : `/${hostname}`}`;
}

/** The key of the one child of a type that a thing has, such as the targets of a group. */
export function singletonKey(type: ResourceType, parent: ResourceKey): ResourceKey {
  return `${type}/${rest(parent)}`;
}

/** A match as one readable word: equal matches give equal words, whatever the order of their headers. */
export function matchKey({ method, path, headers }: HttpMatch): string {
  const parts = [
    ...(method === undefined ? [] : [method]),
    ...(path === undefined
      ? []
      : [`${path.kind === 'exact' ? '=' : '^'}${path.caseSensitive ? '' : '~'}${path.value}`]),
    ...headers
      .map(({ name, kind, value, caseSensitive }) => {
        const operator = { exact: '=', prefix: '^', contains: '*' }[kind];
        return `${name.toLowerCase()}${operator}${caseSensitive ? '' : '~'}${value}`;
      })
      .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  ];
  return parts.join('&');
}

function rest(key: ResourceKey): string {
  return key.slice(key.indexOf('/') + 1);
}
