import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingLog } from '../../test/kube/recording-log.ts';
import { seededRandom } from '../../test/simulation/seeded-random.ts';
import { virtualTime } from '../../test/simulation/virtual-clock.ts';
import type { VirtualTime } from '../../test/simulation/virtual-clock.ts';
import { kinds } from '../kinds/kinds.ts';
import type { KubeObject, ObjectMeta } from '../kinds/object.ts';
import type { Unstructured } from '../kube/object.ts';
import { createDeletions } from './deletions.ts';
import type { Deletions } from './deletions.ts';
import { definitionsForbidden } from './definitions.ts';
import type { DefinitionRead } from './definitions.ts';

const objectOf = (metadata: Partial<ObjectMeta>): Unstructured => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'rates', namespace: 'default', uid: 'u1', ...metadata },
});
const deletionTimestamp = '2026-01-01T00:00:00Z';
const route = objectOf({});
const deleting = objectOf({ deletionTimestamp });
const definition = objectOf({ uid: 'd1' });

const stays: DefinitionRead = { definition: 'there', object: definition };
const leaving: DefinitionRead = { definition: 'there', object: objectOf({ uid: 'd1', deletionTimestamp }) };
const gone: DefinitionRead = { definition: 'gone' };
const forbidden: DefinitionRead = { definition: 'forbidden', error: new Error('is forbidden') };

interface Scene {
  readonly time: VirtualTime;
  readonly deletions: Deletions;
  readonly changes: readonly string[];
  readonly lines: readonly string[];
  /** What the watch of definitions has; the definition as it was, until a test says otherwise. */
  watched: KubeObject | undefined;
}

/** Each read of the definition takes 100 ms and gives the next of `answers`; the last one again and again. */
function scene(...answers: readonly (DefinitionRead | Error)[]): Scene {
  const time = virtualTime(seededRandom(1));
  const clock = time.clock();
  const changes: string[] = [];
  const { log, lines } = recordingLog();
  let reads = 0;
  const deletions = createDeletions({
    kind: kinds.HTTPRoute,
    readDefinition: async (signal) => {
      const answer = answers[Math.min(reads++, answers.length - 1)];
      await clock.sleep(100, signal);
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    },
    definitionNow: () => made.watched,
    onChange: (reason) => changes.push(reason),
    clock,
    log,
    signal: new AbortController().signal,
  });
  const made: Scene = { time, deletions, changes, lines, watched: definition };
  return made;
}

const isDeleting = (object: KubeObject): boolean => object.metadata.deletionTimestamp !== undefined;

test('a deletion is believed after the definition was read and stays', async () => {
  const { time, deletions, changes } = scene(stays);
  deletions.saw({ op: 'modified', before: route, object: deleting });
  assert.deepEqual(deletions.withoutDoubted([deleting]).map(isDeleting), [false]);
  await time.pass(200);
  assert.deepEqual(deletions.withoutDoubted([deleting]).map(isDeleting), [true]);
  assert.deepEqual(changes, ['HTTPRoute deletions are meant']);
  assert.equal(deletions.kindIsLeaving, false);
});

test('who waits for the deletions to be judged has their verdict', async () => {
  const { time, deletions } = scene(stays);
  await deletions.judged();
  deletions.saw({ op: 'added', object: deleting });
  const judged = deletions.judged();
  await time.pass(200);
  await judged;
  assert.deepEqual(deletions.withoutDoubted([deleting]).map(isDeleting), [true]);
});

test('an object that is gone is there until the definition was read and stays', async () => {
  const { time, deletions, changes } = scene(stays);
  deletions.saw({ op: 'deleted', object: route });
  assert.deepEqual(deletions.withoutDoubted([]), [route]);
  await time.pass(200);
  assert.deepEqual(deletions.withoutDoubted([]), []);
  assert.deepEqual(changes, ['HTTPRoute deletions are meant']);
});

test('an object that goes after its deletion was believed is gone at once', async () => {
  const { time, deletions } = scene(stays, gone);
  deletions.saw({ op: 'modified', before: route, object: deleting });
  await time.pass(200);
  deletions.saw({ op: 'deleted', object: deleting });
  assert.deepEqual(deletions.withoutDoubted([]), []);
  await time.pass(1000);
  assert.equal(deletions.kindIsLeaving, false);
});

test('an object that goes before its deletion was believed stays as it was', () => {
  const { deletions } = scene(stays);
  deletions.saw({ op: 'modified', before: route, object: deleting });
  deletions.saw({ op: 'deleted', object: deleting });
  assert.deepEqual(deletions.withoutDoubted([]), [route]);
});

test('a new object takes the place of one that is gone in doubt', () => {
  const { deletions } = scene(stays);
  const successor = objectOf({ uid: 'u2' });
  deletions.saw({ op: 'deleted', object: route });
  deletions.saw({ op: 'added', object: successor });
  assert.deepEqual(deletions.withoutDoubted([successor]), [successor]);
});

for (const [title, read] of [
  ['is leaving', leaving],
  ['is gone', gone],
] as const) {
  test(`no deletion is believed when the definition ${title}; the kind is leaving then`, async () => {
    const { time, deletions, lines } = scene(read);
    deletions.saw({ op: 'modified', before: route, object: deleting });
    deletions.saw({ op: 'deleted', object: objectOf({ uid: 'u2', name: 'parking' }) });
    await time.pass(1000);
    assert.deepEqual(deletions.withoutDoubted([deleting]).map(isDeleting), [false]);
    assert.equal(deletions.kindIsLeaving, true);
    assert.deepEqual(lines, [
      'warn a definition is being removed; what its objects asked for stays in VPC Lattice',
    ]);
  });

  test(`a kind whose definition ${title} comes back with another definition`, async () => {
    const made = scene(read);
    made.deletions.saw({ op: 'deleted', object: route });
    await made.time.pass(1000);
    made.watched = undefined;
    assert.equal(made.deletions.kindIsLeaving, true);
    made.watched = objectOf({ uid: 'd2' });
    assert.equal(made.deletions.kindIsLeaving, false);
  });
}

test('the watch of definitions alone tells that the kind is leaving', () => {
  const made = scene(stays);
  made.watched = objectOf({ uid: 'd1', deletionTimestamp });
  assert.equal(made.deletions.kindIsLeaving, true);
});

test('an answer says nothing of deletions seen after its question', async () => {
  const { time, deletions } = scene(stays, new Error('the API server is away'));
  deletions.saw({ op: 'modified', before: route, object: deleting });
  await time.pass(50);
  const later = objectOf({ uid: 'u2', name: 'parking', deletionTimestamp });
  deletions.saw({ op: 'added', object: later });
  await time.pass(400);
  assert.deepEqual(deletions.withoutDoubted([deleting, later]).map(isDeleting), [true, false]);
});

test('without an answer nothing is believed, and the question is asked again', async () => {
  const away = new Error('the API server is away');
  const { time, deletions, lines } = scene(away, away, stays);
  deletions.saw({ op: 'modified', before: route, object: deleting });
  await time.pass(1500);
  assert.deepEqual(deletions.withoutDoubted([deleting]).map(isDeleting), [false]);
  assert.deepEqual(lines, ['warn deletions wait until their definition can be read']);
  await time.pass(1500);
  assert.deepEqual(deletions.withoutDoubted([deleting]).map(isDeleting), [true]);
});

test('without the right to read definitions deletions are believed, and the log says once what to allow', async () => {
  const { time, deletions, lines } = scene(forbidden);
  const other = objectOf({ uid: 'u2', name: 'parking', deletionTimestamp });
  deletions.saw({ op: 'modified', before: route, object: deleting });
  await time.pass(200);
  deletions.saw({ op: 'added', object: other });
  await time.pass(200);
  assert.deepEqual(deletions.withoutDoubted([deleting, other]).map(isDeleting), [true, true]);
  assert.deepEqual(lines, [`error ${definitionsForbidden}`]);
});
