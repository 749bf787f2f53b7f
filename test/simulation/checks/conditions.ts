import { annotations } from '../../../src/kinds/names.ts';
import { decode } from '../../../src/kinds/decode.ts';
import { kinds } from '../../../src/kinds/kinds.ts';
import type { KubeObject } from '../../../src/kinds/object.ts';
import type { KnownKind } from '../../../src/kinds/shape.ts';
import { backendOf, routeOf, tagOf } from '../actual.ts';
import type { Cluster } from '../cluster.ts';
import { expectedRoutes, isThere } from '../expected.ts';
import type { Share } from '../expected.ts';
import { expectedPolicies } from '../policies.ts';
import { nothingWanted } from '../intent.ts';
import type { World } from '../world.ts';

/** When nothing happens any more, the objects in the cluster say how things are, of their latest generation. */
export async function checkConditions(world: World, cluster: Cluster): Promise<void> {
  const wish = cluster.intents().at(-1) ?? nothingWanted;
  const state = world.account.state();
  const complain = (object: KubeObject, what: string): void =>
    world.trace.problem(`conditions: ${cluster.name}: ${object.kind} ${object.metadata.name} ${what}`);
  const list = async <T extends KubeObject>(kind: KnownKind<T>): Promise<readonly T[]> => {
    const { items } = await cluster.user.list(kind, {}, new AbortController().signal);
    return items.flatMap((item) => {
      const decoded = decode(kind, item);
      return 'ok' in decoded ? [decoded.ok] : [];
    });
  };
  const expect = (
    object: KubeObject,
    found: readonly Condition[],
    wanted: Readonly<Record<string, string>>,
  ): void => {
    for (const [type, status] of Object.entries(wanted)) {
      const condition = found.find((one) => one.type === type);
      if (condition?.status !== status) {
        complain(
          object,
          `says ${type}=${condition?.status} (${condition?.reason}: ${condition?.message}), and it is ${status}`,
        );
      }
    }
    for (const { type, observedGeneration } of found) {
      if (observedGeneration !== undefined && observedGeneration !== object.metadata.generation) {
        complain(
          object,
          `says ${type} of generation ${observedGeneration}, and is at ${object.metadata.generation}`,
        );
      }
    }
  };

  const routes = await list(kinds.HTTPRoute);
  for (const route of routes) {
    if (isLeaving(route)) continue;
    const name = `${route.metadata.namespace}/${route.metadata.name}`;
    const expected = expectedRoutes(wish).get(name);
    const service = [...state.services.values()].find(
      (one) => routeOf(one) === name && tagOf(one, 'ManagedBy') === cluster.managedBy,
    );
    const told = route.status?.parents ?? [];
    const parents = route.spec.parentRefs ?? [];
    if (told.length !== parents.length)
      complain(route, `tells of ${told.length} of its ${parents.length} parents`);
    const isMissing = ({ backend }: Share): boolean =>
      !isThere(wish, backend) ||
      (backend.startsWith('export ') &&
        ![...state.targetGroups.values()].some((group) => backendOf(group) === backend));
    const unresolved = expected?.rules.some(({ backends }) => backends.some(isMissing)) === true;
    // Of a rule that never wins it may be told or not.
    const isSure = unresolved || expected?.backends.some(isMissing) !== true;
    // What keeps one parent from being programmed is told of all.
    const exists = parents.every(({ name: parent }) =>
      [...state.serviceNetworks.values()].some((network) => network.name === parent),
    );
    for (const { parentRef, conditions } of told) {
      const gateway = [...wish.gateways.values()].find(({ metadata }) => metadata.name === parentRef.name);
      if (gateway === undefined) expect(route, conditions, { Accepted: 'False' });
      else {
        expect(route, conditions, {
          Accepted: 'True',
          ...(isSure ? { ResolvedRefs: unresolved ? 'False' : 'True' } : {}),
          ...(exists ? { Programmed: 'True' } : {}),
        });
        // The name is told once it serves.
        const serves = conditions.some(({ type, status }) => type === 'Programmed' && status === 'True');
        const resolved = conditions.find(({ type }) => type === 'ResolvedRefs');
        const message = `DNS Name: ${service?.dnsEntry.domainName}`;
        if (
          resolved?.status === 'True' &&
          (serves || resolved.message !== '') &&
          resolved.message !== message
        ) {
          complain(route, `says "${resolved.message}", and it is "${message}"`);
        }
        const arn = route.metadata.annotations?.[annotations.serviceArn];
        if ((serves || arn !== undefined) && arn !== service?.arn) {
          complain(route, `names the service ${arn}, and it is ${service?.arn}`);
        }
      }
    }
  }

  for (const gateway of await list(kinds.Gateway)) {
    if (isLeaving(gateway)) continue;
    const network = [...state.serviceNetworks.values()].find(({ name }) => name === gateway.metadata.name);
    const conditions = gateway.status?.conditions ?? [];
    expect(gateway, conditions, { Accepted: 'True', Programmed: network === undefined ? 'False' : 'True' });
    const message = conditions.find(({ type }) => type === 'Programmed')?.message;
    if (network !== undefined && message !== `aws-gateway-arn: ${network.arn}`) {
      complain(gateway, `says "${message}", and its network is ${network.arn}`);
    }
    const attached = [...wish.routes.values()].filter(({ spec }) =>
      spec.parentRefs?.some(({ name }) => name === gateway.metadata.name),
    ).length;
    for (const { name, attachedRoutes } of gateway.status?.listeners ?? []) {
      if (attachedRoutes !== attached)
        complain(gateway, `listener ${name} counts ${attachedRoutes} routes of ${attached}`);
    }
  }

  const { counts } = expectedPolicies(wish);
  for (const policy of [...(await list(kinds.IAMAuthPolicy)), ...(await list(kinds.AccessLogPolicy))]) {
    if (isLeaving(policy)) continue;
    const counting = counts.get(`${policy.kind} ${policy.metadata.name}`);
    const { name, kind } = policy.spec.targetRef;
    const exists =
      kind !== 'Gateway' || [...state.serviceNetworks.values()].some((network) => network.name === name);
    if (counting === false) expect(policy, policy.status?.conditions ?? [], { Accepted: 'False' });
    else if (counting === true && exists) {
      expect(policy, policy.status?.conditions ?? [], { Accepted: 'True', Programmed: 'True' });
    }
  }

  for (const exported of await list(kinds.ServiceExport)) {
    if (isLeaving(exported)) continue;
    const name = exported.metadata.name;
    const exists = [...wish.services.values()].some(({ metadata }) => metadata.name === name);
    expect(
      exported,
      exported.status?.conditions ?? [],
      exists ? { Valid: 'True', Programmed: 'True' } : { Valid: 'False' },
    );
  }

  function isLeaving(object: KubeObject): boolean {
    if (object.metadata.deletionTimestamp === undefined) return false;
    complain(object, `is being deleted and does not go: ${object.metadata.finalizers?.join(', ')}`);
    return true;
  }
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}
