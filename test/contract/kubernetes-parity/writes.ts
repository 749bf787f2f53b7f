import type { JsonObject } from '../../../src/cluster/schema/json.ts';
import type { TranscriptRequest } from '../kubernetes-transcript.ts';
import { each, get, patch, post, put, whole } from './case.ts';
import type { Case, Cases, Stage } from './case.ts';

const longName = 'n'.repeat(254);

/** What may be wrong with an object of any kind, as merge patches. */
export const badMetadata: Readonly<Record<string, JsonObject>> = {
  'a label that is none': { metadata: { labels: { 'a b': 'c' } } },
  'a label of a bad value': { metadata: { labels: { a: '-b-' } } },
  'an annotation that is none': { metadata: { annotations: { 'a/b/c': 'd' } } },
  'a finalizer that is none': { metadata: { finalizers: ['nope'] } },
  'an owner without a uid': {
    metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: '' }] },
  },
  'two owners that control it': {
    metadata: {
      ownerReferences: ['1', '2'].map((uid) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: 'o',
        uid,
        controller: true,
      })),
    },
  },
  'labels that are a list': { metadata: { labels: [] } },
  'a label that is a number': { metadata: { labels: { a: 1 } } },
};

/** How a server may take fields that it does not know. */
const manners = ['', '?fieldValidation=Strict', '?fieldValidation=Warn', '?fieldValidation=Ignore'];

export function unknownFields(make: (query: string) => Case): Cases {
  return Object.fromEntries(
    manners.map((query) => [`a field it does not have ${query.split('=')[1] ?? ''}`.trim(), make(query)]),
  );
}

export function creates(stage: Stage): Cases {
  const { collection, item, wrong, mistyped, unknown, change } = stage;
  const one = (change: JsonObject, query = ''): Case => ({
    ask: post(collection + query, whole(stage, change)),
  });
  const sent = (text: string, type = 'application/json'): Case => ({
    ask: { method: 'POST', path: collection, type, text },
  });
  const body = JSON.stringify(whole(stage));
  return {
    'an object': one({}),
    'another object': one(change),
    'by a manager': one({}, '?fieldManager=me'),
    'by a manager of a long name': one({}, `?fieldManager=${'m'.repeat(129)}`),
    'that is there already': { given: [stage.create], ask: stage.create },
    'with a name to complete': one({ metadata: { name: null, generateName: '$name-' } }),
    'with a name, and one to complete': one({ metadata: { generateName: 'other-' } }),
    'without a name': one({ metadata: { name: null } }),
    'with a name of capitals': one({ metadata: { name: 'Name' } }),
    'with a name of a path': one({ metadata: { name: 'a/b' } }),
    'with a long name': one({ metadata: { name: longName } }),
    'in another namespace': one({ metadata: { namespace: 'other' } }),
    'in a namespace that is not there': {
      ask: post(`${stage.root}/namespaces/nowhere/${stage.plural}`, whole(stage)),
    },
    'of another kind': one({ kind: 'Other' }),
    'of no kind': one({ kind: null }),
    'of another version': one({ apiVersion: 'example.com/v1' }),
    'at its own path': { ask: post(item, whole(stage)) },
    'with a version': one({ metadata: { resourceVersion: '5' } }),
    'with a uid': one({ metadata: { uid: '0d1f1c5e-0000-4000-8000-000000000001' } }),
    'with what the server sets': one({
      metadata: { generation: 7, creationTimestamp: '2020-01-01T00:00:00Z', selfLink: '/x' },
    }),
    'with a time of deletion': one({ metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } }),
    'with a status': one(stage.status ?? {}),
    'with annotations and a finalizer': one({
      metadata: { annotations: { 'example.com/a': 'b' }, finalizers: ['example.com/f'] },
    }),
    ...each(badMetadata, one, 'with '),
    ...each(wrong, one, 'with '),
    'with a value of another type': one(mistyped),
    ...unknownFields((query) => one(unknown, query)),
    'with a field validation that is none': one({}, '?fieldValidation=Perhaps'),
    'with a field twice': {
      ask: {
        method: 'POST',
        path: `${collection}?fieldValidation=Strict`,
        type: 'application/json',
        text: body.replace('{', '{"kind":"Other",'),
      },
    },
    'as YAML': sent(body, 'application/yaml'),
    'as text': sent(body, 'text/plain'),
    'of half a document': sent(body.slice(0, -1)),
    'of nothing': sent(''),
    'of a list': sent('[]'),
    'of null': sent('null'),
  };
}

export function updates(stage: Stage): Cases {
  const { collection, item, wrong, fixed, mistyped, unknown, change, create } = stage;
  const current = { metadata: { resourceVersion: '$rv' } };
  const one = (change: JsonObject, query = ''): Case => ({
    given: [create],
    ask: put(item + query, whole(stage, current, change)),
  });
  const label: TranscriptRequest = patch('merge', item, { metadata: { labels: { seen: 'yes' } } });
  return {
    'with a change': one(change),
    'without a change': one({}),
    'by a manager': one(change, '?fieldManager=me'),
    'with fewer labels': one({ metadata: { labels: null, annotations: { a: 'b' } } }),
    'with a finalizer': one({ metadata: { finalizers: ['example.com/f'] } }),
    'without a version': one({ ...change, metadata: { resourceVersion: null } }),
    'of an older version': {
      given: [create, label],
      ask: put(item, whole(stage, { metadata: { resourceVersion: '$old' } }, change)),
    },
    'of a version to come': one({ metadata: { resourceVersion: '999999999' } }),
    'of a version that is none': one({ metadata: { resourceVersion: 'abc' } }),
    'of its uid': one({ ...change, metadata: { uid: '$uid' } }),
    'of another uid': one({ metadata: { uid: '0d1f1c5e-0000-4000-8000-000000000001' } }),
    'with another time of birth': one({ metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } }),
    'with another generation': one({ metadata: { generation: 7 } }),
    'with a time of deletion': one({ metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } }),
    'that is not there': { ask: put(item, whole(stage, { metadata: { resourceVersion: '5' } })) },
    'that is not there, without a version': { ask: put(item, whole(stage)) },
    'of another name': one({ metadata: { name: 'other' } }),
    'of no name': one({ metadata: { name: null } }),
    'in another namespace': one({ metadata: { namespace: 'other' } }),
    'of another kind': one({ kind: 'Other' }),
    'of another version of the API': one({ apiVersion: 'example.com/v1' }),
    'of its collection': { ask: put(collection, whole(stage)) },
    'of its status': {
      given: [create],
      ask: put(`${item}/status`, whole(stage, current, stage.status ?? {}, change)),
    },
    'with a status': { ...one(stage.status ?? {}), after: get(item) },
    ...each(badMetadata, one, 'with '),
    ...each(wrong, one, 'with '),
    ...each(fixed, one, 'with '),
    'with a value of another type': one(mistyped),
    ...unknownFields((query) => one(unknown, query)),
    'as text': { given: [create], ask: { method: 'PUT', path: item, type: 'text/plain', text: '{}' } },
    'of nothing': { given: [create], ask: { method: 'PUT', path: item, type: 'application/json', text: '' } },
  };
}
