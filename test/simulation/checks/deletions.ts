import type { Listener } from '../../../src/local/state/listener-resources.ts';
import type { RegionState, Service, TargetGroup } from '../../../src/local/state/state.ts';
import { backendOf, routeOf, rulesOf, tagOf, targetsOf } from '../actual.ts';
import { expectedRoutes, expectedTargets, isThere, matchText } from '../expected.ts';
import type { Intent } from '../intent.ts';
import { objectOf } from '../owner.ts';
import type { Effect, World } from '../world.ts';

/** Nothing goes that no object of the cluster accounts for, and nothing that was wanted all the time. */
export function checkDeletions(world: World, { cluster, operation, before, after }: Effect): void {
  const wishes = cluster.intents().slice(cluster.epoch);
  const ever = cluster.intents().at(-1)?.ever ?? new Set<string>();
  const complain = (what: string, why: string): void =>
    world.trace.problem(`deletions: ${cluster.name} took away ${what} by ${operation}, ${why}`);

  for (const service of going(before.services, after.services)) {
    const what = `service ${service.name}`;
    if (tagOf(service, 'ManagedBy') !== cluster.managedBy) complain(what, 'which is not its own');
    else if (!ever.has(`HTTPRoute ${routeOf(service)}`)) complain(what, 'whose route it never saw');
    else if (wishes.every((wish) => expectedRoutes(wish).has(routeOf(service) ?? ''))) {
      complain(what, 'which its route wanted all the time');
    }
  }
  for (const association of going(before.serviceAssociations, after.serviceAssociations)) {
    const service = before.services.get(association.serviceId);
    const what = `association ${service?.name} with ${before.serviceNetworks.get(association.serviceNetworkId)?.name}`;
    if (tagOf(association, 'ManagedBy') !== cluster.managedBy) complain(what, 'which is not its own');
    else if (service === undefined || !ever.has(`HTTPRoute ${routeOf(service)}`)) {
      complain(what, 'whose route it never saw');
    }
  }
  for (const association of going(before.vpcAssociations, after.vpcAssociations)) {
    complain(`association of ${association.vpcId}`, 'which is never to go');
  }
  for (const network of going(before.serviceNetworks, after.serviceNetworks)) {
    complain(`network ${network.name}`, 'which is never to go');
  }
  for (const group of going(before.targetGroups, after.targetGroups)) {
    const what = `target group of ${backendOf(group)} for ${routeOf(group) ?? 'an export'}`;
    if (tagOf(group, 'ManagedBy') !== cluster.managedBy) complain(what, 'which is not its own');
    else if (!ever.has(objectOf(group))) complain(what, 'whose object it never saw');
    else if (wishes.every((wish) => wantsGroup(wish, group))) complain(what, 'which was wanted all the time');
  }
  for (const [group, left] of changedGroups(before, after)) checkTargets(group, left);
  for (const [service, left] of changedServices(before, after)) checkRules(service, left);

  function checkTargets(group: TargetGroup, left: TargetGroup): void {
    const gone = targetsOf(group).filter((target) => !targetsOf(left).includes(target));
    const ours = tagOf(group, 'ManagedBy') === cluster.managedBy;
    for (const target of gone) {
      const what = `target ${target} of ${backendOf(group)}`;
      if (!ours) complain(what, 'which is not its own');
      else if (!ever.has(objectOf(group))) complain(what, 'whose object it never saw');
      else if (
        wishes.every(
          (wish) => wantsGroup(wish, group) && expectedTargets(wish, serviceOf(group)).includes(target),
        )
      ) {
        complain(what, 'which was ready all the time');
      }
    }
  }

  function checkRules(service: Service, left: Service): void {
    for (const listener of service.listeners.values()) {
      const now = left.listeners.get(listener.id);
      const goneRules = matchesOf(before, listener).filter(
        (match) => now === undefined || !matchesOf(after, now).includes(match),
      );
      for (const match of goneRules) {
        const kept = wishes.every((wish) =>
          expectedRoutes(wish)
            .get(routeOf(service) ?? '')
            ?.rules.some((rule) => matchText(rule.match) === match),
        );
        const keptPort = wishes.every((wish) =>
          expectedRoutes(wish)
            .get(routeOf(service) ?? '')
            ?.ports.includes(listener.port),
        );
        if (kept && keptPort) complain(`rule ${match} of ${service.name}`, 'which was wanted all the time');
      }
      if (now === undefined && tagOf(service, 'ManagedBy') !== cluster.managedBy) {
        complain(`listener ${listener.name}`, 'which is not its own');
      }
    }
  }
}

/** The Service whose pods a group holds: an export's is that of its name. */
export function serviceOf(group: TargetGroup): string {
  return `Service ${tagOf(group, 'ServiceNamespace')}/${tagOf(group, 'ServiceName')}:${tagOf(group, 'ServicePort')}`;
}

/** Whether a wish, all of whose backends are there, asks for the group. */
function wantsGroup(wish: Intent, group: TargetGroup): boolean {
  const route = routeOf(group);
  if (route === undefined) {
    const name = `${tagOf(group, 'ServiceNamespace')}/${tagOf(group, 'ServiceName')}`;
    return [...wish.exports.values()].some(
      ({ metadata }) => `${metadata.namespace}/${metadata.name}` === name,
    );
  }
  const backend = backendOf(group);
  return (
    isThere(wish, backend) &&
    (expectedRoutes(wish)
      .get(route)
      ?.rules.some(({ backends }) => {
        const reached = backends.filter((share) => isThere(wish, share.backend));
        // A rule whose weights are all 0 forwards to nobody.
        return (
          reached.some((share) => share.weight > 0) && reached.some((share) => share.backend === backend)
        );
      }) ??
      false)
  );
}

function matchesOf(state: RegionState, listener: Listener): readonly string[] {
  return rulesOf(state, listener).map(({ match }) => matchText(match));
}

/** What is gone, or has begun to go. */
function going<T extends { readonly id: string }>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): readonly T[] {
  if (before === after) return [];
  return [...before.values()].filter((resource) => !isGoing(resource) && isGoing(after.get(resource.id)));
}

function isGoing(resource: object | undefined): boolean {
  return resource === undefined || ('status' in resource && resource.status === 'DELETE_IN_PROGRESS');
}

function changedGroups(
  before: RegionState,
  after: RegionState,
): readonly (readonly [TargetGroup, TargetGroup])[] {
  return changed(before.targetGroups, after.targetGroups).filter(([a, b]) => a.targets !== b.targets);
}

function changedServices(before: RegionState, after: RegionState): readonly (readonly [Service, Service])[] {
  return changed(before.services, after.services).filter(([a, b]) => a.listeners !== b.listeners);
}

function changed<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): readonly (readonly [T, T])[] {
  if (before === after) return [];
  return [...before].flatMap(([id, one]) => {
    const other = after.get(id);
    return other === undefined || other === one ? [] : [[one, other] as const];
  });
}
