import type { Finding } from '../findings/finding.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refKey } from '../kinds/object.ts';
import { facts } from '../lattice/model/facts.ts';
import { isIndexed } from '../lattice/model/indexes.ts';
import { lazily } from '../lattice/model/lazily.ts';
import type { Known, KnownEntry, Lookup } from '../lattice/model/known.ts';
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

/** What the conclusion about a single object looks at. */
export interface ObjectPass {
  readonly findingsOf: (object: ObjectRef) => readonly Finding[];
  readonly entriesOf: (object: ObjectRef) => readonly Entry[];
  /** Reads included. */
  readonly outcomesOf: (object: ObjectRef) => readonly Outcome[];
  /** What is known to have been made for it. */
  readonly knownOf: (object: ObjectRef) => readonly KnownEntry[];
  readonly isAccountable: (object: ObjectRef) => boolean;
  /** Of steps that are no reads: at most one. */
  readonly outcomeAt: (key: ResourceKey) => Outcome | undefined;
  readonly knownAt: (key: ResourceKey) => KnownEntry | undefined;
  /** A service that is there, by its ARN. */
  readonly serviceAt: (arn: string) => KnownEntry | undefined;
  /** Everything that could name an object has been listed, and its tags have been read. */
  readonly indexed: boolean;
}

/** A pass by object and by key, so that each object's conclusion is a look-up. */
export interface IndexedPass extends Pass, ObjectPass {
  readonly index: Index;
}

/** By `refKey`, by key of a resource, or by ARN. */
export interface Index {
  readonly findings: Lookup<readonly Finding[]>;
  readonly entries: Lookup<readonly Entry[]>;
  readonly outcomes: Lookup<readonly Outcome[]>;
  readonly known: Lookup<readonly KnownEntry[]>;
  readonly accountable: Lookup<true>;
  readonly outcomeAt: Lookup<Outcome>;
  readonly knownAt: Lookup<KnownEntry>;
  readonly serviceAt: Lookup<KnownEntry>;
}

export function indexPass(pass: Pass): IndexedPass {
  const { routing, desired, outcomes, known } = pass;
  const outcomeAt = new Map<ResourceKey, Outcome>();
  for (const outcome of outcomes) if (outcome.step.op !== 'read') outcomeAt.set(outcome.step.key, outcome);
  const { accountable } = desired.model;
  const index: Index = {
    findings: group([...routing.findings, ...desired.findings], ({ at }) => [at.object]),
    entries: group(desired.model.entries.values(), askers),
    outcomes: group(outcomes, ({ step }) => step.for),
    known: group(known.entries.values(), (entry) => entry.for),
    accountable: { get: (key) => accountable.has(key) || undefined, has: (key) => accountable.has(key) },
    outcomeAt,
    knownAt: known.entries,
    serviceAt: lazily(() => servicesIn(known)),
  };
  return { ...pass, index, ...lookingIn(index, isIndexed(known) && isTold(known)) };
}

function servicesIn({ entries }: Known): ReadonlyMap<string, KnownEntry> {
  const there = [...entries.values()].filter(({ type, state }) => type === 'service' && state !== 'gone');
  return new Map(there.flatMap((entry) => (entry.arn === undefined ? [] : [[entry.arn, entry]])));
}

export function lookingIn(index: Index, indexed: boolean): ObjectPass {
  return {
    findingsOf: (object) => index.findings.get(refKey(object)) ?? [],
    entriesOf: (object) => index.entries.get(refKey(object)) ?? [],
    outcomesOf: (object) => index.outcomes.get(refKey(object)) ?? [],
    knownOf: (object) => index.known.get(refKey(object)) ?? [],
    isAccountable: (object) => index.accountable.has(refKey(object)),
    outcomeAt: (key) => index.outcomeAt.get(key),
    knownAt: (key) => index.knownAt.get(key),
    serviceAt: (arn) => index.serviceAt.get(arn),
    indexed,
  };
}

export function keyOfEntry(entry: Entry): ResourceKey {
  return entry.state === 'wanted' ? entry.resource.key : entry.key;
}

function isTold({ entries }: Known): boolean {
  return ![...entries.values()].some(
    ({ type, owner, state }) => facts[type].index && owner === 'unread' && state !== 'gone',
  );
}

function askers(entry: Entry): readonly ObjectRef[] {
  return entry.state === 'wanted' ? entry.resource.for : entry.for;
}

function group<T>(
  items: Iterable<T>,
  objects: (item: T) => readonly ObjectRef[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  // Spelling a reference takes longer than all the rest, and most are one and the same.
  const groupsOf = new Map<ObjectRef, T[]>();
  for (const item of items) {
    for (const object of objects(item)) {
      let group = groupsOf.get(object);
      if (group === undefined) groupsOf.set(object, (group = groupAt(groups, refKey(object))));
      group.push(item);
    }
  }
  return groups;
}

function groupAt<T>(groups: Map<string, T[]>, key: string): T[] {
  const group = groups.get(key) ?? [];
  groups.set(key, group);
  return group;
}
