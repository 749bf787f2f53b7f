import { collectionOf } from '../model/keys.ts';
import type { Known, KnownEntry, Lookup } from '../model/known.ts';
import { lazily } from '../model/lazily.ts';
import type { ResourceKey } from '../model/resource.ts';
import { byCodePoint } from '../model/values.ts';
import type { Draft } from './draft.ts';

/**
 * Which services use which target groups, as far as that is known: Lattice lets a group serve one service only. Looked up
 * where something moves from one service to another.
 */
export function groupUsers(
  known: Known,
  listenersOf: Lookup<readonly KnownEntry[]>,
): Pick<Draft, 'usersOf' | 'groupsOf'> {
  const usersOf = lazily(() => findUsers(known, listenersOf));
  const groupsOf = lazily(() => {
    const groups = new Map<ResourceKey, KnownEntry[]>();
    const ours = [...known.entries.values()].filter(({ type }) => type === 'targetGroup');
    for (const group of ours.toSorted((a, b) => byCodePoint(a.key, b.key))) {
      for (const user of usersOf.get(group.key) ?? []) groups.set(user, [...(groups.get(user) ?? []), group]);
    }
    return groups;
  });
  return { usersOf, groupsOf };
}

function findUsers(
  known: Known,
  listenersOf: Lookup<readonly KnownEntry[]>,
): ReadonlyMap<ResourceKey, readonly ResourceKey[]> {
  const groups = new Map<string, KnownEntry>();
  const services = new Map<string, KnownEntry>();
  const users = new Map<ResourceKey, Set<ResourceKey>>();
  for (const entry of known.entries.values()) {
    if (entry.state === 'gone' || entry.id === undefined) continue;
    if (entry.type === 'targetGroup' && entry.owner === 'ours') groups.set(entry.id, entry);
    if (entry.type === 'service' && entry.arn !== undefined) services.set(entry.arn, entry);
  }
  const add = (group: ResourceKey, service: ResourceKey): void => {
    users.set(group, (users.get(group) ?? new Set()).add(service));
  };
  for (const entry of known.entries.values()) {
    const service = entry.state === 'gone' ? undefined : serviceOf(known, entry);
    if (service === undefined) continue;
    for (const id of groupIdsIn(entry)) {
      const group = groups.get(id);
      if (group !== undefined) add(group.key, service);
    }
  }
  // What a listing said of it may be older than what we know of the rules.
  for (const group of groups.values()) {
    for (const arn of group.fact?.usedBy ?? []) {
      const service = services.get(arn);
      const isWhole =
        service !== undefined && isReadWhole(known, service, listenersOf.get(service.key) ?? []);
      if (!isWhole) add(group.key, service?.key ?? arn);
    }
  }
  return new Map([...users].map(([group, all]) => [group, [...all].toSorted(byCodePoint)]));
}

function serviceOf({ entries }: Known, { type, parent = '' }: KnownEntry): ResourceKey | undefined {
  if (type === 'listener') return parent;
  return type === 'rule' ? entries.get(parent)?.parent : undefined;
}

function groupIdsIn({ fact }: KnownEntry): readonly string[] {
  const action =
    fact?.type === 'rule'
      ? fact.spec.action
      : fact?.type === 'listener'
        ? fact.spec.defaultAction
        : undefined;
  return action?.kind === 'forward' ? action.groups.map(({ group }) => group) : [];
}

/** The listeners that are known and not gone, by the keys of their services. */
export function listenersByService({ entries }: Known): ReadonlyMap<ResourceKey, readonly KnownEntry[]> {
  const listeners = new Map<ResourceKey, KnownEntry[]>();
  for (const entry of entries.values()) {
    if (entry.type !== 'listener' || entry.parent === undefined || entry.state === 'gone') continue;
    const siblings = listeners.get(entry.parent);
    if (siblings === undefined) listeners.set(entry.parent, [entry]);
    else siblings.push(entry);
  }
  return listeners;
}

/** All its listeners and their rules are known. */
function isReadWhole({ collections }: Known, { key }: KnownEntry, listeners: readonly KnownEntry[]): boolean {
  return (
    collections.get(collectionOf.listeners(key))?.state === 'known' &&
    listeners.every(
      (listener) =>
        listener.fact !== undefined && collections.get(collectionOf.rules(listener.key))?.state === 'known',
    )
  );
}
