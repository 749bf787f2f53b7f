import type { ClusterJson } from '../proto/envoy/config/cluster/v3/cluster.gen.ts';
import type { ClusterLoadAssignmentJson } from '../proto/envoy/config/endpoint/v3/endpoint.gen.ts';
import type { FilterChainJson } from '../proto/envoy/config/listener/v3/listener_components.gen.ts';
import type { ListenerJson } from '../proto/envoy/config/listener/v3/listener.gen.ts';
import type { RouteConfigurationJson } from '../proto/envoy/config/route/v3/route.gen.ts';
import type { ScopedRouteConfigurationJson } from '../proto/envoy/config/route/v3/scoped_route.gen.ts';

/** The kinds of resources we publish, each in Envoy's canonical JSON. */
export interface Resources {
  readonly clusters: ClusterJson;
  readonly endpoints: ClusterLoadAssignmentJson;
  readonly listeners: ListenerJson;
  readonly scopes: ScopedRouteConfigurationJson;
  readonly routes: RouteConfigurationJson;
}

/**
 * All that one Envoy is to have, as a whole, by the names of the resources; endpoints have the name of their cluster. A
 * resource that did not change keeps its identity from one snapshot to the next: so comparing two costs no look inside.
 */
export type Snapshot = { readonly [K in ResourceKind]: ReadonlyMap<string, Resources[K]> };

export type ResourceKind = keyof Resources;

/** In the order in which Envoy must learn of them: what is named comes before what names it. */
export const resourceKinds = ['clusters', 'endpoints', 'listeners', 'scopes', 'routes'] as const;

export const emptySnapshot: Snapshot = {
  clusters: new Map(),
  endpoints: new Map(),
  listeners: new Map(),
  scopes: new Map(),
  routes: new Map(),
};

export interface ResourceRef {
  readonly kind: ResourceKind;
  readonly name: string;
}

/** A resource that could not be made, is no configuration, or names what is not there: our bug, found before Envoy sees it. */
export interface Unfit extends ResourceRef {
  readonly message: string;
}

/** What Envoy will look for when it has a resource. */
export const referencesOf: {
  readonly [K in ResourceKind]: (name: string, resource: Resources[K]) => readonly ResourceRef[];
} = {
  clusters: (name, cluster) => (cluster.type === 'EDS' ? [{ kind: 'endpoints', name }] : []),
  endpoints: () => [],
  listeners: (_, listener) => (listener.filterChains ?? []).flatMap(namedByChain),
  scopes: (_, { routeConfigurationName = '' }) => [{ kind: 'routes', name: routeConfigurationName }],
  routes: (_, configuration) => clustersOf(configuration),
};

/** Where a listener sends connections: to one route configuration, by routes of its own, or straight to clusters. */
function namedByChain({ filters = [] }: FilterChainJson): readonly ResourceRef[] {
  return filters.flatMap(({ typedConfig = {} }): readonly ResourceRef[] => [
    ...namesAt(typedConfig, 'rds', 'routeConfigName').map((name) => ({ kind: 'routes' as const, name })),
    ...[
      ...namesAt(typedConfig, 'weightedClusters', 'clusters', 'name'),
      ...namesAt(typedConfig, 'routeConfig', 'virtualHosts', 'routes', 'route', 'cluster'),
    ].map((name) => ({ kind: 'clusters' as const, name })),
  ]);
}

/** The texts at a path of members, within lists too. */
function namesAt(value: unknown, ...path: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each: unknown) => namesAt(each, ...path));
  const [member, ...rest] = path;
  if (member === undefined) return typeof value === 'string' ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  const found = Object.entries(value).find(([name]) => name === member);
  return found === undefined ? [] : namesAt(found[1], ...rest);
}

function clustersOf(configuration: RouteConfigurationJson): readonly ResourceRef[] {
  const names = new Set<string>();
  for (const host of configuration.virtualHosts ?? []) {
    for (const { route } of host.routes ?? []) {
      if (route?.cluster !== undefined) names.add(route.cluster);
      for (const { name } of route?.weightedClusters?.clusters ?? []) if (name !== undefined) names.add(name);
    }
  }
  return [...names].map((name) => ({ kind: 'clusters', name }));
}
