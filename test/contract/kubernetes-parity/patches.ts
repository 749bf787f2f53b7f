import type { Json, JsonObject } from '../../../src/cluster/schema/json.ts';
import { isObject } from '../../../src/cluster/schema/json.ts';
import { each, get, patch } from './case.ts';
import type { Case, Cases, Stage } from './case.ts';
import { badMetadata, unknownFields } from './writes.ts';

/** What a merge patch says, as operations that add and remove. */
function operations(change: JsonObject, path = ''): readonly JsonObject[] {
  return Object.entries(change).flatMap(([key, value]): readonly JsonObject[] => {
    const here = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (value === null) return [{ op: 'remove', path: here }];
    const isDeep = isObject(value) && ['spec', 'metadata', 'targetRef', 'healthCheck', 'data'].includes(key);
    return isDeep ? operations(value, here) : [{ op: 'add', path: here, value }];
  });
}

export function jsonPatches(stage: Stage): Cases {
  const { item, create, fieldPath, fieldValue, fieldRemovable, fixed, mistyped, unknown, wrong } = stage;
  const sent = (body: unknown, query = ''): Case => ({
    given: [create],
    ask: patch('json', item + query, body),
  });
  const some = (...operations: readonly Readonly<Record<string, Json>>[]): Case => sent(operations);
  const replace = { op: 'replace', path: fieldPath, value: fieldValue };
  return {
    'that replaces a field': some(replace),
    'that adds what is there': some({ ...replace, op: 'add' }),
    'that tests, and replaces': some({ op: 'test', path: '/metadata/labels/app', value: 'a' }, replace),
    'whose test fails': some({ op: 'test', path: '/metadata/labels/app', value: 'b' }, replace),
    'that tests what is not there': some({ op: 'test', path: '/metadata/labels/nope', value: 'b' }),
    ...(fieldRemovable ? { 'that removes a field': some({ op: 'remove', path: fieldPath }) } : {}),
    'that removes what is not there': some({ op: 'remove', path: '/metadata/annotations/nope' }),
    'that replaces what is not there': some({ op: 'replace', path: '/metadata/labels/nope', value: 'x' }),
    'that adds under what is not there': some({ op: 'add', path: '/metadata/annotations/a', value: 'b' }),
    'that adds a label': some({ op: 'add', path: '/metadata/labels/b', value: 'c' }),
    'that adds a label with a slash': some({ op: 'add', path: '/metadata/labels/e.x~1b', value: 'c' }),
    'that copies a label': some({ op: 'copy', from: '/metadata/labels/app', path: '/metadata/labels/b' }),
    'that moves a label': some({ op: 'move', from: '/metadata/labels/app', path: '/metadata/labels/b' }),
    'that moves what is not there': some({
      op: 'move',
      from: '/metadata/labels/x',
      path: '/metadata/labels/b',
    }),
    'of no operations': some(),
    'of an operation that is none': some({ op: 'increase', path: fieldPath }),
    'without a path': some({ op: 'add', value: 'x' }),
    'without a value': some({ op: 'add', path: '/metadata/labels/b' }),
    'that is no list': sent({ op: 'add', path: '/metadata/labels/b', value: 'c' }),
    'that is no document': { given: [create], ask: { ...patch('json', item, undefined), text: '[{' } },
    'of nothing': { given: [create], ask: { ...patch('json', item, undefined), text: '' } },
    'of a version': some({ op: 'replace', path: '/metadata/resourceVersion', value: '$rv' }, replace),
    'of a version that is none': some({ op: 'replace', path: '/metadata/resourceVersion', value: '1' }),
    'of a uid that is another': some({ op: 'replace', path: '/metadata/uid', value: 'other' }),
    'of its name': some({ op: 'replace', path: '/metadata/name', value: 'other' }),
    'of its kind': some({ op: 'replace', path: '/kind', value: 'Other' }),
    'that empties it': some({ op: 'replace', path: '', value: {} }),
    'of what is not there': { ask: patch('json', item, [replace]) },
    'of its status': {
      given: [create],
      ask: patch('json', `${item}/status`, operations(stage.status ?? {})),
    },
    'by a manager': sent([replace], '?fieldManager=me'),
    ...each(wrong, (row) => sent(operations(row)), 'to '),
    ...each(fixed, (row) => sent(operations(row)), 'to '),
    'to a value of another type': sent(operations(mistyped)),
    ...unknownFields((query) => sent(operations(unknown), query)),
  };
}

export function mergePatches(stage: Stage): Cases {
  return { ...documents(stage, 'merge'), ...bodies(stage, 'merge') };
}

export function strategicPatches(stage: Stage): Cases {
  const { item, create, strategic } = stage;
  const one = (change: JsonObject): Case => ({ given: [create], ask: patch('strategic', item, change) });
  return {
    ...documents(stage, 'strategic'),
    ...bodies(stage, 'strategic'),
    'that replaces the labels': one({ metadata: { labels: { $patch: 'replace', b: 'c' } } }),
    'that deletes the labels': one({ metadata: { labels: { $patch: 'delete' } } }),
    'of a directive that is none': one({ metadata: { labels: { $patch: 'forget' } } }),
    ...(strategic === undefined ? {} : { 'that merges lists': one(strategic) }),
    'that adds and takes finalizers': {
      given: [create, patch('merge', item, { metadata: { finalizers: ['a.b/c', 'a.b/d'] } })],
      ask: patch('strategic', item, {
        metadata: { '$deleteFromPrimitiveList/finalizers': ['a.b/c'], finalizers: ['a.b/e'] },
      }),
    },
  };
}

type DocumentPatch = 'merge' | 'strategic';

function documents(
  { item, create, change, wrong, fixed, mistyped, unknown, status }: Stage,
  type: DocumentPatch,
): Cases {
  const one = (body: unknown, query = ''): Case => ({
    given: [create],
    ask: patch(type, item + query, body),
  });
  return {
    'with a change': one(change),
    'without a change': one({}),
    'by a manager': one(change, '?fieldManager=me'),
    'with a label': one({ metadata: { labels: { b: 'c' } } }),
    'without a label': one({ metadata: { labels: { app: null } } }),
    'without labels': one({ metadata: { labels: null } }),
    'of a version': one({ ...change, metadata: { resourceVersion: '$rv' } }),
    'of another version': one({ ...change, metadata: { resourceVersion: '1' } }),
    'of a version that is none': one({ metadata: { resourceVersion: 'abc' } }),
    'of another uid': one({ metadata: { uid: 'other' } }),
    'of its name': one({ metadata: { name: 'other' } }),
    'of its kind': one({ kind: 'Other' }),
    'of what is not there': { ask: patch(type, item, change) },
    'of its collection': { ask: patch(type, item.replace('/$name', ''), change) },
    'of its status': { given: [create], ask: patch(type, `${item}/status`, status ?? {}) },
    'of a status at its own path': { ...one(status ?? {}), after: get(item) },
    ...each(badMetadata, one, 'with '),
    ...each(wrong, one, 'with '),
    ...each(fixed, one, 'with '),
    'with a value of another type': one(mistyped),
    ...unknownFields((query) => one(unknown, query)),
  };
}

/** What is no patch at all. */
function bodies({ item, create }: Stage, type: DocumentPatch): Cases {
  const text = (text: string): Case => ({ given: [create], ask: { ...patch(type, item, undefined), text } });
  return {
    'of nothing': text(''),
    'of a list': text('[]'),
    'of null': text('null'),
    'of half a document': text('{"metadata":'),
    'of a text': text('"a"'),
  };
}
