import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { JsonObject } from '../schema/json.ts';
import { listAt, objectAt, textAt, withAt } from '../schema/json.ts';
import { changesSince } from './history.ts';
import type { Traits } from './lifecycle.ts';
import { prepareCreate, prepareUpdate } from './lifecycle.ts';
import { emptyState, find, list, pathOf } from './state.ts';
import type { Key, State } from './state.ts';
import { transition } from './transitions.ts';
import type { Command, Outcome } from './transitions.ts';

const plain: Traits = { generation: 'spec', graceful: false, bornWithStatus: false, statusTakes: [] };
const pods: Traits = { ...plain, graceful: true };
const now = Date.parse('2026-01-02T03:04:05Z');
const timestamp = '2026-01-02T03:04:05Z';

function traitsOf(resource: string): Traits {
  return resource === 'pods' ? pods : plain;
}

function keyOf(resource: string, namespace: string, name: string): Key {
  return { resource, namespace, name };
}

function born(key: Key, body: JsonObject = {}): Command {
  const object = { metadata: { name: key.name }, ...body };
  const birth = { uid: `uid-of-${pathOf(key)}`, timestamp, suffix: 'xyz12', namespace: key.namespace };
  return {
    op: 'create',
    key,
    object: prepareCreate({ ...traitsOf(key.resource), hasStatus: false }, object, birth),
  };
}

function gone(key: Key, options: Extract<Command, { op: 'delete' }>['options'] = {}): Command {
  return { op: 'delete', key, traits: traitsOf(key.resource), traitsOf, options, now };
}

function run(state: State, ...commands: readonly Command[]): State {
  return commands.reduce((before, command) => {
    const outcome = transition(before, command);
    assert.equal(outcome.code, 'done', JSON.stringify(outcome));
    return outcome.code === 'done' ? outcome.state : before;
  }, state);
}

function refusal(outcome: Outcome): string {
  return outcome.code === 'refused' ? outcome.refusal.code : 'done';
}

const home = keyOf('namespaces', '', 'home');
const settled = run(emptyState, born(home));
const thing = keyOf('things', 'home', 'a');
const pod = keyOf('pods', 'home', 'p');

describe('storage', () => {
  test('an object is born once, in a namespace that exists', () => {
    const state = run(settled, born(thing));
    assert.equal(refusal(transition(state, born(thing))), 'alreadyExists');
    assert.equal(refusal(transition(state, born(keyOf('things', 'nowhere', 'a')))), 'namespaceMissing');
  });

  test('a write of an older version is refused, and one that changes nothing is none', () => {
    const state = run(settled, born(thing));
    const object = find(state, thing) ?? {};
    const stale: Command = { op: 'update', key: thing, object, expect: { resourceVersion: '1' } };
    assert.equal(refusal(transition(state, stale)), 'modified');
    assert.equal(run(state, { op: 'update', key: thing, object, expect: {} }), state);
  });

  test('a deleted object with finalizers waits for them', () => {
    const state = run(settled, born(thing, { metadata: { name: 'a', finalizers: ['x/y'] } }), gone(thing));
    const waiting = find(state, thing) ?? {};
    assert.equal(textAt(waiting, 'metadata', 'deletionTimestamp'), timestamp);
    const freed = withAt(waiting, ['metadata', 'finalizers'], []);
    const after = run(state, { op: 'update', key: thing, object: freed, expect: {} });
    assert.equal(find(after, thing), undefined);
  });

  test('a pod on a node has its grace, which can only become shorter', () => {
    const running = born(pod, { spec: { nodeName: 'n', terminationGracePeriodSeconds: 20 } });
    const asked = run(settled, running, gone(pod));
    assert.equal(textAt(find(asked, pod), 'metadata', 'deletionTimestamp'), '2026-01-02T03:04:25Z');
    assert.equal(run(asked, gone(pod, { graceSeconds: 25 })), asked);
    const hurried = run(asked, gone(pod, { graceSeconds: 5 }));
    assert.equal(textAt(find(hurried, pod), 'metadata', 'deletionTimestamp'), '2026-01-02T03:04:10Z');
    assert.equal(find(run(hurried, gone(pod, { graceSeconds: 0 })), pod), undefined);
  });

  test('a pod on no node goes at once', () => {
    assert.equal(find(run(settled, born(pod), gone(pod)), pod), undefined);
  });

  test('a namespace takes everything with it, and goes last', () => {
    const state = run(settled, born(thing), born(pod, { spec: { nodeName: 'n' } }), gone(home));
    assert.equal(find(state, thing), undefined);
    assert.equal(textAt(find(state, home), 'status', 'phase'), 'Terminating');
    assert.equal(refusal(transition(state, born(thing))), 'namespaceTerminating');
    const emptied = run(state, gone(pod, { graceSeconds: 0 }));
    assert.equal(find(emptied, home), undefined);
    assert.deepEqual(
      changesAfter(emptied, state.revision).map(({ type, key }) => `${type} ${key.resource}`),
      ['MODIFIED pods', 'DELETED pods', 'DELETED namespaces'],
    );
  });

  test('a definition takes its objects with it, and waits for those that hold on', () => {
    const definition = keyOf('customresourcedefinitions.apiextensions.k8s.io', '', 'things');
    const held = born(thing, { metadata: { name: 'a', finalizers: ['x/y'] } });
    const state = run(settled, born(definition), held, gone(definition));
    assert.notEqual(find(state, definition), undefined);
    assert.equal(refusal(transition(state, born(keyOf('things', 'home', 'b')))), 'definitionTerminating');
    const freed = withAt(find(state, thing) ?? {}, ['metadata', 'finalizers'], []);
    const after = run(state, { op: 'update', key: thing, object: freed, expect: {} });
    assert.equal(find(after, definition), undefined);
  });

  test('an owner that is deleted in the foreground waits for the garbage collector', () => {
    const foreground = { propagation: 'Foreground' } as const;
    const alone = run(settled, born(thing), gone(thing, foreground));
    assert.deepEqual(listAt(find(alone, thing), 'metadata', 'finalizers'), ['foregroundDeletion']);
    const uid = `uid-of-${pathOf(thing)}`;
    const owned = born(keyOf('things', 'home', 'b'), {
      metadata: { name: 'b', ownerReferences: [{ apiVersion: 'v1', kind: 'Thing', name: 'a', uid }] },
    });
    const state = run(settled, born(thing), owned, gone(thing, foreground));
    assert.deepEqual(listAt(find(state, thing), 'metadata', 'finalizers'), ['foregroundDeletion']);
    assert.equal(find(run(state, gone(thing, { propagation: 'Background' })), thing), undefined);
  });

  test('only changes of the spec are a new generation, and status has its own door', () => {
    const before = find(run(settled, born(thing, { spec: { a: 1 }, status: { s: 1 } })), thing) ?? {};
    const after = { ...before, spec: { a: 2 }, status: { s: 2 } };
    const main = prepareUpdate(plain, 'all but status', { before, after });
    assert.deepEqual(
      [main['spec'], main['status'], objectAt(main, 'metadata')['generation']],
      [{ a: 2 }, { s: 1 }, 2],
    );
    const status = prepareUpdate(plain, 'status', { before, after });
    assert.deepEqual(
      [status['spec'], status['status'], objectAt(status, 'metadata')['generation']],
      [{ a: 1 }, { s: 2 }, 1],
    );
  });

  test('whatever is done, revisions grow and the log tells how one state became the other', () => {
    const names = fc.constantFrom('a', 'b', 'c');
    const commands = fc.array(
      fc.record({
        name: names,
        op: fc.constantFrom('create', 'update', 'delete'),
        held: fc.boolean(),
        value: fc.nat(3),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(commands, fc.nat(60), (done, from) => {
        let state = settled;
        let snapshot = settled;
        for (const [index, step] of done.entries()) {
          if (index === from) snapshot = state;
          const outcome = transition(state, commandOf(state, step));
          if (outcome.code === 'done') {
            assert.ok(outcome.state.revision >= state.revision);
            state = outcome.state;
          }
        }
        assert.deepEqual(replayed(snapshot, state), contents(state));
      }),
    );
  });
});

interface StepOf {
  readonly name: string;
  readonly op: string;
  readonly held: boolean;
  readonly value: number;
}

function commandOf(state: State, { name, op, held, value }: StepOf): Command {
  const key = keyOf('things', 'home', name);
  const metadata = { name, ...(held ? { finalizers: ['x/y'] } : {}) };
  if (op === 'create') return born(key, { metadata, spec: { value } });
  if (op === 'delete') return gone(key);
  const before = find(state, key) ?? { metadata };
  const { finalizers: _, ...rest } = objectAt(before, 'metadata');
  const after = { ...before, metadata: held ? { ...rest, finalizers: ['x/y'] } : rest, spec: { value } };
  return { op: 'update', key, object: prepareUpdate(plain, 'everything', { before, after }), expect: {} };
}

function changesAfter(state: State, revision: number): Exclude<ReturnType<typeof changesSince>, 'gone'> {
  const changes = changesSince(state.history, revision);
  return changes === 'gone' ? [] : changes;
}

function contents(state: State): ReadonlyMap<string, JsonObject> {
  return new Map(list(state, { resource: 'things' }));
}

function replayed(from: State, to: State): ReadonlyMap<string, JsonObject> {
  const objects = new Map(contents(from));
  let last = from.revision;
  for (const { revision, type, key, object } of changesAfter(to, from.revision)) {
    assert.ok(revision > last);
    last = revision;
    if (key.resource !== 'things') continue;
    assert.equal(textAt(object, 'metadata', 'resourceVersion'), String(revision));
    if (type === 'DELETED') objects.delete(pathOf(key));
    else objects.set(pathOf(key), object);
  }
  return new Map([...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
