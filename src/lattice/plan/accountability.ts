import { refKey } from '../../kinds/object.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { facts } from '../model/facts.ts';
import { isIndexed } from '../model/indexes.ts';
import type { KnownEntry } from '../model/known.ts';
import type { Undetermined } from '../model/model.ts';
import { objectsNamedBy, tagOf } from '../model/ownership.ts';
import type { ResourceType } from '../model/resource.ts';
import type { Planning } from './planning.ts';
import { unindexed } from './presence.ts';

/**
 * Whether something that the model does not want may go. Unknown is not absent: it may only where the object that its
 * tags (or its parent's) name is in the snapshot and says, by not wanting it, that it may.
 */
export type Claim =
  | { readonly may: 'go' }
  /** An object that names it is not fully known, or it hangs off something undetermined, which is so `for` these. */
  | { readonly may: 'stay'; readonly because: string; readonly for: readonly ObjectRef[] }
  | { readonly may: 'orphan'; readonly because: string }
  | { readonly may: 'foreign' }
  /** Its own tags have to be read first. */
  | { readonly may: 'unread' };

export function claimOn(planning: Planning, entry: KnownEntry): Claim {
  const { model, settings } = planning;
  const undetermined = undeterminedAbove(planning, entry);
  if (undetermined !== undefined) {
    return { may: 'stay', because: undetermined.because, for: undetermined.for };
  }
  if (isForeign(planning, entry)) return { may: 'foreign' };
  if (!isIndexed(planning.known)) return { may: 'stay', because: unindexed, for: [] };
  if (entry.owner === 'unread') return { may: 'unread' };
  const objects = namedObjects(planning, entry);
  const waitingFor = objects.find((object) => isOpen(planning, refKey(object), entry.type));
  if (waitingFor !== undefined) {
    const because = `what ${refKey(waitingFor)} wants is not fully known yet`;
    return { may: 'stay', because, for: entry.for };
  }
  const missing = objects.filter((object) => !model.accountable.has(refKey(object)));
  if (settings.pruneOrphans) return { may: 'go' };
  if (objects.length === 0) return { may: 'orphan', because: 'its tags name no object' };
  const [first] = missing;
  if (first !== undefined) return { may: 'orphan', because: `${refKey(first)} is not in the cluster` };
  const maker = formerMaker(planning, entry);
  if (maker !== undefined) {
    const because = `the cluster with uid ${maker} made it, which had our name, and nothing here has asked for it yet`;
    return { may: 'orphan', because };
  }
  return { may: 'go' };
}

/**
 * The uid of the cluster of our name that made it, where ours has not taken it over: a rebuilt cluster gets its objects one
 * after the other, and one that asks for nothing may only be there before those it needs. To be deleted says more.
 */
function formerMaker(planning: Planning, entry: KnownEntry): string | undefined {
  const { clusterUid } = planning.settings;
  const maker = tagOf(entry.tags, 'ClusterUid');
  if (clusterUid === undefined || maker === clusterUid || isExpected(planning, entry)) return undefined;
  return maker;
}

/** By its own tags or because it lives in something foreign. */
function isForeign({ known }: Planning, entry: KnownEntry): boolean {
  for (let at: KnownEntry | undefined = entry; at !== undefined;) {
    if (at.owner === 'foreign') return true;
    at = at.parent === undefined ? undefined : known.entries.get(at.parent);
  }
  return false;
}

/** The objects that account for it: those its tags name, else those of what it lives in. */
export function namedObjects(planning: Planning, entry: KnownEntry): readonly ObjectRef[] {
  const { model, known, matching } = planning;
  const own = objectsNamedBy(entry.tags);
  if (own.length > 0 || entry.parent === undefined) return own;
  const wanted = model.entries.get(matching.wantedAs.get(entry.parent) ?? '');
  if (wanted?.state === 'wanted') return wanted.resource.for;
  const parent = known.entries.get(entry.parent);
  return parent === undefined ? [] : namedObjects(planning, parent);
}

/** Whether all objects that account for it are being deleted: then its going is expected. */
export function isExpected(planning: Planning, entry: KnownEntry): boolean {
  const deleting = planning.model.deleting ?? new Set<string>();
  const objects = namedObjects(planning, entry);
  return objects.length > 0 && objects.every((object) => deleting.has(refKey(object)));
}

/** More services to go at once than anybody would mean, unless their objects are being deleted. */
export function brakes(planning: Planning, leftovers: readonly KnownEntry[]): boolean {
  if (planning.settings.massDeleteConfirmed) return false;
  const counted = [...planning.known.entries.values()].filter(
    ({ type, owner, state }) => facts[type].brake && owner === 'ours' && state !== 'gone',
  );
  const going = leftovers.filter(
    (entry) =>
      facts[entry.type].brake && claimOn(planning, entry).may === 'go' && !isExpected(planning, entry),
  );
  return going.length > Math.max(10, counted.length / 5);
}

/**
 * Whether an object may yet turn out to want a thing of this type: it is not fully known, or something of the type, or of
 * one in which it could live, is undetermined.
 */
function isOpen({ model, index }: Planning, object: string, type: ResourceType): boolean {
  const open = index.openTypes(object);
  if (open.size > 0 && !model.accountable.has(object)) return true;
  return isOneOf(open, type);
}

/** It, or something in which it could live. */
function isOneOf(types: ReadonlySet<ResourceType>, type: ResourceType): boolean {
  return types.has(type) || (facts[type].parent?.types ?? []).some((above) => isOneOf(types, above));
}

function undeterminedAbove(
  { model, known, matching, index }: Planning,
  entry: KnownEntry,
): Undetermined | undefined {
  const isOfOthers =
    entry.isWrittenFor === true && entry.for.every((object) => model.accountable.has(refKey(object)));
  for (let at: KnownEntry | undefined = entry; at !== undefined;) {
    const key = matching.wantedAs.get(at.key) ?? at.key;
    const wanted = model.entries.get(key);
    const open = wanted?.state === 'undetermined' ? wanted : isOfOthers ? undefined : index.openWithin(key);
    if (open !== undefined) return open;
    at = at.parent === undefined ? undefined : known.entries.get(at.parent);
  }
  return undefined;
}
