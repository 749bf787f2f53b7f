import type { ObjectRef } from '../../src/kinds/object.ts';
import { refKey } from '../../src/kinds/object.ts';
import { keyOf, keyOfTagged } from '../../src/lattice/model/keys.ts';
import type { Entry, Model } from '../../src/lattice/model/model.ts';
import { tagged } from '../../src/lattice/model/ownership.ts';
import type { Action, HttpMatch, Resource, ResourceKey } from '../../src/lattice/model/resource.ts';
import { policyRef, policyResources } from './lattice-policies.ts';
import type { WishedPolicies } from './lattice-policies.ts';
import { accountId, vpcId } from './lattice-world.ts';

/** A world as people would say it; `modelOf` makes the resources. */
export interface Wish extends WishedPolicies {
  readonly network?: string;
  readonly routes: readonly WishedRoute[];
  readonly clusterName?: string;
  /** Objects in the snapshot besides the routes, such as `deleted-route`: they want nothing. */
  readonly alsoThere?: readonly string[];
  readonly deleting?: readonly string[];
  /** Access log policies in the snapshot that want nothing. */
  readonly alsoLogged?: readonly string[];
}

export interface WishedRoute {
  readonly name: string;
  /** In order of precedence. */
  readonly rules: readonly WishedRule[];
  /** Addresses of each backend. */
  readonly backends: Readonly<Record<string, readonly string[]>>;
  readonly protocol?: 'HTTP' | 'HTTPS';
  readonly groupPort?: number;
}

export interface WishedRule {
  readonly path: string;
  readonly to: Readonly<Record<string, number>>;
}

export function routeRef(name: string): ObjectRef {
  return { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop', name };
}

export function modelOf({
  network = 'hotel',
  routes,
  clusterName = 'hotel',
  alsoThere = [],
  deleting = [],
  auth = {},
  logs = {},
  alsoLogged = [],
}: Wish): Model {
  const managed = { ManagedBy: `${accountId}/${clusterName}/${vpcId}`, ClusterName: clusterName };
  const entries = new Map<ResourceKey, Entry>();
  const add = (resource: Resource): void => {
    entries.set(resource.key, { state: 'wanted', resource });
  };
  const networkKey = keyOf.serviceNetwork(network);
  const owner = tagged({ ManagedBy: managed.ManagedBy });
  add({ type: 'serviceNetwork', key: networkKey, spec: { name: network }, tags: owner, for: [] });
  add({
    type: 'vpcAssociation',
    key: keyOf.vpcAssociation(networkKey, vpcId),
    spec: { network: { ref: networkKey, output: 'id' }, vpcId },
    tags: owner,
    for: [],
  });
  for (const route of routes) addRoute(route);
  for (const resource of policyResources({ auth, logs }, { network: networkKey, owner })) add(resource);
  return {
    entries,
    questions: new Map(),
    accountable: new Set(
      [
        ...[...routes.map(({ name }) => name), ...alsoThere].map((name) => routeRef(name)),
        ...[...Object.keys(logs), ...alsoLogged].map((name) => policyRef('AccessLogPolicy', name)),
      ].map(refKey),
    ),
    deleting: new Set(deleting.map((name) => refKey(routeRef(name)))),
  };

  function addRoute({ name, rules, backends, protocol = 'HTTP', groupPort = 80 }: WishedRoute): void {
    const objects = [routeRef(name)];
    const serviceKey = keyOf.service(`http/shop/${name}`);
    const groups = new Map<string, ResourceKey>();
    for (const [backend, addresses] of Object.entries(backends)) {
      const tags = tagged({
        ...managed,
        SourceTypeKey: 'HTTPRoute',
        RouteName: name,
        RouteNamespace: 'shop',
        ServiceName: backend,
        ServiceNamespace: 'shop',
        ServicePort: '80',
        ProtocolVersion: 'HTTP1',
      });
      const key = keyOfTagged.targetGroup(tags) ?? '';
      groups.set(backend, key);
      add({
        type: 'targetGroup',
        key,
        spec: {
          name: `k8s-shop-${name}-${backend}-${groupPort}`,
          port: groupPort,
          protocol: 'HTTP',
          protocolVersion: 'HTTP1',
          vpcId,
          ipAddressType: 'IPV4',
        },
        tags,
        for: objects,
      });
      add({
        type: 'targets',
        key: keyOf.targets(key),
        spec: { group: { ref: key, output: 'id' }, targets: addresses.map((id) => ({ id, port: 8080 })) },
        tags: {},
        for: objects,
      });
    }
    add({
      type: 'service',
      key: serviceKey,
      spec: {
        name: `${name}-shop`,
        ...(name in auth && auth[name] !== 'NONE' ? { authType: 'AWS_IAM' } : {}),
      },
      tags: tagged({ ...managed, RouteType: 'http', RouteName: name, RouteNamespace: 'shop' }),
      for: objects,
    });
    const listenerKey = keyOf.listener(serviceKey, 80);
    add({
      type: 'listener',
      key: listenerKey,
      spec: {
        service: { ref: serviceKey, output: 'id' },
        name: `${name}-80`,
        protocol,
        port: 80,
        defaultAction: { kind: 'fixedResponse', statusCode: 404 },
      },
      tags: owner,
      for: objects,
    });
    rules.forEach(({ path, to }, index) => {
      const match: HttpMatch = { path: { kind: 'prefix', value: path, caseSensitive: true }, headers: [] };
      const action: Action = {
        kind: 'forward',
        groups: Object.entries(to).map(([backend, weight]) => ({
          group: { ref: groups.get(backend) ?? '', output: 'id' },
          weight,
        })),
      };
      add({
        type: 'rule',
        key: keyOf.rule(listenerKey, match),
        spec: {
          service: { ref: serviceKey, output: 'id' },
          listener: { ref: listenerKey, output: 'id' },
          name: `k8s-${index}-rule${path.replaceAll('/', '-').replace(/-$/, '')}`,
          priority: index + 1,
          match,
          action,
        },
        tags: owner,
        for: objects,
      });
    });
    add({
      type: 'serviceAssociation',
      key: keyOf.serviceAssociation(serviceKey, network),
      spec: { service: { ref: serviceKey, output: 'id' }, network: { ref: networkKey, output: 'id' } },
      tags: owner,
      for: objects,
    });
  }
}
