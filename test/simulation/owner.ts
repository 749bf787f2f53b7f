import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { routeOf, tagOf } from './actual.ts';
import type { Cluster } from './cluster.ts';
import type { World } from './world.ts';

/**
 * Whether a service or group is of this cluster: its tags say so, and, where another cluster writes the same tags, it is
 * not for an object of that one.
 */
export function isOwn({ clusters }: World, cluster: Cluster, resource: Service | TargetGroup): boolean {
  if (tagOf(resource, 'ManagedBy') !== cluster.managedBy) return false;
  const object = objectOf(resource);
  return !clusters.some(
    (other) =>
      other !== cluster &&
      other.managedBy === cluster.managedBy &&
      other.intents().at(-1)?.ever.has(object) === true,
  );
}

/** The object that accounts for a service or group, as `HTTPRoute default/cart`. */
export function objectOf(resource: Service | TargetGroup): string {
  const route = routeOf(resource);
  return route === undefined
    ? `ServiceExport ${tagOf(resource, 'ServiceNamespace')}/${tagOf(resource, 'ServiceName')}`
    : `HTTPRoute ${route}`;
}
