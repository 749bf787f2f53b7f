import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import { facts } from '../model/facts.ts';
import type { CollectionKey, Known, KnownEntry } from '../model/known.ts';
import type { Question } from '../model/model.ts';
import type { ResourceKey, ResourceType } from '../model/resource.ts';
import { memberOf } from '../model/values.ts';
import { lanes } from './step.ts';
import type { Lane, Read } from './step.ts';

export interface Reason {
  readonly for: readonly ObjectRef[];
  readonly because: string;
  readonly lane: Lane;
}

export interface CollectionOf {
  readonly key: CollectionKey;
  readonly type: ResourceType;
  readonly parent?: ResourceKey;
  readonly scope?: string;
}

export interface ResourceOf {
  readonly key: ResourceKey;
  readonly type: ResourceType;
  /** What it lives in. */
  readonly parent?: ResourceKey;
}

/**
 * The reads a plan asks for: each thing once, for everybody who needs it, in the lane of whoever needs it most. Each
 * says when its answer can be had: now, or later when it is being asked for already or may not be asked for yet.
 */
export interface Reads {
  resource(entry: ResourceOf, reason: Reason): number;
  collection(collection: CollectionOf, reason: Reason): number;
  question(question: Question, reason: Reason): number;
  /** Looks at something in transition when that is due, together with all others of its kind where one listing shows them. */
  poll(entry: KnownEntry, reason: Reason): number;
  /** What is in transition and would be looked at by itself. */
  alone(): readonly KnownEntry[];
  /** Takes that look back. */
  spare(entry: KnownEntry): void;
  steps(): readonly Read[];
}

export function createReads(known: Known, { now, callDeadline, programmed }: ReadsOptions): Reads {
  const reads = new Map<string, Gathering>();
  const polls = new Map<ResourceKey, Poll>();
  const add = (what: Read['what'], reason: Reason): void => {
    const { for: askers, because } = reason;
    const lane = isVerification(reason, programmed) ? 'verification' : reason.lane;
    const read = reads.get(what.key) ?? { what, because, lane, askers: new Map() };
    for (const asker of askers) read.askers.set(refKey(asker), read.askers.get(refKey(asker)) ?? asker);
    if (lanes.indexOf(lane) < lanes.indexOf(read.lane)) read.lane = lane;
    reads.set(what.key, read);
  };
  const whenFree = (before: Asked | undefined): number =>
    before?.state === 'pending' || before?.reading === true
      ? now + callDeadline
      : Math.max(before?.retryAt ?? now, now);
  const whenAsked = (key: ResourceKey): number => {
    const entry = known.entries.get(key);
    if (known.firstReads?.has(key) === true) return now + callDeadline;
    // A write that was refused says nothing against a read.
    const isWriteHeld = entry?.attempted !== undefined && entry.attempted !== 'read';
    return whenFree(isWriteHeld ? { state: entry.state, reading: entry.reading ?? false } : entry);
  };
  const ask = (when: number, what: Read['what'], reason: Reason): number => {
    if (when <= now) add(what, reason);
    return when;
  };

  // Within a lane, what somebody waits for comes before what is only verified: after a start those are all targets there are.
  const idle = (read: Read): number => Number(isOfTold(read, programmed));
  const resource: Reads['resource'] = ({ key, type, parent }, reason) =>
    ask(whenAsked(key), { kind: 'resource', key, type, ...(parent === undefined ? {} : { parent }) }, reason);
  const collection: Reads['collection'] = (what, reason) =>
    ask(whenFree(known.collections.get(what.key)), { kind: 'collection', ...what }, reason);
  return {
    resource,
    collection,
    question: (question, reason) =>
      ask(
        whenFree(known.answers.get(question.key)),
        { kind: 'question', key: question.key, question },
        reason,
      ),
    poll: (entry, reason) => {
      const due = Math.max(entry.pollAt ?? now, whenAsked(entry.key));
      const together = pollCollection(entry);
      const listing = together === undefined ? undefined : known.collections.get(together.key);
      if (listing?.reading === true || listing?.state === 'pending') return now + callDeadline;
      // A listing that failed a moment ago is not waited for.
      const mayList = together !== undefined && (listing?.retryAt ?? now) <= now;
      if (due <= now) polls.set(entry.key, { entry, reason, ...(mayList ? { together } : {}) });
      return due;
    },
    alone: () =>
      gathered([...polls.values()], known).flatMap(({ together, alone }) =>
        together === undefined ? alone.map(({ entry }) => entry) : [],
      ),
    spare: ({ key }) => polls.delete(key),
    steps: () => {
      for (const { together, alone } of gathered([...polls.values()], known)) {
        if (together !== undefined) for (const { reason } of alone) collection(together, reason);
        else for (const { entry, reason } of alone) resource(entry, reason);
      }
      return [...reads.values()]
        .map(({ askers, ...read }): Read => ({ op: 'read', ...read, for: [...askers.values()] }))
        .toSorted((a, b) => lanes.indexOf(a.lane) - lanes.indexOf(b.lane) || idle(a) - idle(b));
    },
  };
}

export interface ReadsOptions {
  readonly now: number;
  readonly callDeadline: number;
  /** As in the model. */
  readonly programmed: ReadonlySet<string>;
}

/** Nobody waits for it. */
function isVerification(reason: Reason, programmed: ReadonlySet<string>): boolean {
  return reason.lane === 'demand' && isOfTold(reason, programmed);
}

/** All who want it were told before that they have it. */
function isOfTold({ for: objects }: Pick<Reason, 'for'>, programmed: ReadonlySet<string>): boolean {
  return objects.length > 0 && objects.every((object) => programmed.has(refKey(object)));
}

interface Asked {
  readonly state: string;
  readonly reading?: boolean;
  readonly retryAt?: number;
}

const pageSize = 100;

/** A read while it is found out who needs it: a listing may be needed by all there are. */
interface Gathering {
  readonly what: Read['what'];
  readonly because: string;
  lane: Lane;
  readonly askers: Map<string, ObjectRef>;
}

interface Poll {
  readonly entry: KnownEntry;
  readonly reason: Reason;
  /** The listing that would show it. */
  readonly together?: CollectionOf;
}

interface Gathered {
  readonly together?: CollectionOf;
  readonly alone: readonly Poll[];
}

/** A listing costs a page per hundred of its type: worth it when more than that are waiting. What is going needs its own Get. */
function gathered(polls: readonly Poll[], known: Known): readonly Gathered[] {
  const groups = new Map<string, Poll[]>();
  for (const poll of polls) {
    const name = poll.together?.key ?? poll.entry.key;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [poll]);
    else group.push(poll);
  }
  return [...groups.values()].map((alone) => {
    const together = alone[0]?.together;
    if (together === undefined) return { alone };
    const listed = [...known.entries.values()].filter(({ type }) => type === together.type).length;
    return alone.length > Math.ceil(listed / pageSize) + 1 ? { together, alone } : { alone };
  });
}

function pollCollection({ type, fact }: KnownEntry): CollectionOf | undefined {
  const { pollIn } = facts[type];
  if (pollIn === undefined || fact === undefined || isGoing(fact.lifecycle)) return undefined;
  const scope = pollIn.by === undefined ? undefined : memberOf(fact.spec, pollIn.by);
  if (scope !== undefined && typeof scope !== 'string') return undefined;
  return { key: pollIn.collection(scope ?? ''), type, ...(scope === undefined ? {} : { scope }) };
}

function isGoing(lifecycle: { readonly phase: string; readonly of?: string }): boolean {
  return lifecycle.phase === 'inProgress' && lifecycle.of === 'delete';
}
