import { kinds } from '../../../src/kinds/kinds.ts';
import { isRecord } from '../../../src/kinds/record.ts';
import type { Kind, KubeObject } from '../../../src/kinds/object.ts';
import { isStatus } from '../../../src/kube/errors.ts';
import type { RegionState, Service } from '../../../src/local/state/state.ts';
import { answerText, backendOf, outcomeOf, routeOf, tagOf, targetsOf } from '../actual.ts';
import type { Cluster } from '../cluster.ts';
import type { Effect, World } from '../world.ts';
import {
  answerAt,
  backendText,
  expectedPlaces,
  isReached,
  landProbes,
  namesOf,
  portsOf,
  targetsIn,
} from './expected.ts';
import type { Ages, ExpectedPlace } from './expected.ts';
import type { LandRoute, Landscape } from './landscape.ts';

/** What people of a landscape have wanted since all was last well, the present last. */
export interface History {
  readonly lands: readonly Landscape[];
  readonly ages: Ages;
  /** All was well once: what people want all the time is there all the time. */
  readonly isServed: boolean;
}

/** When nothing happens any more, requests get what people want, and nothing is left over. */
export async function checkLandscape(
  world: World,
  cluster: Cluster,
  { lands, ages }: History,
): Promise<void> {
  const land = lands.at(-1);
  if (land === undefined) return;
  const state = world.account.state();
  const complain = (what: string): void => world.trace.problem(`variety: ${what}`);
  const own = [...state.services.values()].filter((each) => tagOf(each, 'ManagedBy') === cluster.managedBy);
  const places = expectedPlaces(land, ages);
  for (const place of places) {
    const found = own.filter((service) => nameOf(service) === place.name);
    const [service] = found;
    if (service === undefined || found.length > 1) {
      complain(`${place.name} has ${found.length} services`);
      continue;
    }
    if (!isReachable(state, service)) complain(`${place.name} is not in the network`);
    const { certificate } = place;
    if (certificate !== undefined && service.certificateArn !== certificate)
      complain(`${place.name} has ${service.certificateArn}, and should have ${certificate}`);
    const text = wrongAt(state, service, place);
    if (text !== undefined) complain(text);
  }
  const attached = land.routes.filter((route) => portsOf(land, route).length > 0);
  const names = new Set(attached.flatMap((route) => namesOf(land, route)));
  if (land.mapping === 'perHostname') names.add('own of main');
  for (const service of own) {
    const name = nameOf(service);
    if (!names.has(name)) complain(`service ${service.name} of ${name} is left over`);
    if (name === 'own of main') continue;
    for (const { port } of service.listeners.values()) {
      if (!places.some((place) => place.name === name && place.port === port))
        complain(`${name} has a listener on port ${port} that nobody asks for`);
    }
  }
  checkGroups(state, { cluster, land }, complain);
  await world.time.run(checkObjects(cluster, land, complain));
}

/** A request that gets the same by everything that people have wanted since all was well gets it at every moment. */
export function checkMoment(
  world: World,
  { cluster, operation, after }: Effect,
  { lands, ages, isServed }: History,
): void {
  if (!isServed || world.refused.has(cluster)) return;
  const [first, ...others] = lands.map((land) => expectedPlaces(land, ages));
  for (const place of first ?? []) {
    const same = others.map((places) =>
      places.find(({ name, port }) => name === place.name && port === place.port),
    );
    for (const probe of landProbes) {
      const answer = answerAt(place, probe);
      if (!same.every((other) => other !== undefined && answerAt(other, probe) === answer)) continue;
      const served = [...after.services.values()]
        .filter(
          (service) => nameOf(service) === place.name && tagOf(service, 'ManagedBy') === cluster.managedBy,
        )
        .filter((service) => isReachable(after, service))
        .map((service) => answerOn(after, service, place.port, probe));
      if (served.includes(answer)) continue;
      const is = served.length === 0 ? 'is not served' : `is ${served.join(' or ')}`;
      world.trace.problem(
        `variety: after ${operation}, ${probe.path} of ${place.name} on port ${place.port} ${is}, and was ${answer} all the time`,
      );
      return;
    }
  }
}

/** As expectations name it. */
function nameOf(service: Service): string {
  const { customDomainName } = service;
  if (customDomainName !== undefined) return customDomainName;
  return `own of ${tagOf(service, 'RouteName')}`;
}

function isReachable({ serviceAssociations }: RegionState, { id, status }: Service): boolean {
  return (
    status === 'ACTIVE' &&
    [...serviceAssociations.values()].some((one) => one.serviceId === id && one.status === 'ACTIVE')
  );
}

function wrongAt(state: RegionState, service: Service, place: ExpectedPlace): string | undefined {
  for (const probe of landProbes) {
    const [is, should] = [answerOn(state, service, place.port, probe), answerAt(place, probe)];
    if (is !== should) {
      const header = probe.header === undefined ? '' : ` with ${probe.header}`;
      return `${probe.path}${header} of ${place.name} on port ${place.port} is ${is}, and should be ${should}`;
    }
  }
  return undefined;
}

function answerOn(
  state: RegionState,
  service: Service,
  port: number,
  probe: (typeof landProbes)[number],
): string {
  const listener = [...service.listeners.values()].find((one) => one.port === port);
  return listener === undefined ? 'no listener' : answerText(outcomeOf(state, listener, probe));
}

function checkGroups(
  state: RegionState,
  { cluster, land }: { readonly cluster: Cluster; readonly land: Landscape },
  complain: (what: string) => void,
): void {
  const wanted = new Set(
    land.routes
      .filter((route) => portsOf(land, route).length > 0)
      .flatMap((route) =>
        route.rules.flatMap(({ backends }) =>
          backends.filter((backend) => isReached(land, route, backend)).map(({ name }) => backendText(name)),
        ),
      ),
  );
  const seen = new Set<string>();
  for (const group of state.targetGroups.values()) {
    if (tagOf(group, 'ManagedBy') !== cluster.managedBy) continue;
    const backend = backendOf(group);
    const key = [routeOf(group), tagOf(group, 'Hostname'), tagOf(group, 'ProtocolVersion'), backend].join(
      ' ',
    );
    if (seen.has(key)) complain(`${key} has several groups`);
    seen.add(key);
    if (!wanted.has(backend)) complain(`group ${group.name} of ${key} is left over`);
    else {
      const [is, should] = [targetsOf(group).join(), targetsIn(land, backend).join()];
      if (is !== should) complain(`targets of ${key} are ${is}, and should be ${should}`);
    }
  }
}

const routeKinds = [kinds.HTTPRoute, kinds.GRPCRoute, kinds.TLSRoute];

async function checkObjects(
  cluster: Cluster,
  land: Landscape,
  complain: (what: string) => void,
): Promise<void> {
  for (const kind of [...routeKinds, kinds.Gateway, kinds.ListenerSet, kinds.Namespace]) {
    for (const object of await listed(cluster, kind)) {
      if (object.metadata.deletionTimestamp !== undefined)
        complain(`${kind.kind} ${object.metadata.name} is being deleted and does not go`);
    }
  }
  for (const route of land.routes) {
    const kind = kinds[route.kind];
    const found = (await listed(cluster, kind)).find(
      ({ metadata }) => metadata.name === route.name && metadata.namespace === route.namespace,
    );
    const told = found === undefined ? new Map<string, string>() : conditionsIn(found);
    for (const [type, status] of conditionsOf(land, route)) {
      if (told.get(type) !== status)
        complain(`${route.kind} ${route.name} says ${type}=${told.get(type)}, and it is ${status}`);
    }
  }
}

async function listed({ user }: Cluster, kind: Kind): Promise<readonly KubeObject[]> {
  try {
    return (await user.list(kind, {}, new AbortController().signal)).items;
  } catch (error) {
    if (isStatus(error, 404)) return [];
    throw error;
  }
}

/** Those of which it can be told. */
function conditionsOf(land: Landscape, route: LandRoute): ReadonlyMap<string, string> {
  // Whose a listener set that is not there would be, nobody knows.
  if (route.listener === 'more' && !land.hasMore) return new Map();
  if (portsOf(land, route).length === 0) return new Map([['Accepted', 'False']]);
  const isWhole = route.rules.every(({ backends }) =>
    backends.every((backend) => isReached(land, route, backend)),
  );
  return new Map([['ResolvedRefs', isWhole ? 'True' : 'False']]);
}

function conditionsIn(object: KubeObject): ReadonlyMap<string, string> {
  const status = 'status' in object && isRecord(object.status) ? object.status : {};
  const parents: readonly unknown[] = Array.isArray(status['parents']) ? status['parents'] : [];
  const [parent] = parents;
  const conditions: readonly unknown[] =
    isRecord(parent) && Array.isArray(parent['conditions']) ? parent['conditions'] : [];
  return new Map(
    conditions.filter(isRecord).map((one) => [String(one['type']), String(one['status'])] as const),
  );
}
