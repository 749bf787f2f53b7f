import type { RegionState, Service, ServiceNetwork } from '../../../src/local/state/state.ts';
import { isAssociated, routeOf, tagOf } from '../actual.ts';
import type { Cluster } from '../cluster.ts';
import { nothingWanted } from '../intent.ts';
import type { Intent } from '../intent.ts';
import { isOwn } from '../owner.ts';
import { expectedPolicies } from '../policies.ts';
import type { Effect, World } from '../world.ts';

/** What was to be protected all the time is closed at every instant, but for whom some wish lets in. */
export function checkProtection(world: World, { cluster, operation, before, after }: Effect): void {
  if (before.services === after.services && before.serviceNetworks === after.serviceNetworks) return;
  const wishes = cluster.intents().slice(cluster.epoch);
  const judge = (place: string, name: string, { authType, authPolicy }: Protected): void => {
    const documents = wishes.map((wish) => expectedPolicies(wish).auth.get(place));
    if (documents.includes(undefined)) return;
    const isClosed =
      authType === 'AWS_IAM' && (authPolicy === undefined || documents.includes(authPolicy.policy));
    if (isClosed) return;
    world.trace.problem(
      `policies: after ${operation} by ${cluster.name}, ${name} is ${textOf({ authType, authPolicy })}, which no wish has`,
    );
  };
  for (const { id, ...service } of ownServices(world, cluster, after)) {
    if (before.services.get(id) === after.services.get(id) || !isAssociated(after, id)) continue;
    judge(`route ${routeOf({ id, ...service })}`, service.name, service);
  }
  for (const network of after.serviceNetworks.values()) {
    if (before.serviceNetworks.get(network.id) !== network)
      judge(`network ${network.name}`, network.name, network);
  }
}

/** Logs that were wanted all the time go on, and nobody else's end. */
export function checkSubscriptions(world: World, { cluster, operation, before, after }: Effect): void {
  if (before.accessLogSubscriptions === after.accessLogSubscriptions) return;
  const wishes = cluster.intents().slice(cluster.epoch);
  for (const subscription of before.accessLogSubscriptions.values()) {
    if (after.accessLogSubscriptions.has(subscription.id)) continue;
    // It goes with its service.
    if (subscription.resourceId.startsWith('svc-') && !after.services.has(subscription.resourceId)) continue;
    const name = tagOf(subscription, 'AccessLogPolicy') ?? '';
    const isOurs = tagOf(subscription, 'ManagedBy') === cluster.managedBy;
    const wanted = wishes.map((wish) => expectedPolicies(wish).logs.get(name));
    const [first] = wanted;
    const isWanted =
      first !== undefined && wanted.every((one) => one?.place === first.place && one.to === first.to);
    if (isOurs && !isWanted) continue;
    world.trace.problem(
      `policies: ${cluster.name} ended the log of ${name} by ${operation}, ${isOurs ? 'which was wanted all the time' : 'which is not its own'}`,
    );
  }
}

/** When nothing happens any more, policies are in force as they are written. */
export function checkPolicies(world: World, cluster: Cluster): void {
  const state = world.account.state();
  const wish = cluster.intents().at(-1) ?? nothingWanted;
  const complain = (what: string): void => world.trace.problem(`policies: ${cluster.name}: ${what}`);
  const { auth, keepers } = expectedPolicies(wish);
  const judge = (place: string, name: string, holder: Protected): void => {
    const document = auth.get(place);
    if (document === undefined && [...keepers].some((keeper) => keeper.startsWith('IAM'))) return;
    const is = textOf(holder);
    const should = textOf(
      document === undefined
        ? { authType: 'NONE' }
        : { authType: 'AWS_IAM', authPolicy: { policy: document } },
    );
    if (is !== should) complain(`${name} is ${is}, and should be ${should}`);
  };
  for (const service of ownServices(world, cluster, state)) {
    judge(`route ${routeOf(service)}`, `service ${service.name}`, service);
  }
  if (hadPolicies(cluster)) {
    for (const network of state.serviceNetworks.values()) {
      judge(`network ${network.name}`, `network ${network.name}`, network);
    }
  }
  checkLogs({ state, wish, cluster }, complain);
}

type Protected = Pick<Service | ServiceNetwork, 'authType'> & {
  readonly authPolicy?: { readonly policy: string } | undefined;
};

function textOf({ authType, authPolicy }: Protected): string {
  return `${authType}${authPolicy === undefined ? '' : ` with ${authPolicy.policy}`}`;
}

function ownServices(world: World, cluster: Cluster, state: RegionState): readonly Service[] {
  return [...state.services.values()].filter(
    (service) => isOwn(world, cluster, service) && service.status !== 'DELETE_IN_PROGRESS',
  );
}

/** Only one cluster of a world has policies on networks. */
function hadPolicies(cluster: Cluster): boolean {
  return cluster
    .intents()
    .some(({ authPolicies }) =>
      [...authPolicies.values()].some(({ spec }) => spec.targetRef.kind === 'Gateway'),
    );
}

function checkLogs(
  { state, wish, cluster }: { readonly state: RegionState; readonly wish: Intent; readonly cluster: Cluster },
  complain: (what: string) => void,
): void {
  const { logs, keepers } = expectedPolicies(wish);
  const ever = cluster.intents().at(-1)?.ever ?? new Set();
  const found = new Map<string, string[]>();
  for (const subscription of state.accessLogSubscriptions.values()) {
    const name = tagOf(subscription, 'AccessLogPolicy') ?? '';
    const isOurs =
      tagOf(subscription, 'ManagedBy') === cluster.managedBy && ever.has(`AccessLogPolicy ${name}`);
    if (!isOurs || keepers.has(`AccessLogPolicy ${name.slice('default/'.length)}`)) continue;
    const service = state.services.get(subscription.resourceId);
    const network = state.serviceNetworks.get(subscription.resourceId);
    const place = service === undefined ? `network ${network?.name}` : `route ${routeOf(service)}`;
    found.set(name, [...(found.get(name) ?? []), `${place} to ${subscription.destinationArn}`]);
  }
  for (const name of new Set([...found.keys(), ...logs.keys()])) {
    const wanted = logs.get(name);
    const network = wanted?.place.replace(/^network /, '');
    const exists = wanted?.place.startsWith('route ') === true || isNetwork(state, network ?? '');
    const should = wanted === undefined || !exists ? '' : `${wanted.place} to ${wanted.to}`;
    const is = (found.get(name) ?? []).join(' and ');
    if (is !== should) complain(`${name} logs "${is}", and should log "${should}"`);
  }
}

function isNetwork({ serviceNetworks }: RegionState, name: string): boolean {
  return [...serviceNetworks.values()].some((network) => network.name === name);
}
