import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import { collectionOf, keyOf, keyOfTagged } from '../model/keys.ts';
import type { KnownEntry } from '../model/known.ts';
import { objectsNamedBy, tagOf } from '../model/ownership.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { WholeDraft } from './draft.ts';
import type { ServiceUnit } from './mapping.ts';
import { unlikeOthers } from './names.ts';
import type { Networks } from './networks.ts';
import { noHostname } from './tags.ts';

/** Which Lattice service a unit is, or is to be. */
export interface Home {
  readonly key: ResourceKey;
  /** What there is of it, as it is known. */
  readonly there?: Pick<KnownEntry, 'key' | 'arn'>;
  /** What it is to be called, where that is not what its unit says. */
  readonly name?: string;
  /** One of the chosen name is there, with another hostname or none: it goes before this one is made. */
  readonly inTheWay?: { readonly hostname?: string };
  /** Its tag `Hostname`: of what was made beside another service of its route, or for a gateway's hostname. */
  readonly hostnameTag?: string;
}

/** By the key of the unit. Undetermined while nobody knows whose a service with its hostname is. */
export type Homes = ReadonlyMap<ResourceKey, Home | { readonly because: string }>;

/**
 * A service keeps its hostname for life, so the hostname tells which service a unit is, whatever that is called and for
 * whomever it was made: first one that is its own by its tags, then one of a route or gateway of its own, then one that
 * nobody else wants. Nothing of the name's is made anew when routes change places, or the form of the mapping changes.
 * A unit that finds none gets a new one: under the plain key and name of its route where these are free, beside what has
 * them otherwise. `staying`: routes whose services are not to be touched, by `refKey`.
 */
export function homesOf(
  draft: WholeDraft,
  units: readonly ServiceUnit[],
  { networks, staying }: { readonly networks: Networks; readonly staying: ReadonlySet<string> },
): Homes {
  const taken = new Set<ResourceKey>();
  const homes = new Map<ResourceKey, Home | { readonly because: string }>();
  for (const isFitting of rounds) {
    for (const unit of units) {
      if (homes.has(unit.key)) continue;
      const found = servicesOf(draft, unit).find(
        (entry) =>
          entry.owner === 'ours' &&
          !taken.has(entry.key) &&
          isFitting({ draft, unit, entry, networks, staying }),
      );
      if (found === undefined) continue;
      taken.add(found.key);
      homes.set(unit.key, homeIn(draft, unit, found));
    }
  }
  for (const unit of units) {
    if (homes.has(unit.key)) continue;
    const isOpen = servicesOf(draft, unit).some(({ owner }) => owner === 'unread');
    const because = `whose the service with hostname ${unit.hostname} is, is being looked up`;
    homes.set(unit.key, isOpen ? { because } : newHome(draft, unit, taken));
  }
  return homes;
}

/** Those with the hostname of the unit, or with none. */
function servicesOf(draft: WholeDraft, unit: ServiceUnit): readonly KnownEntry[] {
  const { hostname } = unit;
  if (hostname !== undefined) return draft.servicesAt.get(hostname.toLowerCase()) ?? [];
  return unit.keys.flatMap((key) => {
    const entry = draft.known.entries.get(key);
    const fact = entry?.state === 'gone' ? undefined : entry?.fact;
    const isOne = fact?.type === 'service' && fact.spec.customDomainName === undefined;
    return entry !== undefined && isOne ? [entry] : [];
  });
}

interface Candidate {
  readonly draft: WholeDraft;
  readonly unit: ServiceUnit;
  readonly entry: KnownEntry;
  readonly networks: Networks;
  readonly staying: ReadonlySet<string>;
}

/** The surest first. */
const rounds: readonly ((candidate: Candidate) => boolean)[] = [
  ({ unit, entry }) => isOldest(unit, entry),
  ({ unit, entry }) => unit.keys.includes(taggedKey(entry)),
  ({ unit, entry }) => objectsNamedBy(entry.tags).some((object) => isKin(unit, object)),
  (candidate) => !isStaying(candidate) && !isElsewhere(candidate),
];

function isOldest(unit: ServiceUnit, entry: KnownEntry): boolean {
  const [first, second] = unit.keys;
  const key = taggedKey(entry);
  return key === first || key === second;
}

function isKin({ owner, members, gateways }: ServiceUnit, object: ObjectRef): boolean {
  const key = refKey(object);
  const kin = [owner.ref, ...members.map(({ route }) => route.ref), ...gateways];
  return kin.some((ref) => refKey(ref) === key);
}

function isStaying({ entry, staying }: Candidate): boolean {
  return objectsNamedBy(entry.tags).some((object) => staying.has(refKey(object)));
}

/** It is known to be in none of the unit's networks: others reach it by this name. */
function isElsewhere({ draft: { known }, unit, entry, networks }: Candidate): boolean {
  if (known.collections.get(collectionOf.serviceAssociations(entry.key))?.state !== 'known') return false;
  const names = unit.gateways.flatMap((gateway) => networks.get(refKey(gateway))?.name ?? []);
  return !names.some((name) => known.entries.has(keyOf.serviceAssociation(entry.key, name)));
}

/** As its tags call it: another key may only be what it went by before these were changed. */
function taggedKey({ key, tags }: KnownEntry): ResourceKey {
  return keyOfTagged.service(tags) ?? key;
}

/** It goes by its own key as soon as its tags say so, where no other has that. */
function homeIn({ known }: WholeDraft, unit: ServiceUnit, entry: KnownEntry): Home {
  const own = taggedKey(entry);
  const other = known.entries.get(own);
  const isFree = other === undefined || other.key === entry.key || other.state === 'gone';
  const hostnameTag = tagOf(entry.tags, 'Hostname');
  return {
    key: unit.keys.includes(own) && isFree ? own : entry.key,
    there: { key: entry.key, ...(entry.arn === undefined ? {} : { arn: entry.arn }) },
    ...(hostnameTag === undefined ? {} : { hostnameTag }),
  };
}

/** Beside what has the plain key or name, if anything: also while that is being made, or goes. */
function newHome(
  { known, servicesNamed }: WholeDraft,
  unit: ServiceUnit,
  taken: ReadonlySet<ResourceKey>,
): Home {
  const { key, keys, name, nameIsChosen, hostname } = unit;
  const [, beside] = keys;
  if (beside === undefined) return { key };
  const there = known.entries.get(key);
  const isOurs = there !== undefined && there.owner === 'ours' && isOrMayBe(there);
  const isInTheWay = isOurs && (taken.has(key) || hostnameOf(there) !== hostname?.toLowerCase());
  // Whoever chose a name wants no other: it goes first, and is made again.
  if (nameIsChosen && isInTheWay && there.name === name) {
    const old = hostnameOf(there);
    return { key, inTheWay: old === undefined ? {} : { hostname: old } };
  }
  const begun = known.entries.get(beside);
  const hasBegun = begun !== undefined && isOrMayBe(begun) && !taken.has(beside);
  const isNameTaken = !nameIsChosen && !isOurs && servicesNamed.has(name);
  if (!isInTheWay && !hasBegun && !isNameTaken) return { key };
  return {
    key: beside,
    ...(nameIsChosen ? {} : { name: unlikeOthers(name, beside) }),
    hostnameTag: hostname?.toLowerCase() ?? noHostname,
  };
}

function isOrMayBe({ state, id, creating }: KnownEntry): boolean {
  return state !== 'gone' && (id !== undefined || creating !== undefined);
}

function hostnameOf({ fact, creating }: KnownEntry): string | undefined {
  const is = fact?.type === 'service' ? fact : creating?.type === 'service' ? creating : undefined;
  return is?.spec.customDomainName?.toLowerCase();
}

/** The key of a unit's service. */
export function homeAt(homes: Homes, unit: ServiceUnit): Home | { readonly because: string } {
  return homes.get(unit.key) ?? { key: unit.key };
}

/** Whether a service of ours is known in which no unit lives. */
export function hasLeftServices({ services }: WholeDraft, homes: Homes): boolean {
  const inUse = new Set([...homes.values()].map((home) => ('key' in home ? home.there?.key : undefined)));
  return services.some(({ owner, key }) => owner === 'ours' && !inUse.has(key));
}
