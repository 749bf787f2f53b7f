import type { Finding } from '../findings/finding.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refKey } from '../kinds/object.ts';
import { collectionOf } from '../lattice/model/keys.ts';
import type { Known, KnownEntry } from '../lattice/model/known.ts';
import type { Entry, Model } from '../lattice/model/model.ts';
import type { ResourceKey } from '../lattice/model/resource.ts';
import type { Outcome } from '../lattice/plan/outcome.ts';
import type { Routing } from '../routing/routing.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** What one pass of the controller found out and did. */
export interface Pass {
  readonly snapshot: Snapshot;
  readonly routing: Routing;
  readonly desired: { readonly model: Model; readonly findings: readonly Finding[] };
  readonly outcomes: readonly Outcome[];
  /** After the outcomes. */
  readonly known: Known;
}

/** A pass by object and by key, so that each object's conclusion is a look-up. */
export interface IndexedPass extends Pass {
  readonly findingsOf: (object: ObjectRef) => readonly Finding[];
  readonly entriesOf: (object: ObjectRef) => readonly Entry[];
  /** Reads included. */
  readonly outcomesOf: (object: ObjectRef) => readonly Outcome[];
  /** What is known to have been made for it. */
  readonly knownOf: (object: ObjectRef) => readonly KnownEntry[];
  /** Everything that could name an object has been listed, and its tags have been read. */
  readonly indexed: boolean;
  /** Of steps that are no reads: at most one. */
  readonly outcomeAt: (key: ResourceKey) => Outcome | undefined;
  /** A service that is there, by its ARN. */
  readonly serviceAt: (arn: string) => KnownEntry | undefined;
}

export function indexPass(pass: Pass): IndexedPass {
  const findings = [...pass.routing.findings, ...pass.desired.findings];
  const findingsBy = group(findings, ({ at }) => [at.object]);
  const entriesBy = group([...pass.desired.model.entries.values()], askers);
  const outcomesBy = group(pass.outcomes, ({ step }) => step.for);
  const knownBy = group([...pass.known.entries.values()], (entry) => entry.for);
  const outcomeBy = new Map<ResourceKey, Outcome>();
  for (const outcome of pass.outcomes) {
    if (outcome.step.op !== 'read') outcomeBy.set(outcome.step.key, outcome);
  }
  const services = new Map<string, KnownEntry>();
  for (const entry of pass.known.entries.values()) {
    const isThere = entry.type === 'service' && entry.state !== 'gone';
    if (isThere && entry.arn !== undefined) services.set(entry.arn, entry);
  }
  return {
    ...pass,
    findingsOf: (object) => findingsBy.get(refKey(object)) ?? [],
    entriesOf: (object) => entriesBy.get(refKey(object)) ?? [],
    outcomesOf: (object) => outcomesBy.get(refKey(object)) ?? [],
    knownOf: (object) => knownBy.get(refKey(object)) ?? [],
    indexed: isIndexed(pass.known),
    outcomeAt: (key) => outcomeBy.get(key),
    serviceAt: (arn) => services.get(arn),
  };
}

export function keyOfEntry(entry: Entry): ResourceKey {
  return entry.state === 'wanted' ? entry.resource.key : entry.key;
}

function isIndexed({ collections, entries }: Known): boolean {
  return (
    [collectionOf.services(), collectionOf.targetGroups()].every(
      (collection) => collections.get(collection)?.state === 'known',
    ) &&
    ![...entries.values()].some(
      ({ type, owner, state }) =>
        (type === 'service' || type === 'targetGroup') && owner === 'unread' && state !== 'gone',
    )
  );
}

function askers(entry: Entry): readonly ObjectRef[] {
  return entry.state === 'wanted' ? entry.resource.for : entry.for;
}

function group<T>(
  items: readonly T[],
  objects: (item: T) => readonly ObjectRef[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const object of objects(item)) {
      const key = refKey(object);
      const list = groups.get(key);
      if (list === undefined) groups.set(key, [item]);
      else list.push(item);
    }
  }
  return groups;
}
