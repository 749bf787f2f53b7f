import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import type { Tags } from './resource.ts';

/**
 * The only memory that survives us: tags. Everything we create carries `ManagedBy`; a service says which route it
 * belongs to; a target group says which backend it holds and for whom. The keys and values are those of the AWS
 * Gateway API Controller, so that either finds what the other made. All keys share one prefix:
 *
 * | key | on | value |
 * |---|---|---|
 * | ManagedBy | all | `<account>/<cluster name>/<vpc id>` |
 * | ClusterUid | networks, services | uid of the kube-system namespace: tells a rebuilt cluster from the old one |
 * | RouteName, RouteNamespace, RouteType | services | the route it was made for; type `http`, `grpc` or `tls`; or the gateway, type `gateway` |
 * | Hostname | services of gateways, and what is made beside another service or group of its route | the hostname they are for, `-` for none; absent on the gateway's own service |
 * | ServiceName, ServiceNamespace | target groups | the Kubernetes Service, or the ServiceExport |
 * | ServicePort | target groups of routes | the backend port; absent on groups of older controllers |
 * | SourceTypeKey | target groups | `HTTPRoute`, `GRPCRoute`, `TLSRoute`, `Gateway` or `ServiceExport` |
 * | RouteName, RouteNamespace | target groups of routes | the route, or the gateway, that uses it |
 * | ClusterName | target groups | the cluster's name |
 * | TagKeys | whatever people asked for tags of their own on | which of its tags those are, so that the rest stays when they change |
 * | AccessLogPolicy | access log subscriptions | `<namespace>/<name>` of the policy |
 * | ProtocolVersion | target groups | `HTTP1`, `HTTP2`, `GRPC`, or empty for TCP |
 */
export const tagPrefix = 'application-networking.k8s.aws/';

/** As Lattice has them. */
const keys = {
  ManagedBy: `${tagPrefix}ManagedBy`,
  ClusterUid: `${tagPrefix}ClusterUid`,
  ClusterName: `${tagPrefix}ClusterName`,
  RouteName: `${tagPrefix}RouteName`,
  RouteNamespace: `${tagPrefix}RouteNamespace`,
  RouteType: `${tagPrefix}RouteType`,
  Hostname: `${tagPrefix}Hostname`,
  ServiceName: `${tagPrefix}ServiceName`,
  ServiceNamespace: `${tagPrefix}ServiceNamespace`,
  ServicePort: `${tagPrefix}ServicePort`,
  SourceTypeKey: `${tagPrefix}SourceTypeKey`,
  AccessLogPolicy: `${tagPrefix}AccessLogPolicy`,
  ProtocolVersion: `${tagPrefix}ProtocolVersion`,
  TagKeys: `${tagPrefix}TagKeys`,
} as const;

export type TagName = keyof typeof keys;

/** Those by which `objectsNamedBy` tells an object. */
const naming: readonly TagName[] = [
  'AccessLogPolicy',
  'SourceTypeKey',
  'ServiceName',
  'ServiceNamespace',
  'RouteType',
  'RouteName',
  'RouteNamespace',
];

/** Who we are, to Lattice. */
export interface Identity {
  readonly accountId: string;
  readonly clusterName: string;
  readonly vpcId: string;
  /** Absent until the kube-system namespace has been seen. */
  readonly clusterUid?: string;
}

export function managedBy({ accountId, clusterName, vpcId }: Identity): string {
  return `${accountId}/${clusterName}/${vpcId}`;
}

/** The value of one of our tags. */
export function tagOf(tags: Tags, name: TagName): string | undefined {
  return tags[keys[name]];
}

/** The uid of the cluster that something was made for, where that is not the one that asks for it now. */
export function formerCluster(actual: Tags, wanted: Tags): string | undefined {
  const [made, uid] = [tagOf(actual, 'ClusterUid'), tagOf(wanted, 'ClusterUid')];
  return made === uid || uid === undefined ? undefined : made;
}

/** Tags as Lattice takes them. */
export function tagged(values: Partial<Readonly<Record<TagName, string>>>): Tags {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [tagPrefix + name, value]));
}

/** Five letters for each key, since a tag's value is too short for the keys of all. */
export function tagKeys(keys: readonly string[]): string {
  return keys.map(letters).toSorted().join('');
}

/** Whether a key is among those that `tagKeys` was made of. */
export function isTagKey(value: string, key: string): boolean {
  const word = letters(key);
  for (let at = 0; at < value.length; at += word.length) {
    if (value.slice(at, at + word.length) === word) return true;
  }
  return false;
}

/** FNV-1a, in five letters. */
function letters(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  let rest = hash >>> 0;
  let word = '';
  for (let i = 0; i < 5; i += 1) {
    word += String.fromCodePoint(97 + (rest % 26));
    rest = Math.floor(rest / 26);
  }
  return word;
}

const routeGroup = 'gateway.networking.k8s.io';
const ownGroup = 'application-networking.k8s.aws';

const routeKinds: Readonly<Record<string, string>> = {
  http: 'HTTPRoute',
  grpc: 'GRPCRoute',
  tls: 'TLSRoute',
  gateway: 'Gateway',
  HTTPRoute: 'HTTPRoute',
  GRPCRoute: 'GRPCRoute',
  TLSRoute: 'TLSRoute',
  Gateway: 'Gateway',
};

/** Whether tags name an object, and another one than those. */
export function nameAnother(tags: Tags, those: Tags): boolean {
  if (naming.every((name) => tagOf(tags, name) === tagOf(those, name))) return false;
  const named = objectsNamedBy(tags).map(refKey).join();
  return named !== '' && named !== objectsNamedBy(those).map(refKey).join();
}

/** The object that accounts for a tagged resource: empty when the tags name none. */
export function objectsNamedBy(tags: Tags): readonly ObjectRef[] {
  const [policyNamespace, policyName] = tagOf(tags, 'AccessLogPolicy')?.split('/') ?? [];
  if (policyNamespace !== undefined && policyName !== undefined) {
    return [{ group: ownGroup, kind: 'AccessLogPolicy', namespace: policyNamespace, name: policyName }];
  }
  const source = tagOf(tags, 'SourceTypeKey');
  if (source === 'ServiceExport') {
    const name = tagOf(tags, 'ServiceName');
    const namespace = tagOf(tags, 'ServiceNamespace');
    return name === undefined || namespace === undefined
      ? []
      : [{ group: ownGroup, kind: 'ServiceExport', namespace, name }];
  }
  const kind = routeKinds[source ?? tagOf(tags, 'RouteType') ?? ''];
  const name = tagOf(tags, 'RouteName');
  const namespace = tagOf(tags, 'RouteNamespace');
  return kind === undefined || name === undefined || namespace === undefined
    ? []
    : [{ group: routeGroup, kind, namespace, name }];
}
