import type { Finding } from '../../findings/finding.ts';
import type { KubeObject, ObjectRef } from '../../kinds/object.ts';
import { refKey, refOf } from '../../kinds/object.ts';
import type { Known, KnownEntry } from '../model/known.ts';
import type { Entry, Model, Question, Search } from '../model/model.ts';
import type { Resource, ResourceKey, ResourceType } from '../model/resource.ts';
import { isProgrammed } from './programmed.ts';
import type { Settings } from './settings.ts';

/** A model in the making, and what all parts of translation look at. */
export interface Draft {
  readonly settings: Settings;
  readonly known: Known;
  readonly entries: Map<ResourceKey, Entry>;
  readonly questions: Map<ResourceKey, Question>;
  readonly searches: Search[];
  readonly accountable: Set<string>;
  readonly deleting: Set<string>;
  readonly programmed: Set<string>;
  readonly findings: Finding[];
  /** What is known to belong to each object, by `refKey`. */
  readonly knownOf: ReadonlyMap<string, readonly KnownEntry[]>;
  /** What is known of services with a hostname of their own, by that in lower case. */
  readonly servicesAt: ReadonlyMap<string, readonly KnownEntry[]>;
  /** The services that live routes have by themselves. */
  readonly claimedServices: ReadonlySet<ResourceKey>;
}

export function newDraft(known: Known, settings: Settings, claimedServices: ReadonlySet<ResourceKey>): Draft {
  return {
    settings,
    known,
    entries: new Map(),
    questions: new Map(),
    searches: [],
    accountable: new Set(),
    deleting: new Set(),
    programmed: new Set(),
    findings: [],
    knownOf: byObject(known),
    servicesAt: byHostname(known),
    claimedServices,
  };
}

function byObject({ entries }: Known): ReadonlyMap<string, readonly KnownEntry[]> {
  const groups = new Map<string, KnownEntry[]>();
  for (const entry of entries.values()) {
    for (const object of entry.for) {
      const group = groups.get(refKey(object));
      if (group === undefined) groups.set(refKey(object), [entry]);
      else group.push(entry);
    }
  }
  return groups;
}

function byHostname({ entries }: Known): ReadonlyMap<string, readonly KnownEntry[]> {
  const services = new Map<string, KnownEntry[]>();
  for (const entry of entries.values()) {
    if (entry.fact?.type !== 'service' || entry.state === 'gone') continue;
    const hostname = entry.fact.spec.customDomainName?.toLowerCase();
    if (hostname !== undefined) services.set(hostname, [...(services.get(hostname) ?? []), entry]);
  }
  return services;
}

/** Wants a resource. Two that want the same key want the same thing: only who asks is added up. */
export function want(draft: Draft, resource: Resource): void {
  const earlier = draft.entries.get(resource.key);
  if (earlier === undefined) draft.entries.set(resource.key, { state: 'wanted', resource });
  else if (earlier.state === 'wanted') {
    const merged = { ...earlier.resource, for: union(earlier.resource.for, resource.for) };
    draft.entries.set(resource.key, { state: 'wanted', resource: merged });
  }
}

/** Leaves a key and all that hangs off it as it is. What is wanted already stays wanted. */
export function leaveAlone(
  draft: Draft,
  {
    type,
    key,
    because,
    askers,
  }: {
    readonly type: ResourceType;
    readonly key: ResourceKey;
    readonly because: string;
    readonly askers: readonly ObjectRef[];
  },
): void {
  if (draft.entries.has(key)) return;
  draft.entries.set(key, { state: 'undetermined', type, key, because, for: askers });
}

/** Leaves all that is known to belong to an object as it is. */
export function leaveAllAlone(draft: Draft, object: ObjectRef, because: string): void {
  for (const { key, type } of draft.knownOf.get(refKey(object)) ?? []) {
    leaveAlone(draft, { type, key, because, askers: [object] });
  }
}

/** Says that all wishes of an object are known, if it has any: what it does not want may go. */
export function account(draft: Draft, object: KubeObject): void {
  const key = refKey(refOf(object));
  draft.accountable.add(key);
  if (object.metadata.deletionTimestamp !== undefined) draft.deleting.add(key);
  else if (isProgrammed(object)) draft.programmed.add(key);
}

export function ask(draft: Draft, question: Question): void {
  const earlier = draft.questions.get(question.key);
  draft.questions.set(question.key, earlier === undefined ? question : both(earlier, question));
}

function both(earlier: Question, later: Question): Question {
  const askers = union(earlier.for, later.for);
  return earlier.type === 'rangesOf' && later.type === 'rangesOf'
    ? { ...earlier, addresses: [...new Set([...earlier.addresses, ...later.addresses])], for: askers }
    : { ...earlier, for: askers };
}

export function finish(draft: Draft): Model {
  const { entries, questions, searches, accountable, deleting, programmed } = draft;
  return { entries, questions, searches, accountable, deleting, programmed };
}

function union(some: readonly ObjectRef[], more: readonly ObjectRef[]): readonly ObjectRef[] {
  return [...new Map([...some, ...more].map((ref) => [refKey(ref), ref])).values()];
}
