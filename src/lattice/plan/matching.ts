import { facts, typesInOrder } from '../model/facts.ts';
import type { Identity } from '../model/facts.ts';
import type { Known, KnownEntry } from '../model/known.ts';
import type { Entry, Model } from '../model/model.ts';
import { tagOf } from '../model/ownership.ts';
import type { Resource, ResourceKey, ResourceType, Tags } from '../model/resource.ts';
import { byCodePoint, canonical, memberOf } from '../model/values.ts';
import type { IdOf } from '../model/values.ts';
import { differences } from './differences.ts';
import { parentOf } from './planning.ts';

/** Which known thing is which wanted one. */
export interface Matching {
  /** By the key in the model. Only what exists, as far as we know, is here. */
  readonly found: ReadonlyMap<ResourceKey, KnownEntry>;
  /** From the key of a known entry to the key in the model. */
  readonly wantedAs: ReadonlyMap<ResourceKey, ResourceKey>;
  /** The id a reference stands for now, among what is matched and answered. */
  readonly idOf: IdOf;
}

/**
 * Matches by key, and then by each identity of the type in turn. Parents first: a child is recognised by its parent. Of
 * twins, what a crash leaves of a replacement, the one that need not be replaced is taken.
 */
export function match(model: Model, known: Known): Matching {
  const found = new Map<ResourceKey, KnownEntry>();
  const wantedAs = new Map<ResourceKey, ResourceKey>();
  const idOf: IdOf = ({ ref }) => found.get(ref)?.id ?? answeredId(known, ref);
  const take = (key: ResourceKey, entry: KnownEntry): void => {
    found.set(key, entry);
    wantedAs.set(entry.key, key);
  };

  const entriesOf = byType(known.entries.values(), ({ type }) => type);
  const wishesOf = wishesByType(model);
  for (const type of typesInOrder) {
    const entries = entriesOf.get(type) ?? [];
    const wishes = wishesOf.get(type) ?? [];
    const takeByKey = (wish: Entry): void => {
      const key = keyOf(wish);
      const entry = known.entries.get(key);
      const isFree = entry?.id !== undefined && entry.type === type && !wantedAs.has(key);
      if (isFree && livesRight(model, found, entry)) take(key, entry);
    };
    for (const wish of wishes) if (wish.state === 'wanted') takeByKey(wish);
    const wanted = wishes.flatMap((wish) => (wish.state === 'wanted' ? [wish.resource] : []));
    for (const identity of facts[type].identities) {
      // What is left as it is may be wanted under another key: its tags say so, where a name may be another's.
      const left = entries.filter(
        ({ key }) => !wantedAs.has(key) && ('tags' in identity || !isLeftAlone(model, key)),
      );
      if (left.length === 0) break;
      const candidates = byIdentity(left, identity);
      if (candidates.size === 0) continue;
      const seekers = new Map<string, ResourceKey[]>();
      for (const resource of wanted) {
        const value = found.has(resource.key) ? undefined : identityWanted(resource, identity, idOf);
        if (value !== undefined) seekers.set(value, [...(seekers.get(value) ?? []), resource.key]);
      }
      for (const [value, [key, second]] of seekers) {
        // Two that want the same thing under another name: neither may have it.
        if (key === undefined || second !== undefined) continue;
        // What is being made beside an old one is not the old one.
        const old = known.entries.get(key)?.beside;
        const candidate = candidates.get(value)?.find((entry) => entry.key !== old);
        if (candidate !== undefined) take(key, candidate);
      }
    }
    for (const wish of wishes) if (wish.state === 'undetermined') takeByKey(wish);
    if (facts[type].replace !== 'beside') continue;
    for (const resource of wanted) {
      const entry = found.get(resource.key);
      if (entry === undefined || fits(resource, entry, idOf)) continue;
      const twin = entries.find(
        (other) => !wantedAs.has(other.key) && isTwin(resource, other, idOf) && fits(resource, other, idOf),
      );
      if (twin === undefined) continue;
      wantedAs.delete(entry.key);
      take(resource.key, twin);
    }
  }
  return { found, wantedAs, idOf };
}

/** All entries of a model. */
export function wishesByType(model: Model): ReadonlyMap<ResourceType, readonly Entry[]> {
  return byType(model.entries.values(), typeOf);
}

function byType<T>(
  items: Iterable<T>,
  type: (item: T) => ResourceType,
): ReadonlyMap<ResourceType, readonly T[]> {
  const groups = new Map<ResourceType, T[]>();
  for (const item of items) {
    const group = groups.get(type(item));
    if (group === undefined) groups.set(type(item), [item]);
    else group.push(item);
  }
  return groups;
}

function typeOf(entry: Entry): ResourceType {
  return entry.state === 'wanted' ? entry.resource.type : entry.type;
}

function keyOf(entry: Entry): ResourceKey {
  return entry.state === 'wanted' ? entry.resource.key : entry.key;
}

function isLeftAlone({ entries }: Model, key: ResourceKey): boolean {
  return entries.get(key)?.state === 'undetermined';
}

/** In what its wanted parent is, as far as that is known. */
function livesRight(model: Model, found: Matching['found'], { key, parent }: KnownEntry): boolean {
  const wanted = model.entries.get(key);
  const above = wanted?.state === 'wanted' ? parentOf(wanted.resource) : undefined;
  const home = above === undefined ? undefined : found.get(above);
  return home === undefined || parent === undefined || home.key === parent;
}

/** It can be changed into what is wanted, or that is not known yet. */
function fits(resource: Resource, { fact }: KnownEntry, idOf: IdOf): boolean {
  return fact === undefined || differences(resource, fact, idOf).fixed.length === 0;
}

function isTwin(resource: Resource, entry: KnownEntry, idOf: IdOf): boolean {
  return (
    entry.type === resource.type &&
    entry.id !== undefined &&
    entry.owner === 'ours' &&
    facts[entry.type].identities.some((identity) => {
      const value = identityWanted(resource, identity, idOf);
      return value !== undefined && value === identityFound(entry, identity);
    })
  );
}

function answeredId(known: Known, key: ResourceKey): string | undefined {
  const answer = known.answers.get(key)?.answer;
  return answer?.found === 'one' ? answer.id : undefined;
}

/** Of twins, one that is in use comes first, then the smaller key: the choice is the same on every pass. */
function byIdentity(
  entries: readonly KnownEntry[],
  identity: Identity,
): ReadonlyMap<string, readonly KnownEntry[]> {
  const result = new Map<string, KnownEntry[]>();
  for (const entry of entries.toSorted(inUseFirst)) {
    const value = entry.id === undefined ? undefined : identityFound(entry, identity);
    if (value !== undefined) result.set(value, [...(result.get(value) ?? []), entry]);
  }
  return result;
}

function inUseFirst(a: KnownEntry, b: KnownEntry): number {
  return uses(b) - uses(a) || byCodePoint(a.key, b.key);
}

function uses({ fact }: KnownEntry): number {
  return fact?.usedBy?.length ?? 0;
}

function identityWanted(resource: Resource, identity: Identity, idOf: IdOf): string | undefined {
  if ('tags' in identity) return tagValue(resource.tags, identity);
  const values = identity.members.map((member) => canonical(memberOf(resource.spec, member), idOf));
  return values.some((value) => value.startsWith('"?')) ? undefined : values.join();
}

function identityFound(entry: KnownEntry, identity: Identity): string | undefined {
  if ('tags' in identity) {
    const { without } = identity;
    if (without !== undefined && tagOf(entry.tags, without) !== undefined) return undefined;
    return tagValue(entry.tags, identity);
  }
  const { fact, name } = entry;
  const values = identity.members.map(
    (member) =>
      (fact === undefined ? undefined : memberOf(fact.spec, member)) ??
      (member === 'name' ? name : undefined),
  );
  return values.includes(undefined) ? undefined : values.map((value) => canonical(value)).join();
}

/** Nothing for a thing without the first tag, which says whose it is. */
function tagValue(tags: Tags, { tags: names }: Extract<Identity, { tags: unknown }>): string | undefined {
  const values = names.map((name) => tagOf(tags, name));
  return values[0] === undefined
    ? undefined
    : canonical(values.map((value, index) => `${index}=${value ?? ''}`));
}
