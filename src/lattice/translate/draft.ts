import type { Finding } from '../../findings/finding.ts';
import type { KubeObject, ObjectRef } from '../../kinds/object.ts';
import { refKey, refOf } from '../../kinds/object.ts';
import type { Known, KnownEntry, Lookup, Sight } from '../model/known.ts';
import { lazily } from '../model/lazily.ts';
import type { Entry, Model, Question, Search, Wanted } from '../model/model.ts';
import type { Resource, ResourceKey, ResourceType } from '../model/resource.ts';
import { groupUsers, listenersByService } from './group-users.ts';
import { isProgrammed } from './programmed.ts';
import type { Settings } from './settings.ts';

/** What some part of translation makes. */
export interface Made {
  readonly entries: ReadonlyMap<ResourceKey, Entry>;
  readonly questions: ReadonlyMap<ResourceKey, Question>;
  readonly searches: readonly Search[];
  readonly findings: readonly Finding[];
}

/** A model in the making, and what all parts of translation look at. */
export interface Draft extends Made {
  readonly settings: Settings;
  readonly known: Sight;
  readonly entries: Map<ResourceKey, Entry>;
  readonly questions: Map<ResourceKey, Question>;
  readonly searches: Search[];
  readonly findings: Finding[];
  /** What is known to belong to each object, by `refKey`. */
  readonly knownOf: Lookup<readonly KnownEntry[]>;
  /** The keys of the services that use a target group of ours, as far as that is known, by its key. */
  readonly usersOf: Lookup<readonly ResourceKey[]>;
  /** What of ours a service uses, by its key. */
  readonly groupsOf: Lookup<readonly KnownEntry[]>;
}

/** The draft of all: here what is known can be gone through, too, and it is told whose wishes are known. */
export interface WholeDraft extends Draft {
  readonly known: Known;
  /** All services that are known and not gone. */
  readonly services: readonly KnownEntry[];
  /** Those with a hostname of their own, by that in lower case. */
  readonly servicesAt: Lookup<readonly KnownEntry[]>;
  /** Ours, by their names. */
  readonly servicesNamed: Lookup<KnownEntry>;
  /** Those of a service that are known and not gone, by its key. */
  readonly listenersOf: Lookup<readonly KnownEntry[]>;
  /** Services from which routes are on their way to others: which nobody else wants, or in which others stay. */
  readonly lingersAt: Map<ResourceKey, 'alone' | 'amongOthers'>;
  readonly accountable: Set<string>;
  readonly deleting: Set<string>;
  readonly programmed: Set<string>;
}

export function newDraft(known: Known, settings: Settings): WholeDraft {
  const services = [...known.entries.values()].filter(
    ({ type, state }) => type === 'service' && state !== 'gone',
  );
  const listenersOf = lazily(() => listenersByService(known));
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
    knownOf: lazily(() => byObject(known)),
    ...groupUsers(known, listenersOf),
    services,
    servicesAt: lazily(() => byHostname(services)),
    servicesNamed: lazily(() => byName(services)),
    listenersOf,
    lingersAt: new Map(),
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

function byHostname(all: readonly KnownEntry[]): ReadonlyMap<string, readonly KnownEntry[]> {
  const services = new Map<string, KnownEntry[]>();
  for (const entry of all) {
    const hostname =
      entry.fact?.type === 'service' ? entry.fact.spec.customDomainName?.toLowerCase() : undefined;
    if (hostname !== undefined) services.set(hostname, [...(services.get(hostname) ?? []), entry]);
  }
  return services;
}

function byName(all: readonly KnownEntry[]): ReadonlyMap<string, KnownEntry> {
  const ours = all.filter(({ owner }) => owner === 'ours');
  return new Map(ours.flatMap((entry) => (entry.name === undefined ? [] : [[entry.name, entry]])));
}

/** Wants a resource. Two that want the same key want the same thing: only who asks is added up. */
export function want(draft: Draft, resource: Resource): void {
  wantEntry(draft, { state: 'wanted', resource });
}

function wantEntry({ entries }: Draft, wanted: Wanted): void {
  const { resource } = wanted;
  const earlier = entries.get(resource.key);
  if (earlier === undefined) entries.set(resource.key, wanted);
  else if (earlier.state === 'wanted') {
    const merged = { ...earlier.resource, for: union(earlier.resource.for, resource.for) };
    entries.set(resource.key, { state: 'wanted', resource: merged });
  }
}

/** Adds what was made apart, as if it had been asked for here. */
export function add(draft: Draft, { entries, questions, searches, findings }: Made): void {
  for (const [key, entry] of entries) {
    if (entry.state === 'wanted') wantEntry(draft, entry);
    else if (!draft.entries.has(key)) draft.entries.set(key, entry);
  }
  for (const question of questions.values()) ask(draft, question);
  draft.searches.push(...searches);
  draft.findings.push(...findings);
}

/** Leaves a key and all that hangs off it as it is. What is wanted already stays wanted. */
export function leaveAlone(
  draft: Draft,
  {
    type,
    key,
    because,
    askers,
    within,
  }: {
    readonly type: ResourceType;
    readonly key: ResourceKey;
    readonly because: string;
    readonly askers: readonly ObjectRef[];
    readonly within?: ResourceKey;
  },
): void {
  if (draft.entries.has(key)) return;
  const where = within === undefined ? {} : { within };
  draft.entries.set(key, { state: 'undetermined', type, key, because, for: askers, ...where });
}

/**
 * Leaves what an object has in a service of others as it is, under a key that stands for it: it is not known by itself after
 * a start. If it may be there, nothing of the service may be taken for left over.
 */
export function leaveAmongOthers(
  draft: Draft,
  object: ObjectRef,
  {
    service,
    because,
    mayBeThere,
  }: { readonly service: ResourceKey; readonly because: string; readonly mayBeThere: boolean },
): void {
  const key = `${service}?of=${refKey(object)}`;
  const within = mayBeThere ? { within: service } : {};
  leaveAlone(draft, { type: 'service', key, because, askers: [object], ...within });
}

/** Leaves all that is known to belong to an object as it is. */
export function leaveAllAlone(draft: Draft, object: ObjectRef, because: string): void {
  for (const { key, type } of draft.knownOf.get(refKey(object)) ?? []) {
    leaveAlone(draft, { type, key, because, askers: [object] });
  }
}

/** Says that all wishes of an object are known, if it has any: what it does not want may go. */
export function account(draft: WholeDraft, object: KubeObject): void {
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

export function finish(draft: WholeDraft): Model {
  const { entries, questions, searches, accountable, deleting, programmed } = draft;
  return { entries, questions, searches, accountable, deleting, programmed };
}

function union(some: readonly ObjectRef[], more: readonly ObjectRef[]): readonly ObjectRef[] {
  return [...new Map([...some, ...more].map((ref) => [refKey(ref), ref])).values()];
}
