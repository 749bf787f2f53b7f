import type { RegionState, Service, TargetGroup } from '../../../src/local/state/state.ts';
import { answerText, backendOf, routeOf, rulesOf, targetsOf } from '../actual.ts';
import type { ActualRule } from '../actual.ts';
import type { Cluster } from '../cluster.ts';
import { expectedRoutes, expectedTargets, isThere, matchText } from '../expected.ts';
import type { ExpectedRoute, ExpectedRule, Share } from '../expected.ts';
import { nothingWanted } from '../intent.ts';
import type { Intent } from '../intent.ts';
import type { World } from '../world.ts';
import { isOwn } from '../owner.ts';
import { serviceOf } from './deletions.ts';

/** When nothing happens any more, Lattice is what the manifests say: no less, and nothing that is left over. */
export function checkLattice(world: World, cluster: Cluster): void {
  const state = world.account.state();
  const wish = cluster.intents().at(-1) ?? nothingWanted;
  const complain = (what: string): void => world.trace.problem(`lattice: ${cluster.name}: ${what}`);
  const services = [...state.services.values()].filter((each) => isOwn(world, cluster, each));
  const expected = expectedRoutes(wish);
  for (const route of expected.values()) {
    const found = services.filter((service) => routeOf(service) === route.name);
    const [service] = found;
    if (service === undefined || found.length > 1)
      complain(`route ${route.name} has ${found.length} services`);
    else {
      const versions = cluster.everWanted().flatMap((each) => expectedRoutes(each).get(route.name) ?? []);
      checkService({ state, wish, route, versions, service }, complain);
    }
  }
  for (const service of services) {
    if (!expected.has(routeOf(service) ?? '')) complain(`service ${service.name} is left over`);
  }
  checkGroups(world, cluster, wish, complain);
  checkNetwork(state, cluster, complain);
}

interface Comparison {
  readonly state: RegionState;
  readonly wish: Intent;
  readonly route: ExpectedRoute;
  /** What it was before, and is. */
  readonly versions: readonly ExpectedRoute[];
  readonly service: Service;
}

type Complain = (what: string) => void;

function checkService({ state, wish, route, versions, service }: Comparison, complain: Complain): void {
  const about = `service ${service.name}`;
  if (service.name !== route.serviceName) complain(`${about} should be called ${route.serviceName}`);
  if (service.status !== 'ACTIVE') complain(`${about} is ${service.status}`);
  const ports = [...service.listeners.values()].map(({ port }) => port).toSorted((a, b) => a - b);
  compare(`ports of ${about}`, ports, route.ports, complain);
  const existing = new Set(Array.from(state.serviceNetworks.values(), ({ name }) => name));
  const networks = [...state.serviceAssociations.values()]
    .filter(({ serviceId }) => serviceId === service.id)
    .map(({ serviceNetworkId, status }) => {
      const name = state.serviceNetworks.get(serviceNetworkId)?.name ?? serviceNetworkId;
      return status === 'ACTIVE' ? name : `${name} (${status})`;
    });
  const wanted = route.networks.filter((network) => existing.has(network));
  // Whoever moves to a network that is not there yet stays where he was until it is.
  const isMoving = wanted.length < route.networks.length;
  const former = new Set(versions.flatMap((version) => version.networks));
  const settled = networks.filter((name) => !isMoving || wanted.includes(name) || !former.has(name));
  compare(`networks of ${about}`, settled.toSorted(), wanted, complain);
  for (const listener of service.listeners.values()) {
    const actual = rulesOf(state, listener).map(actualText);
    const expected = route.rules.map((rule) => expectedText(state, wish, rule));
    compare(`rules of ${about} on port ${listener.port}`, actual, expected, complain);
  }
}

function actualText({ match, answer }: ActualRule): string {
  return `${matchText(match)} -> ${answerText(answer)}`;
}

function expectedText(state: RegionState, wish: Intent, { match, backends }: ExpectedRule): string {
  const shares = new Map<string, number>();
  for (const { backend, weight } of backends) {
    const reached = isThere(wish, backend) && (!backend.startsWith('export ') || isExported(state, backend));
    if (weight > 0 && reached) shares.set(backend, (shares.get(backend) ?? 0) + weight);
  }
  const answer =
    shares.size === 0
      ? { status: 500 }
      : { shares: [...shares].map(([backend, weight]) => ({ backend, weight })) };
  return `${matchText(match)} -> ${answerText(answer)}`;
}

function isExported(state: RegionState, backend: string): boolean {
  return [...state.targetGroups.values()].some((group) => backendOf(group) === backend);
}

function checkGroups(world: World, cluster: Cluster, wish: Intent, complain: Complain): void {
  const state = world.account.state();
  const groups = [...state.targetGroups.values()].filter((group) => isOwn(world, cluster, group));
  const routes = [...expectedRoutes(wish).values()];
  const isReached = ({ backend }: Share): boolean => !backend.startsWith('export ') && isThere(wish, backend);
  const keysOf = (name: string, shares: readonly Share[]): readonly string[] =>
    shares.filter(isReached).map(({ backend }) => `${name} ${backend}`);
  // A group that no request can reach, for its weight or its rule, may be there or not.
  const allowed = new Set(routes.flatMap(({ name, backends }) => keysOf(name, backends)));
  const needed = routes.flatMap(({ name, rules }) =>
    rules.flatMap(({ backends }) =>
      keysOf(
        name,
        backends.filter(({ weight }) => weight > 0),
      ),
    ),
  );
  const exported = Array.from(
    wish.exports.values(),
    ({ metadata }) => `export ${metadata.namespace}/${metadata.name}`,
  );
  for (const group of groups) {
    const key = keyOfGroup(group);
    if (!allowed.has(key) && !exported.includes(key)) complain(`group ${group.name} of ${key} is left over`);
    else if (groups.filter((other) => keyOfGroup(other) === key).length > 1)
      complain(`${key} has several groups`);
    else compare(`targets of ${key}`, targetsOf(group), expectedTargets(wish, serviceOf(group)), complain);
    if (group.status !== 'ACTIVE') complain(`group of ${key} is ${group.status}`);
    if ([...group.targets.values()].some(({ status }) => status === 'DRAINING'))
      complain(`group of ${key} drains for ever`);
  }
  const keys = new Set(groups.map(keyOfGroup));
  for (const key of needed) if (!keys.has(key)) complain(`${key} has no group`);
  for (const key of exported) {
    const name = key.slice('export '.length);
    const exists = [...wish.services.values()].some(
      ({ metadata }) => `${metadata.namespace}/${metadata.name}` === name,
    );
    if (exists && !keys.has(key)) complain(`${key} has no group`);
  }
}

function keyOfGroup(group: TargetGroup): string {
  const route = routeOf(group);
  return route === undefined ? backendOf(group) : `${route} ${backendOf(group)}`;
}

function checkNetwork(state: RegionState, { defaultNetwork, vpcId }: Cluster, complain: Complain): void {
  if (defaultNetwork === undefined) return;
  const network = [...state.serviceNetworks.values()].find(({ name }) => name === defaultNetwork);
  if (network === undefined) {
    complain(`the default network ${defaultNetwork} is not there`);
    return;
  }
  const association = [...state.vpcAssociations.values()].find((one) => one.vpcId === vpcId);
  if (association?.serviceNetworkId !== network.id || association.status !== 'ACTIVE') {
    complain(`the VPC is not in the default network ${defaultNetwork}`);
  }
}

function compare(
  what: string,
  actual: readonly unknown[],
  expected: readonly unknown[],
  complain: Complain,
): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) complain(`${what} are ${is}, and should be ${should}`);
}
