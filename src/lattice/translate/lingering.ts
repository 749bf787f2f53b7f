import { annotations } from '../../kinds/names.ts';
import { refKey } from '../../kinds/object.ts';
import type { Route } from '../../routing/routing.ts';
import type { KnownEntry } from '../model/known.ts';
import { collectionOf, keyOf } from '../model/keys.ts';
import { tagOf } from '../model/ownership.ts';
import type { ResourceKey, TargetGroupResource } from '../model/resource.ts';
import type { WholeDraft } from './draft.ts';
import { leaveAlone, leaveAmongOthers, want } from './draft.ts';
import { homeAt } from './homes.ts';
import type { Home, Homes } from './homes.ts';
import type { Member, ServiceUnit } from './mapping.ts';
import { matchesOf, standingOn } from './standing.ts';
import { wantTargets } from './targets.ts';

/**
 * Where routes still are that are to be elsewhere. A route is told the services that serve it when all it asks for is
 * programmed; what it was told to be at serves it until it is told something else. So the word is in the cluster, and
 * neither a crash nor a restart forgets it.
 */
export interface Lingering {
  /** In services that other routes go on with, by the keys of their units. */
  readonly members: ReadonlyMap<ResourceKey, readonly Member[]>;
  /** Services that nobody else wants. */
  readonly apart: readonly Former[];
}

interface Former {
  readonly entry: KnownEntry;
  readonly routes: readonly Route[];
}

interface Where {
  readonly units: readonly ServiceUnit[];
  readonly homes: Homes;
  readonly unitsOf: (route: Route) => readonly ServiceUnit[];
}

/** `routes`: the live ones, also those of which not all is known. */
export function lingering(draft: WholeDraft, routes: readonly Route[], where: Where): Lingering {
  const members = new Map<ResourceKey, Member[]>();
  const apart = new Map<ResourceKey, { entry: KnownEntry; routes: Route[] }>();
  for (const route of routes) {
    for (const entry of leftBy(draft, route, where)) {
      const unit = where.units.find((one) => thereOf(where.homes, one)?.key === entry.key);
      draft.lingersAt.set(entry.key, unit === undefined ? 'alone' : 'amongOthers');
      if (unit === undefined) {
        const former = apart.get(entry.key) ?? { entry, routes: [] };
        apart.set(entry.key, { entry, routes: [...former.routes, route] });
        continue;
      }
      const units = where.unitsOf(route);
      const home = homeAt(where.homes, unit);
      // Nobody knows what it is to be: what is left over there may be its own.
      if (units.length === 0 && 'key' in home) {
        const because = `what ${refKey(route.ref)} wants is not fully known yet`;
        leaveAmongOthers(draft, route.ref, { service: home.key, because, mayBeThere: true });
      }
      const there = membersAt(draft, entry, route, units);
      members.set(unit.key, [...(members.get(unit.key) ?? []), ...there]);
    }
  }
  return { members, apart: [...apart.values()] };
}

/** The units with those in them that are on their way to others. */
export function withLingering(units: readonly ServiceUnit[], { members }: Lingering): readonly ServiceUnit[] {
  return members.size === 0
    ? units
    : units.map((unit) => ({ ...unit, members: [...unit.members, ...(members.get(unit.key) ?? [])] }));
}

/** What a route was told to be at, is there, and is none of those that it is to be at now. */
function leftBy(draft: WholeDraft, route: Route, { homes, unitsOf }: Where): readonly KnownEntry[] {
  const told = toldArns(route);
  if (told.length === 0) return [];
  const present = new Set(unitsOf(route).map((unit) => thereOf(homes, unit)?.arn));
  if (told.every((arn) => present.has(arn)) || sharesGroups(route)) return [];
  return draft.services.filter(
    ({ arn, owner, fact }) =>
      arn !== undefined &&
      told.includes(arn) &&
      !present.has(arn) &&
      owner === 'ours' &&
      !(fact?.lifecycle.phase === 'inProgress' && fact.lifecycle.of === 'delete'),
  );
}

/** The services that serve a route, as it was told when all that it asked for was programmed. */
export function toldArns({ object }: Route): readonly string[] {
  const of = object.metadata.annotations ?? {};
  return [of[annotations.serviceArn], ...(of[annotations.serviceArns] ?? '').split(',')].flatMap((arn) =>
    arn === undefined || arn === '' ? [] : [arn],
  );
}

/** A target group that somebody else made serves one service only: until the old one lets it go, no new one gets it. */
function sharesGroups({ rules }: Route): boolean {
  return rules.some(({ backends }) =>
    backends.some((backend) => backend.state === 'resolved' && backend.target.kind === 'import'),
  );
}

function thereOf(homes: Homes, unit: ServiceUnit): Home['there'] {
  const home = homeAt(homes, unit);
  return 'key' in home ? home.there : undefined;
}

/**
 * A member for each port at which the service says anything of the route: that it goes on saying, in the words in which it
 * does, and nothing else. What is not read yet is guessed, so that nothing behind it goes; nobody writes to it. What cannot
 * be said any more is judged whole.
 */
function membersAt(
  draft: WholeDraft,
  { key }: KnownEntry,
  route: Route,
  units: readonly ServiceUnit[],
): readonly Member[] {
  const like = memberLike(route, units);
  if (like === undefined) return [];
  const matches = matchesOf(route);
  if (matches === undefined) return [like];
  const { collections } = draft.known;
  const listeners = draft.listenersOf.get(key) ?? [];
  const members = listeners.flatMap(({ key: listener, fact }): readonly Member[] => {
    if (fact?.type !== 'listener') return [];
    const { port, protocol } = fact.spec;
    const wanted = like.listeners.find((one) => one.port === port && one.protocol === protocol);
    const here = [wanted ?? { port, protocol, terminates: false }];
    const standing = standingOn(draft, listener, matches);
    const isRead = collections.get(collectionOf.rules(listener))?.state === 'known';
    return [
      ...(Object.keys(standing).length === 0 ? [] : [{ ...like, listeners: here, standing }]),
      ...(isRead ? [] : [{ ...like, listeners: here }]),
    ];
  });
  if (collections.get(collectionOf.listeners(key))?.state === 'known') return members;
  const seen = new Set(members.flatMap((member) => member.listeners.map(({ port }) => port)));
  return [...members, { ...like, listeners: like.listeners.filter(({ port }) => !seen.has(port)) }];
}

/** It is reached there as it is to be reached elsewhere. */
function memberLike(route: Route, units: readonly ServiceUnit[]): Member | undefined {
  const present = units.flatMap(({ members }) =>
    members.filter((member) => refKey(member.route.ref) === refKey(route.ref)),
  );
  const [first] = present;
  if (first === undefined) return undefined;
  const byPort = new Map(
    present.flatMap(({ listeners }) => listeners).map((listener) => [listener.port, listener]),
  );
  const listeners = [...byPort.values()].toSorted((a, b) => a.port - b.port);
  return { ...first, listeners, isLingering: true };
}

/** Leaves what serves until its successor does as it is, but for the pods behind it, which come and go meanwhile. */
export function keepApart(draft: WholeDraft, { apart }: Lingering): void {
  for (const { entry, routes } of apart) {
    const because = `it serves until what is to take its place for ${routes.map(({ ref }) => refKey(ref)).join(', ')} is programmed`;
    leaveAlone(draft, { type: 'service', key: entry.key, because, askers: [] });
    for (const group of draft.groupsOf.get(entry.key) ?? []) keepGroup(draft, group, { routes, because });
  }
}

function keepGroup(
  draft: WholeDraft,
  group: KnownEntry,
  { routes, because }: { readonly routes: readonly Route[]; readonly because: string },
): void {
  const { key, tags, fact } = group;
  if (draft.entries.has(key)) return;
  for (const route of routes) {
    for (const backend of route.rules.flatMap(({ backends }) => backends)) {
      if (backend.state !== 'resolved' || backend.target.kind !== 'service') continue;
      const { ref, target } = backend;
      const isIt =
        tagOf(tags, 'ServiceName') === ref.name &&
        tagOf(tags, 'ServiceNamespace') === ref.namespace &&
        (tagOf(tags, 'ServicePort') ?? String(target.port)) === String(target.port);
      if (!isIt || fact?.type !== 'targetGroup') continue;
      const resource: TargetGroupResource = {
        type: 'targetGroup',
        key,
        spec: fact.spec,
        tags,
        for: [route.ref],
      };
      want(draft, resource);
      wantTargets(draft, resource, target.endpoints);
      return;
    }
  }
  leaveAlone(draft, { type: 'targetGroup', key, because, askers: [] });
  leaveAlone(draft, { type: 'targets', key: keyOf.targets(key), because, askers: [] });
}
