import type { Finding } from '../../findings/finding.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import { matchKey } from '../model/keys.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { Claim } from './claims.ts';
import type { Draft } from './draft.ts';
import type { Home } from './homes.ts';
import type { Member, ServiceUnit } from './mapping.ts';
import { isServiceName } from './names.ts';
import type { Quotas } from './quotas.ts';
import type { LatticeAction, TranslatedRoute } from './rules.ts';

/** What keeps any route out of a service: its name, or its hostname, is somebody else's. */
export function claimRefusals(unit: ServiceUnit, claim: Claim, { route }: Member): readonly Finding[] {
  const at = { object: route.ref };
  const { name, nameTakenBy, hostnameTakenBy } = claim;
  return [
    ...(isServiceName(name) ? [] : [{ code: 'serviceNameNotExpressible', at, name } as const]),
    ...(nameTakenBy === undefined ? [] : [{ code: 'serviceNameTaken', at, name, by: nameTakenBy } as const]),
    ...(hostnameTakenBy === undefined || unit.hostname === undefined
      ? []
      : [{ code: 'hostnameTaken', at, hostname: unit.hostname, by: hostnameTakenBy } as const]),
  ];
}

/** What people chose after their service was made: Lattice renames none. */
export function nameFindings(
  { known }: Draft,
  { nameIsChosen, owner }: ServiceUnit,
  { home: { key, inTheWay }, name }: { readonly home: Home; readonly name: string },
): readonly Finding[] {
  if (inTheWay !== undefined) {
    return [{ code: 'serviceMadeAnew', at: { object: owner.ref }, name, ...inTheWay }];
  }
  const there = known.entries.get(key);
  if (!nameIsChosen || there?.owner !== 'ours' || there.name === undefined || there.name === name) return [];
  return [{ code: 'serviceNameKept', at: { object: owner.ref }, name, kept: there.name }];
}

/**
 * What the routes of one service have taken so far: the oldest come first, and one that does not fit any more is refused
 * alone.
 */
export interface Occupancy {
  readonly unit: ServiceUnit;
  readonly quotas: Quotas;
  /** Whose port it is: a port serves routes of one kind, and of TLS one route. */
  readonly ports: Map<number, Member>;
  readonly matches: Map<number, Set<string>>;
  readonly groups: Set<ResourceKey>;
}

export function emptyService(unit: ServiceUnit, quotas: Quotas): Occupancy {
  return { unit, quotas, ports: new Map(), matches: new Map(), groups: new Set() };
}

/** Takes the room that a route needs, or says what keeps it out and takes nothing. */
export function occupy(
  { unit, quotas, ports, matches, groups }: Occupancy,
  member: Member,
  { rules, actions }: TranslatedRoute,
): readonly Finding[] {
  const at = { object: member.route.ref };
  const wrongPort = member.listeners.map(({ port }) => ports.get(port)).find((by) => excludes(by, member));
  if (wrongPort !== undefined) {
    return [{ code: 'hostnameTaken', at, hostname: unit.hostname ?? '*', by: wrongPort.route.ref }];
  }
  const own = rules.flatMap((rule) => rule.matches.map(matchKey));
  const rulesAt = member.listeners.map(
    ({ port }) => [port, new Set([...(matches.get(port) ?? []), ...own])] as const,
  );
  const allPorts = new Set([...ports.keys(), ...member.listeners.map(({ port }) => port)]);
  const allGroups = new Set([...groups, ...actions.flatMap(groupsOf)]);
  const counts = [
    { what: 'listeners', count: allPorts.size, limit: quotas.listenersPerService },
    {
      what: 'rules',
      count: Math.max(0, ...rulesAt.map(([, keys]) => keys.size)),
      limit: quotas.rulesPerListener,
    },
    { what: 'targetGroups', count: allGroups.size, limit: quotas.targetGroupsPerService },
  ] as const;
  const tooMany = counts.filter(({ count, limit }) => count > limit);
  if (tooMany.length > 0) {
    return tooMany.map(({ what, count, limit }) => ({ code: 'tooMany', at, what, count, limit }));
  }
  for (const { port } of member.listeners) if (!ports.has(port)) ports.set(port, member);
  for (const [port, keys] of rulesAt) matches.set(port, keys);
  for (const group of allGroups) groups.add(group);
  return [];
}

function excludes(by: Member | undefined, { route }: Member): by is Member {
  return (
    by !== undefined &&
    !isSame(by.route.ref, route.ref) &&
    (by.route.kind !== route.kind || route.kind === 'TLSRoute')
  );
}

function isSame(one: ObjectRef, other: ObjectRef): boolean {
  return refKey(one) === refKey(other);
}

function groupsOf(action: LatticeAction): readonly ResourceKey[] {
  return action.state === 'known' && action.action.kind === 'forward'
    ? action.action.groups.map(({ group }) => group.ref)
    : [];
}
