import { equal, isObject, listAt, objectAt, textAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';
import { clearAway, contentsOf } from './containers.ts';
import { markDeleted } from './deletion.ts';
import type { DeleteOptions, Expectation } from './deletion.ts';
import { isOver } from './lifecycle.ts';
import type { Traits } from './lifecycle.ts';
import { compact } from './history.ts';
import { erase, put } from './revision.ts';
import type { Refusal } from './refusal.ts';
import { definitions, find } from './state.ts';
import type { Key, State } from './state.ts';

/** Objects in commands are complete and valid; the caller has seen to that with the schema and `lifecycle.ts`. */
export type Command =
  | { readonly op: 'create'; readonly key: Key; readonly object: JsonObject }
  | { readonly op: 'update'; readonly key: Key; readonly object: JsonObject; readonly expect: Expectation }
  | {
      readonly op: 'delete';
      readonly key: Key;
      readonly traits: Traits;
      readonly options: DeleteOptions;
      /** Traits of everything that may have to go with it. */
      readonly traitsOf: (resource: string) => Traits;
      /** Unix ms. */
      readonly now: number;
    };

export type Outcome =
  | {
      readonly code: 'done';
      readonly state: State;
      readonly object: JsonObject;
      /** As it was; absent when it is new. */
      readonly before?: JsonObject;
      /** The object is no more. */
      readonly gone: boolean;
    }
  | { readonly code: 'refused'; readonly refusal: Refusal };

/** How far a watcher may be behind before it has to list again. */
const historyLimits = { changes: 10_000, size: 8 * 1024 * 1024 };

/** The state after a command, with all its changes in the history, or why not. */
export function transition(state: State, command: Command): Outcome {
  const before = find(state, command.key);
  const outcome = carryOut(compacted(state), command);
  return outcome.code === 'refused' || before === undefined ? outcome : { ...outcome, before };
}

function compacted(state: State): State {
  const history = compact(state.history, historyLimits);
  return history === state.history ? state : { ...state, history };
}

function carryOut(state: State, command: Command): Outcome {
  switch (command.op) {
    case 'create':
      return create(state, command.key, command.object);
    case 'update':
      return update(state, command);
    case 'delete':
      return remove(state, command);
  }
}

function create(state: State, key: Key, object: JsonObject): Outcome {
  const refusal = homeless(state, key);
  if (refusal !== undefined) return refused(refusal);
  if (find(state, key) !== undefined) return refused({ code: 'alreadyExists', key });
  return done(put(state, key, object), key, object);
}

/** Why an object cannot be born where it wants to live. */
function homeless(state: State, key: Key): Refusal | undefined {
  const { namespace, resource } = key;
  const definition = find(state, { resource: definitions, namespace: '', name: resource });
  if (definition !== undefined && isTerminating(definition)) return { code: 'definitionTerminating', key };
  if (namespace === '') return undefined;
  const home = find(state, { resource: 'namespaces', namespace: '', name: namespace });
  if (home === undefined) return { code: 'namespaceMissing', namespace };
  return isTerminating(home) ? { code: 'namespaceTerminating', namespace, key } : undefined;
}

function isTerminating(object: JsonObject): boolean {
  return textAt(object, 'metadata', 'deletionTimestamp') !== '';
}

function update(state: State, { key, object, expect }: Extract<Command, { op: 'update' }>): Outcome {
  const before = find(state, key);
  if (before === undefined) return refused({ code: 'notFound', key });
  const refusal = unexpected(key, before, expect);
  if (refusal?.code === 'otherUid') return refused({ ...refusal, code: 'replaced' });
  if (refusal !== undefined) return refused(refusal);
  if (equal(before, object)) return { code: 'done', state, object: before, gone: false };
  if (isOver(object) && !isContainer(key)) return goneFrom(clearAway(erase(state, key, object)), object);
  return done(clearAway(put(state, key, object)), key, object);
}

function unexpected(key: Key, before: JsonObject, expect: Expectation): Refusal | undefined {
  const uid = textAt(before, 'metadata', 'uid');
  const version = textAt(before, 'metadata', 'resourceVersion');
  if (expect.uid !== undefined && expect.uid !== uid)
    return { code: 'otherUid', key, expected: expect.uid, actual: uid };
  return expect.resourceVersion === undefined || expect.resourceVersion === version
    ? undefined
    : { code: 'modified', key };
}

/** Namespaces and definitions hold others, and go when they are empty. */
function isContainer({ resource }: Key): boolean {
  return resource === 'namespaces' || resource === definitions;
}

const protectedNamespaces = ['default', 'kube-system', 'kube-public'];

function remove(state: State, command: Extract<Command, { op: 'delete' }>): Outcome {
  const { key, options } = command;
  const before = find(state, key);
  if (before === undefined) return refused({ code: 'notFound', key });
  if (key.resource === 'namespaces' && protectedNamespaces.includes(key.name))
    return refused({ code: 'protected', key });
  const expected = options.expect ?? {};
  const version = textAt(before, 'metadata', 'resourceVersion');
  const refusal = unexpected(key, before, expected.uid === undefined ? {} : { uid: expected.uid });
  if (refusal !== undefined) return refused(refusal);
  if (expected.resourceVersion !== undefined && expected.resourceVersion !== version) {
    return refused({ code: 'otherVersion', key, expected: expected.resourceVersion, actual: version });
  }
  return isContainer(key) ? removeContainer(state, command, before) : removeOne(state, command, before);
}

function removeOne(state: State, command: Extract<Command, { op: 'delete' }>, before: JsonObject): Outcome {
  const marked = markDeleted(before, command);
  if (isOver(marked)) {
    // What has time to end is seen ending first, however short the time is.
    const ending =
      command.traits.graceful && !equal(marked, before) ? put(state, command.key, marked) : state;
    return goneFrom(clearAway(erase(ending, command.key, marked)), marked);
  }
  if (equal(marked, before)) return { code: 'done', state, object: before, gone: false };
  return done(clearAway(put(state, command.key, marked)), command.key, marked);
}

/** Marks the container, asks everything in it to go, and takes it away if nothing stayed. */
function removeContainer(
  state: State,
  command: Extract<Command, { op: 'delete' }>,
  before: JsonObject,
): Outcome {
  const { key } = command;
  const marked = isTerminating(before)
    ? before
    : { ...markDeleted(before, command), ...terminatingStatus(key, before) };
  let next = equal(marked, before) ? state : put(state, key, marked);
  for (const content of contentsOf(next, key)) {
    const { propagation: _, ...options } = command.options;
    const { expect: __, graceSeconds: ___, ...rest } = options;
    const outcome = remove(next, {
      ...command,
      key: content,
      traits: command.traitsOf(content.resource),
      options: rest,
    });
    if (outcome.code === 'done') next = outcome.state;
  }
  next = clearAway(next);
  const left = find(next, key);
  return left === undefined
    ? goneFrom(next, marked)
    : { code: 'done', state: next, object: left, gone: false };
}

function terminatingStatus(key: Key, before: JsonObject): JsonObject {
  const status = objectAt(before, 'status');
  if (key.resource === 'namespaces') return { status: { ...status, phase: 'Terminating' } };
  const conditions = listAt(status, 'conditions').filter(isObject);
  return {
    status: {
      ...status,
      conditions: [...conditions.filter((one) => textAt(one, 'type') !== 'Terminating'), terminating],
    },
  };
}

const terminating: JsonObject = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
};

function refused(refusal: Refusal): Outcome {
  return { code: 'refused', refusal };
}

/** What was written; it may have gone at once, with the container that it left empty. */
function done(state: State, key: Key, written: JsonObject): Outcome {
  const object = find(state, key);
  return { code: 'done', state, object: object ?? written, gone: object === undefined };
}

function goneFrom(state: State, object: JsonObject): Outcome {
  return { code: 'done', state, object, gone: true };
}
