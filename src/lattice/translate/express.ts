import type { Finding } from '../../findings/finding.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import type { Route } from '../../routing/routing.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { LatticeBackend } from './backends.ts';
import { translateBackends } from './backends.ts';
import { certificateFindings } from './certificates.ts';
import type { Draft } from './draft.ts';
import { leaveAllAlone, leaveAlone, leaveAmongOthers, want } from './draft.ts';
import type { ImportClaims } from './imports.ts';
import type { Home } from './homes.ts';
import { toldArns } from './lingering.ts';
import { idleListeners, listenersOf } from './listeners-of.ts';
import type { Served } from './listeners-of.ts';
import type { Member, ServiceUnit } from './mapping.ts';
import type { Occupancy } from './preflight.ts';
import { priorityFindings } from './priorities.ts';
import { claimRefusals, emptyService, nameFindings, occupy } from './preflight.ts';
import { routeReachFindings } from './reach.ts';
import type { Comparison } from './headers.ts';
import type { TranslatedRoute } from './rules.ts';
import { translateRules } from './rules.ts';
import type { ServiceInput } from './service-input.ts';
import { askersOf, wantService } from './service.ts';
import { translateStanding } from './standing.ts';
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
  const { unit, home, claim, certificate } = input;
  const open = new Set<string>();
  const undecided =
    'key' in home && certificate.state === 'open' && !exists(draft, home.key) ? certificate : home;
  if ('because' in undecided) {
    const { because } = undecided;
    for (const { route, isLingering } of unit.members) {
      if (isLingering === true) continue;
      leaveAllAlone(draft, route.ref, because);
      open.add(refKey(route.ref));
    }
    leaveAlone(draft, { type: 'service', key: unit.key, because, askers: askersOf(unit) });
    return open;
  }
  const { key } = undecided;
  const name = undecided.name ?? claim.name;
  const occupancy = emptyService(unit, draft.settings.quotas);
  const expressed = unit.members.map((member) =>
    expressMember(draft, member, { ...input, imports, home: undecided, occupancy }),
  );
  const served = expressed.filter(({ held }) => held === undefined);
  // Before anything is left alone: a route that is refused keeps its pods in the groups it has.
  for (const { backends, held, isRoomless } of expressed) {
    if (isRoomless) continue;
    wantGroups(draft, backends, (group) => held === undefined || exists(draft, group));
  }
  const isAddress = unit.form === 'perHostname' && unit.hostname === undefined;
  const isWanted = served.some(({ member }) => member.isLingering !== true) || isAddress;
  for (const { member, held, isRoomless } of expressed) {
    if (held === undefined || isRoomless) continue;
    open.add(refKey(member.route.ref));
    leaveMemberAlone(draft, { unit, home: undecided, member, because: held, alone: !isWanted });
  }
  if (isWanted) {
    const { listeners, notes } = listenersOf(served, unit.owner.ref);
    const all = [...listeners, ...idleListeners(draft, unit, listeners)];
    draft.findings.push(
      ...notes,
      ...certificateFindings(draft, unit, { key, certificate }),
      ...nameFindings(draft, unit, { home: undecided, name }),
    );
    wantService(draft, {
      ...input,
      home: undecided,
      name,
      listeners: all,
      complete: expressed.every(
        ({ member, held, backends }) =>
          member.isLingering === true ||
          (held === undefined &&
            backends.every(({ state }) => state !== 'unresolved' && state !== 'unknown')),
      ),
    });
  }
  for (const { member, translated } of served) {
    if (!translated.actions.some(({ state }) => state === 'unknown')) continue;
    open.add(refKey(member.route.ref));
    leaveUnresolvedGroupsAlone(draft, userOf({ ...input, home: undecided }, member));
  }
  return open;
}

interface Expressed extends Served {
  readonly backends: readonly LatticeBackend[];
  /** Why the route stays as it is. */
  readonly held?: string;
  /** It leaves anyway, and there is no room for it among those that stay. */
  readonly isRoomless: boolean;
}

interface MemberContext extends Omit<ServiceInput, 'home'> {
  readonly imports: ImportClaims;
  readonly home: Home;
  readonly occupancy: Occupancy;
}

function expressMember(
  draft: Draft,
  member: Member,
  { unit, home, isMoving, claim, imports, held, occupancy }: MemberContext,
): Expressed {
  const { route } = member;
  const user = userOf({ unit, home, isMoving }, member);
  const perRule = route.rules.map(({ index: rule }) =>
    translateBackends(draft, imports, { user, rule, serviceKey: home.key }),
  );
  const translated = translateMember(member, unit, (rule) => perRule[rule] ?? []);
  const isHere = (rule: number): boolean =>
    member.standing === undefined || translated.rules.some((one) => one.rule === rule);
  const backends = perRule.flatMap((ofRule, i) => (isHere(i) ? ofRule : []));
  const heldAlready = held[refKey(route.ref)];
  const own = [...translated.refusals, ...claimRefusals(unit, claim, member)];
  const isLeft = own.length > 0 || heldAlready !== undefined;
  const crowded = isLeft ? [] : occupy(occupancy, member, translated);
  const refusals = [...own, ...crowded];
  // Where it is to be it is judged; here it only has to fit.
  if (member.isLingering !== true) {
    draft.findings.push(
      ...refusals,
      ...importFindings(backends),
      ...routeReachFindings(draft, route, perRule),
      ...translated.notes,
      ...priorityFindings(route, unit.form),
    );
  }
  const because = refusals.length > 0 ? cannotBeExpressed : heldAlready;
  const isRoomless = member.isLingering === true && crowded.length > 0;
  return { member, backends, translated, isRoomless, ...(because === undefined ? {} : { held: because }) };
}

function translateMember(
  { route, pathPrefix, standing }: Member,
  { form }: ServiceUnit,
  backendsOf: (rule: number) => readonly LatticeBackend[],
): TranslatedRoute {
  if (standing !== undefined) return translateStanding(route, standing, backendsOf);
  const compare: Comparison = {
    pathPrefix,
    headerValues: form === 'perHostname' ? 'exactCase' : 'anyCase',
    priorities: form === 'perHostname' ? 'ofTheGatewayApi' : 'asChosen',
  };
  return translateRules(route, compare, backendsOf);
}

/** Why a refused route is left alone. */
export const cannotBeExpressed = 'the route cannot be expressed as it is written';

function importFindings(backends: readonly LatticeBackend[]): readonly Finding[] {
  return backends.flatMap((backend) =>
    backend.state === 'unresolved' && backend.finding !== undefined ? [backend.finding] : [],
  );
}

function userOf(
  { unit, home, isMoving }: Pick<MemberContext, 'unit' | 'home' | 'isMoving'>,
  { route }: Member,
): GroupUser {
  const { groupTags, owner, hostname } = unit;
  return {
    route,
    owner,
    home,
    isMoving,
    ...(groupTags === undefined ? {} : { groupTags }),
    ...(hostname === undefined ? {} : { hostname }),
  };
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
  readonly home: Home;
  readonly member: Member;
  readonly because: string;
  /** No other route wants the service. */
  readonly alone: boolean;
}

/** Where others go on, it is there if it was told so. */
function leaveMemberAlone(draft: Draft, { unit, home, member, because, alone }: Left): void {
  const { key, there } = home;
  const { ref } = member.route;
  if (alone) leaveAlone(draft, { type: 'service', key, because, askers: askersOf(unit) });
  else {
    const mayBeThere = there?.arn !== undefined && toldArns(member.route).includes(there.arn);
    leaveAmongOthers(draft, ref, { service: key, because, mayBeThere });
  }
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
