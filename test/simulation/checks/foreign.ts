import { isTable } from '../../../src/local/state/table.ts';
import type { RegionState, Resource, Table } from '../../../src/local/state/state.ts';
import { tagOf } from '../actual.ts';
import type { Cluster } from '../cluster.ts';
import { isOwn } from '../owner.ts';
import type { Effect, World } from '../world.ts';

/** What belongs to somebody else is the very same value before and after, but for what the API itself notes on it. */
export function checkForeign(world: World, { cluster, operation, before, after }: Effect): void {
  for (const table of [
    'serviceNetworks',
    'services',
    'targetGroups',
    'vpcAssociations',
    'serviceAssociations',
    'accessLogSubscriptions',
  ] as const) {
    for (const [resource, now] of touched(before, after, table)) {
      if (isOf(world, cluster, before, resource) || isOnlyNoted(resource, now)) continue;
      if (table === 'serviceNetworks' && isOnlyProtected(cluster, resource, now)) continue;
      const name = 'name' in resource ? String(resource.name) : resource.id;
      world.trace.problem(`foreign: ${cluster.name} changed ${table} ${name} by ${operation}`);
    }
  }
}

function isOf(world: World, cluster: Cluster, state: RegionState, resource: Resource): boolean {
  const owned =
    'serviceId' in resource && typeof resource.serviceId === 'string'
      ? state.services.get(resource.serviceId)
      : (state.services.get(resource.id) ?? state.targetGroups.get(resource.id));
  return (
    tagOf(resource, 'ManagedBy') === cluster.managedBy &&
    (owned === undefined || isOwn(world, cluster, owned))
  );
}

function touched(
  before: RegionState,
  after: RegionState,
  name:
    | 'serviceNetworks'
    | 'services'
    | 'targetGroups'
    | 'vpcAssociations'
    | 'serviceAssociations'
    | 'accessLogSubscriptions',
): readonly (readonly [Resource, Resource | undefined])[] {
  const [old, now]: readonly [Table<Resource>, Table<Resource>] = [before[name], after[name]];
  if (old === now) return [];
  return [...old.values()].flatMap((resource) => {
    const other = now.get(resource.id);
    return other === resource ? [] : [[resource, other] as const];
  });
}

/** A group learns who uses it, and its targets with it. */
function isOnlyNoted(resource: Resource, now: Resource | undefined): boolean {
  return now !== undefined && text(resource) === text(now);
}

/** Auth policies are for networks of others too, if people attach one to the gateway. */
function isOnlyProtected(cluster: Cluster, resource: Resource, now: Resource | undefined): boolean {
  const isAsked = cluster
    .intents()
    .some(({ authPolicies }) =>
      [...authPolicies.values()].some(
        ({ spec }) =>
          'name' in resource && spec.targetRef.name === resource.name && spec.targetRef.kind === 'Gateway',
      ),
    );
  return isAsked && now !== undefined && withoutProtection(resource) === withoutProtection(now);
}

function withoutProtection(resource: Resource): string {
  return text(Object.assign({}, resource, { authType: '', authPolicy: undefined, lastUpdatedAt: 0 }));
}

function text(resource: Resource): string {
  return JSON.stringify(resource, (name, value: unknown) => {
    if (name === 'usedBy' || name === 'reasonCode') return undefined;
    if (isTable(value)) return [...value].map(([key, item]: readonly [unknown, unknown]) => [key, item]);
    return name === 'status' && value !== 'DRAINING' ? undefined : value;
  });
}
