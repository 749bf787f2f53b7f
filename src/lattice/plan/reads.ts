import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import { facts } from '../model/facts.ts';
import type { CollectionKey, Known, KnownEntry } from '../model/known.ts';
import type { Question } from '../model/model.ts';
import type { ResourceKey, ResourceType } from '../model/resource.ts';
import { memberOf } from '../model/values.ts';
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

/** The reads a plan asks for: each thing once, for everybody who needs it, in the lane of whoever needs it most. */
export interface Reads {
  resource(entry: { readonly key: ResourceKey; readonly type: ResourceType }, reason: Reason): void;
  collection(collection: CollectionOf, reason: Reason): void;
  question(question: Question, reason: Reason): void;
  /** Looks at something in transition, together with all others of its kind where one listing shows them. */
  poll(entry: KnownEntry, reason: Reason): void;
  steps(): readonly Read[];
}

/** Nothing is asked that is being asked already, or that may not be tried again before a time to come. */
export function createReads(known: Known, now: number): Reads {
  const reads = new Map<string, Read>();
  const polls: { readonly entry: KnownEntry; readonly reason: Reason }[] = [];
  const add = (what: Read['what'], reason: Reason): void => {
    const before = reads.get(what.key);
    reads.set(what.key, before === undefined ? { op: 'read', what, ...reason } : merged(before, reason));
  };
  const mayAsk = (state: { readonly retryAt?: number; readonly state?: string } | undefined): boolean =>
    state?.state !== 'pending' && (state?.retryAt ?? now) <= now;

  const resource: Reads['resource'] = ({ key, type }, reason) => {
    const entry = known.entries.get(key);
    if (mayAsk(entry) && entry?.reading !== true) add({ kind: 'resource', key, type }, reason);
  };
  const collection: Reads['collection'] = (what, reason) => {
    if (mayAsk(known.collections.get(what.key))) add({ kind: 'collection', ...what }, reason);
  };
  return {
    resource,
    collection,
    question: (question, reason) => {
      if (mayAsk(known.answers.get(question.key)))
        add({ kind: 'question', key: question.key, question }, reason);
    },
    poll: (entry, reason) => void polls.push({ entry, reason }),
    steps: () => {
      for (const { together, alone } of gathered(polls, known)) {
        if (together !== undefined) for (const { reason } of alone) collection(together, reason);
        else for (const { entry, reason } of alone) resource(entry, reason);
      }
      return [...reads.values()].toSorted((a, b) => lanes.indexOf(a.lane) - lanes.indexOf(b.lane));
    },
  };
}

const lanes: readonly Lane[] = ['targets', 'demand', 'waiting', 'audit'];
const pageSize = 100;

function merged(before: Read, reason: Reason): Read {
  const seen = new Set(before.for.map(refKey));
  const more = reason.for.filter((object) => !seen.has(refKey(object)));
  const lane = lanes.indexOf(reason.lane) < lanes.indexOf(before.lane) ? reason.lane : before.lane;
  return more.length === 0 && lane === before.lane
    ? before
    : { ...before, for: [...before.for, ...more], lane };
}

interface Poll {
  readonly entry: KnownEntry;
  readonly reason: Reason;
}

interface Gathered {
  readonly together?: CollectionOf;
  readonly alone: readonly Poll[];
}

/** A listing costs a page per hundred of its type: worth it when more than that are waiting. What is going needs its own Get. */
function gathered(polls: readonly Poll[], known: Known): readonly Gathered[] {
  const groups = new Map<string, { collection?: CollectionOf; polls: Poll[] }>();
  for (const poll of polls) {
    const collection = pollCollection(poll.entry);
    const name = collection?.key ?? poll.entry.key;
    const group = groups.get(name) ?? { ...(collection === undefined ? {} : { collection }), polls: [] };
    group.polls.push(poll);
    groups.set(name, group);
  }
  return [...groups.values()].map(({ collection, polls: alone }) => {
    if (collection === undefined) return { alone };
    const listed = [...known.entries.values()].filter(({ type }) => type === collection.type).length;
    return alone.length > Math.ceil(listed / pageSize) + 1 ? { together: collection, alone } : { alone };
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
