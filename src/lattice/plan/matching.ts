import { facts, typesInOrder } from '../model/facts.ts';
import type { Identity } from '../model/facts.ts';
import type { Known, KnownEntry } from '../model/known.ts';
import type { Model } from '../model/model.ts';
import { tagOf } from '../model/ownership.ts';
import type { Resource, ResourceKey, Tags } from '../model/resource.ts';
import { byCodePoint, canonical, memberOf } from '../model/values.ts';
import type { IdOf } from '../model/values.ts';

/** Which known thing is which wanted one. */
export interface Matching {
  /** By the key in the model. Only what exists, as far as we know, is here. */
  readonly found: ReadonlyMap<ResourceKey, KnownEntry>;
  /** From the key of a known entry to the key in the model. */
  readonly wantedAs: ReadonlyMap<ResourceKey, ResourceKey>;
  /** The id a reference stands for now, among what is matched and answered. */
  readonly idOf: IdOf;
}

/** Matches by key, and then by each identity of the type in turn. Parents first: a child is recognised by its parent's id. */
export function match(model: Model, known: Known): Matching {
  const found = new Map<ResourceKey, KnownEntry>();
  const wantedAs = new Map<ResourceKey, ResourceKey>();
  const idOf: IdOf = ({ ref }) => found.get(ref)?.id ?? answeredId(known, ref);
  const take = (key: ResourceKey, entry: KnownEntry): void => {
    found.set(key, entry);
    wantedAs.set(entry.key, key);
  };

  for (const [key, wanted] of model.entries) {
    const entry = known.entries.get(key);
    const type = wanted.state === 'wanted' ? wanted.resource.type : wanted.type;
    if (entry?.id !== undefined && entry.type === type) take(key, entry);
  }
  for (const type of typesInOrder) {
    for (const identity of facts[type].identities) {
      const candidates = byIdentity(
        [...known.entries.values()].filter((entry) => entry.type === type && !wantedAs.has(entry.key)),
        identity,
      );
      if (candidates.size === 0) continue;
      const seekers = new Map<string, ResourceKey[]>();
      for (const { state, resource } of wantedOf(model, type)) {
        const value =
          state === 'wanted' && !found.has(resource.key)
            ? identityWanted(resource, identity, idOf)
            : undefined;
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
  }
  return { found, wantedAs, idOf };
}

function answeredId(known: Known, key: ResourceKey): string | undefined {
  const answer = known.answers.get(key)?.answer;
  return answer?.found === 'one' ? answer.id : undefined;
}

function* wantedOf(model: Model, type: Resource['type']) {
  for (const entry of model.entries.values()) {
    if (entry.state === 'wanted' && entry.resource.type === type) yield entry;
  }
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
