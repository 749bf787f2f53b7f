import { facts } from '../model/facts.ts';
import type { KnownEntry } from '../model/known.ts';
import type { ResourceKey } from '../model/resource.ts';
import { canonical } from '../model/values.ts';
import { about, lastingId, named } from './planning.ts';
import type { Planning } from './planning.ts';

/**
 * What becomes of a known thing that nothing wants. `cascade`: it goes with its parent and needs no call; `go`: its own
 * step deletes it, or waits until it can; `stay`: anything else.
 */
export type Fate = 'stay' | 'go' | 'cascade';

export type Fates = ReadonlyMap<ResourceKey, Fate>;

/** Whether it goes, by its fate or because it is wanted and replaced in its place, and its children with it. */
export function isGoing(planning: Planning, entry: KnownEntry, fates: Fates): boolean {
  const fate = fates.get(entry.key) ?? replacedFate(planning, entry);
  return fate === 'go' || fate === 'cascade';
}

/** Gives a deletion what must happen first, now that every fate is known, or holds it where something that stays still refers to it. */
export function sequence(planning: Planning, entry: KnownEntry, fates: Fates): void {
  const { known, index, steps } = planning;
  const step = steps.get(entry.key);
  if (step?.op !== 'delete') return;
  const { goneFirst } = facts[entry.type];
  const after: ResourceKey[] = index
    .childrenOf(entry.key)
    .filter(
      ({ key, type, state }) => goneFirst.includes(type) && state !== 'gone' && fates.get(key) !== 'cascade',
    )
    .map(({ key }) => key);
  for (const user of index.usersOf(step.id)) {
    const isContents = facts[user.type].singleton !== undefined;
    if (user.parent === entry.key || isContents || isRelated(known.entries, user, entry)) continue;
    const release = releaseOf(planning, user, step.id, fates);
    if (release === undefined) {
      steps.set(entry.key, { op: 'hold', by: 'use', ...about(entry, `still used by ${named(user)}`) });
      return;
    }
    after.push(release);
  }
  // The rules of what is going are not read any more; as long as it is there, they count.
  for (const arn of entry.fact?.usedBy ?? []) {
    const user = index.byArn(arn);
    const fate = user === undefined ? undefined : fates.get(user.key);
    if (user === undefined || fate === undefined) continue;
    if (fate === 'stay') {
      steps.set(entry.key, { op: 'hold', by: 'use', ...about(entry, `still used by ${named(user)}`) });
      return;
    }
    if (fate === 'go') after.push(user.key);
  }
  steps.set(entry.key, { ...step, after: [...new Set(after)] });
}

/** Whether one lives in the other: that a child names its parents is no use of them. */
function isRelated(
  entries: ReadonlyMap<ResourceKey, KnownEntry>,
  one: KnownEntry,
  other: KnownEntry,
): boolean {
  return isBelow(entries, one, other.key) || isBelow(entries, other, one.key);
}

function isBelow(
  entries: ReadonlyMap<ResourceKey, KnownEntry>,
  entry: KnownEntry,
  above: ResourceKey,
): boolean {
  for (let at = entry.parent; at !== undefined; at = entries.get(at)?.parent) if (at === above) return true;
  return false;
}

/** The key whose step ends the use: a deletion, of it or of what it lives in, or an update to something else. */
function releaseOf(planning: Planning, user: KnownEntry, id: string, fates: Fates): ResourceKey | undefined {
  const { known, steps, matching, reused } = planning;
  for (let at: KnownEntry | undefined = user; at !== undefined;) {
    const fate = fates.get(at.key) ?? replacedFate(planning, at);
    if (fate === 'go') return matching.wantedAs.get(at.key) ?? at.key;
    if (fate !== 'cascade') break;
    at = at.parent === undefined ? undefined : known.entries.get(at.parent);
  }
  const wanted = matching.wantedAs.get(user.key) ?? reused.get(user.key);
  const step = wanted === undefined ? undefined : steps.get(wanted);
  if (step?.op === 'replace' || step?.op === 'wait') return step.key;
  if (step?.op !== 'update') return undefined;
  return canonical(step.resource.spec, lastingId(planning)).includes(JSON.stringify(id))
    ? undefined
    : step.key;
}

/** A wanted thing that is replaced in its place takes its children along. */
function replacedFate({ matching, steps }: Planning, parent: KnownEntry): Fate {
  const step = steps.get(matching.wantedAs.get(parent.key) ?? parent.key);
  return step?.op === 'replace' && step.how.kind === 'instead' ? 'go' : 'stay';
}
