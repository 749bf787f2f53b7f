import type { Finding } from '../../findings/finding.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import type { Route } from '../../routing/routing.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { LatticeBackend } from './backends.ts';
import { translateBackends } from './backends.ts';
import { certificateFindings } from './certificates.ts';
import type { Draft } from './draft.ts';
import { leaveAllAlone, leaveAlone, want } from './draft.ts';
import type { ImportClaims } from './imports.ts';
import { keyInUse } from './key-in-use.ts';
import type { Member, ServiceUnit } from './mapping.ts';
import type { Occupancy } from './preflight.ts';
import { priorityFindings } from './priorities.ts';
import { claimRefusals, emptyService, nameFindings, occupy } from './preflight.ts';
import { routeReachFindings } from './reach.ts';
import type { LatticeAction, TranslatedRoute } from './rules.ts';
import { arrangeRules, translateRules } from './rules.ts';
import type { ServiceInput } from './service-input.ts';
import type { ListenerPlan } from './service.ts';
import { askersOf, notFound, wantService } from './service.ts';
import type { GroupUser } from './target-groups.ts';
import { unknownTargetGroupKey } from './target-groups.ts';
import { wantTargets } from './targets.ts';

/**
 * One Lattice service with the rules of its routes. A route that is not understood, or cannot be had as it is written,
 * loses nothing it has, and the others go on: a mistake in an edit must not take down what served before it. Gives the
 * routes, by `refKey`, of which not all wishes are known.
 */
export function expressService(
  draft: Draft,
  imports: ImportClaims,
  input: ServiceInput,
): ReadonlySet<string> {
  const { unit, claim, certificate } = input;
  const inUse = keyInUse(draft, unit);
  const open = new Set<string>();
  const undecided =
    'key' in inUse && certificate.state === 'open' && !exists(draft, inUse.key) ? certificate : inUse;
  if ('because' in undecided) {
    const { because } = undecided;
    for (const { route } of unit.members) {
      leaveAllAlone(draft, route.ref, because);
      open.add(refKey(route.ref));
    }
    leaveAlone(draft, { type: 'service', key: unit.key, because, askers: askersOf(unit) });
    return open;
  }
  const { key } = undecided;
  const occupancy = emptyService(unit, draft.settings.quotas);
  const expressed = unit.members.map((member) =>
    expressMember(draft, member, { ...input, imports, key, occupancy }),
  );
  const served = expressed.filter(({ held }) => held === undefined);
  // Before anything is left alone: a route that is refused keeps its pods in the groups it has.
  for (const { backends, held } of expressed) {
    wantGroups(draft, backends, (group) => held === undefined || exists(draft, group));
  }
  const isAddress = unit.form === 'perHostname' && unit.hostname === undefined;
  const isWanted = served.length > 0 || isAddress;
  for (const { member, held } of expressed) {
    if (held === undefined) continue;
    open.add(refKey(member.route.ref));
    leaveMemberAlone(draft, { unit, key, member, because: held, alone: !isWanted });
  }
  if (isWanted) {
    const { listeners, notes } = listenersOf(served);
    const all = [...listeners, ...idleListeners(draft, unit, listeners)];
    draft.findings.push(
      ...notes,
      ...certificateFindings(draft, unit, { key, certificate }),
      ...nameFindings(draft, unit, { key, name: claim.name }),
    );
    wantService(draft, {
      ...input,
      key,
      name: claim.name,
      listeners: all,
      complete: expressed.every(
        ({ held, backends }) =>
          held === undefined && backends.every(({ state }) => state !== 'unresolved' && state !== 'unknown'),
      ),
    });
  }
  for (const { member, translated } of served) {
    if (!translated.actions.some(({ state }) => state === 'unknown')) continue;
    open.add(refKey(member.route.ref));
    leaveUnresolvedGroupsAlone(draft, userOf(unit, member));
  }
  return open;
}

interface Expressed {
  readonly member: Member;
  readonly backends: readonly LatticeBackend[];
  readonly translated: TranslatedRoute;
  /** Why the route stays as it is. */
  readonly held?: string;
}

interface MemberContext extends ServiceInput {
  readonly imports: ImportClaims;
  readonly key: ResourceKey;
  readonly occupancy: Occupancy;
}

function expressMember(
  draft: Draft,
  member: Member,
  { unit, key, claim, imports, held, occupancy }: MemberContext,
): Expressed {
  const { route } = member;
  const user = userOf(unit, member);
  const perRule = route.rules.map(({ index: rule }) =>
    translateBackends(draft, imports, { user, rule, serviceKey: key }),
  );
  const translated = translateRules(
    route,
    {
      pathPrefix: member.pathPrefix,
      headerValues: unit.form === 'perHostname' ? 'exactCase' : 'anyCase',
      priorities: unit.form === 'perHostname' ? 'ofTheGatewayApi' : 'asChosen',
    },
    (rule) => perRule[rule] ?? [],
  );
  const backends = perRule.flat();
  const heldAlready = held[refKey(route.ref)];
  const own = [...translated.refusals, ...claimRefusals(unit, claim, member)];
  const refusals = own.length > 0 || heldAlready !== undefined ? own : occupy(occupancy, member, translated);
  draft.findings.push(
    ...refusals,
    ...importFindings(backends),
    ...routeReachFindings(draft, route, perRule),
    ...translated.notes,
    ...priorityFindings(route, unit.form),
  );
  const because = refusals.length > 0 ? cannotBeExpressed : heldAlready;
  return { member, backends, translated, ...(because === undefined ? {} : { held: because }) };
}

/** Why a refused route is left alone. */
export const cannotBeExpressed = 'the route cannot be expressed as it is written';

function importFindings(backends: readonly LatticeBackend[]): readonly Finding[] {
  return backends.flatMap((backend) =>
    backend.state === 'unresolved' && backend.finding !== undefined ? [backend.finding] : [],
  );
}

function userOf({ groupTags, owner }: ServiceUnit, { route }: Member): GroupUser {
  return { route, owner, ...(groupTags === undefined ? {} : { groupTags }) };
}

/** By port: HTTP and gRPC have rules and answer 404 otherwise, TLS has nothing but where everything goes. */
function listenersOf(served: readonly Expressed[]): {
  readonly listeners: readonly ListenerPlan[];
  readonly notes: readonly Finding[];
} {
  const notes = new Map<string, Finding>();
  const ports = new Map<number, Expressed[]>();
  for (const one of served) {
    for (const { port } of one.member.listeners) ports.set(port, [...(ports.get(port) ?? []), one]);
  }
  const listeners = [...ports]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([port, here]): readonly ListenerPlan[] => {
      const [first] = here;
      const protocol = first?.member.listeners.find((listener) => listener.port === port)?.protocol;
      if (first === undefined || protocol === undefined) return [];
      const routes = here.map(({ member }) => member.route.ref);
      const arranged = arrangeRules(here.flatMap(({ translated }) => translated.rules));
      for (const note of arranged.notes) notes.set(JSON.stringify(note), note);
      const otherwise: LatticeAction | undefined =
        protocol === 'TLS_PASSTHROUGH' ? passed(first) : { state: 'known', action: notFound };
      return otherwise === undefined ? [] : [{ port, protocol, rules: arranged.rules, otherwise, routes }];
    });
  return { listeners, notes: [...notes.values()] };
}

/** Where no route is, there is nothing: 404. As many ports as the quota leaves room for. */
function idleListeners(
  { settings }: Draft,
  { ownListeners, owner }: ServiceUnit,
  served: readonly ListenerPlan[],
): readonly ListenerPlan[] {
  const room = Math.max(0, settings.quotas.listenersPerService - served.length);
  return ownListeners
    .filter(({ port }) => served.every((listener) => listener.port !== port))
    .slice(0, room)
    .map(({ port, protocol }) => ({
      port,
      protocol,
      rules: [],
      otherwise: { state: 'known', action: notFound },
      routes: [owner.ref],
    }));
}

/** Lattice cannot answer for what it does not see: without a backend there is no listener. */
function passed({ translated: { actions } }: Expressed): LatticeAction | undefined {
  const [action] = actions;
  return action?.state === 'known' && action.action.kind === 'fixedResponse' ? undefined : action;
}

function wantGroups(
  draft: Draft,
  backends: readonly LatticeBackend[],
  wanted: (key: ResourceKey) => boolean,
): void {
  for (const backend of backends) {
    if (backend.state !== 'group' || backend.own === undefined || !wanted(backend.own.resource.key)) continue;
    want(draft, backend.own.resource);
    wantTargets(draft, backend.own.resource, backend.own.endpoints);
  }
}

function exists(draft: Draft, key: ResourceKey): boolean {
  const state = draft.known.entries.get(key)?.state;
  return state !== undefined && state !== 'gone' && state !== 'unseen';
}

function leaveUnresolvedGroupsAlone(draft: Draft, user: GroupUser): void {
  const { route } = user;
  for (const backend of route.rules.flatMap(({ backends }) => backends)) {
    if (backend.state !== 'unknown') continue;
    const key = unknownTargetGroupKey(draft, user, backend);
    const { because } = backend;
    if (key !== undefined) leaveAlone(draft, { type: 'targetGroup', key, because, askers: [route.ref] });
  }
  leaveAllAlone(draft, route.ref, 'a backend of the route is not known yet');
}

interface Left {
  readonly unit: ServiceUnit;
  readonly key: ResourceKey;
  readonly member: Member;
  readonly because: string;
  /** No other route wants the service. */
  readonly alone: boolean;
}

/**
 * Where others go on, the route's own rules are not known by themselves after a start: a key that stands for what the
 * route has there says that nothing of the service may be taken for left over.
 */
function leaveMemberAlone(draft: Draft, { unit, key, member, because, alone }: Left): void {
  const { ref } = member.route;
  const stand = alone ? key : `${key}?of=${refKey(ref)}`;
  leaveAlone(draft, { type: 'service', key: stand, because, askers: alone ? askersOf(unit) : [ref] });
  leaveAllAlone(draft, ref, because);
}

/** A route that is in no service, or of which nobody knows in which. */
export function leaveRouteAlone(
  draft: Draft,
  { route, key, because }: { readonly route: Route; readonly key: ResourceKey; readonly because: string },
): void {
  const askers: readonly ObjectRef[] = [route.ref];
  leaveAlone(draft, { type: 'service', key, because, askers });
  leaveAllAlone(draft, route.ref, because);
}
