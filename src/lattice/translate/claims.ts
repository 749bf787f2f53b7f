import { annotations } from '../../kinds/names.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import { compareAge } from '../../routing/precedence.ts';
import type { Route } from '../../routing/routing.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { ServiceUnit } from './mapping.ts';
import { isServiceName, serviceName, unlikeOthers } from './names.ts';
import type { Networks } from './networks.ts';

/** What a service gets of what only one can have, or who has it. The older route has the older claim. */
export interface Claim {
  readonly name: string;
  readonly nameTakenBy?: ObjectRef;
  /** In one of its networks. */
  readonly hostnameTakenBy?: ObjectRef;
}

/** By the key of the service. `units` come with the oldest first. */
export function claimsOf(units: readonly ServiceUnit[], networks: Networks): ReadonlyMap<ResourceKey, Claim> {
  const names = new Map<string, ObjectRef>();
  const hostnames = new Map<string, ObjectRef>();
  // A chosen name is worth more than one that we made up, and could as well make up otherwise.
  for (const { name, nameIsChosen, owner } of units) {
    if (nameIsChosen && !names.has(name)) names.set(name, owner.ref);
  }
  return new Map(
    units.map((unit) => {
      const { key, hostname, owner } = unit;
      const naming = nameFor(unit, names);
      if (naming.nameTakenBy === undefined) names.set(naming.name, owner.ref);
      const places =
        hostname === undefined ? [] : networksOf(unit, networks).map((name) => placeOf(name, hostname));
      const holder = places.map((place) => hostnames.get(place)).find((by) => by !== undefined);
      if (holder === undefined) for (const place of places) hostnames.set(place, owner.ref);
      return [key, { ...naming, ...(holder === undefined ? {} : { hostnameTakenBy: holder }) }] as const;
    }),
  );
}

/** What a service is called that belongs to a route; a chosen name is not checked yet. */
export function wantedServiceName({ ref, object }: Route): Pick<ServiceUnit, 'name' | 'nameIsChosen'> {
  const override = object.metadata.annotations?.[annotations.serviceNameOverride] ?? '';
  return override === ''
    ? { name: serviceName(ref.name, ref.namespace), nameIsChosen: false }
    : { name: override, nameIsChosen: true };
}

/** Names of the networks that a service is to be in. */
function networksOf({ gateways }: ServiceUnit, networks: Networks): readonly string[] {
  return [...new Set(gateways.flatMap((gateway) => networks.get(refKey(gateway))?.name ?? []))];
}

export function byAge(routes: readonly Route[]): readonly Route[] {
  return routes.toSorted((a, b) => compareAge(a.object, b.object));
}

function nameFor(
  { key, name, nameIsChosen, owner }: ServiceUnit,
  names: ReadonlyMap<string, ObjectRef>,
): Pick<Claim, 'name' | 'nameTakenBy'> {
  const by = names.get(name);
  const isOwn = by !== undefined && refKey(by) === refKey(owner.ref);
  if (nameIsChosen) return by === undefined || isOwn ? { name } : { name, nameTakenBy: by };
  return (by === undefined || isOwn) && isServiceName(name) ? { name } : { name: unlikeOthers(name, key) };
}

/** A custom domain name is unique within a network. */
function placeOf(network: string, hostname: string): string {
  return `${network} ${hostname.toLowerCase()}`;
}
