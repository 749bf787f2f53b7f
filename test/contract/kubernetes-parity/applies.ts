import type { JsonObject } from '../../../src/cluster/schema/json.ts';
import type { TranscriptRequest } from '../kubernetes-transcript.ts';
import { each, get, patch, whole } from './case.ts';
import type { Case, Cases, Stage } from './case.ts';
import { badMetadata, unknownFields } from './writes.ts';

export function applies(stage: Stage): Cases {
  const { item, create, change, wrong, fixed, mistyped, unknown, status } = stage;
  const by = (manager: string, changes: JsonObject, query = ''): TranscriptRequest =>
    patch('apply', `${item}?fieldManager=${manager}${query}`, whole(stage, changes));
  const mine = (changes: JsonObject, query = ''): TranscriptRequest => by('me', changes, query);
  const bare = (changes: JsonObject): JsonObject => {
    const { apiVersion = '', kind = '' } = whole(stage);
    return { apiVersion, kind, metadata: { name: '$name' }, ...changes };
  };
  const applied = (changes: JsonObject): Case => ({ ask: mine(changes) });
  const again = (changes: JsonObject, query = ''): Case => ({ given: [mine({})], ask: mine(changes, query) });
  const text = (text: string): Case => ({ ask: { ...mine({}), body: undefined, text } });
  return {
    'something new': applied({}),
    'the same again': again({}),
    'a change': again(change),
    'less, so that a label goes': again({ metadata: { labels: null } }),
    'less, so that everything goes': {
      given: [mine({})],
      ask: patch('apply', `${item}?fieldManager=me`, bare({})),
    },
    'only a label, by another': {
      given: [mine({})],
      ask: patch(
        'apply',
        `${item}?fieldManager=you`,
        bare({ metadata: { name: '$name', labels: { b: 'c' } } }),
      ),
    },
    'the same, by another': { given: [mine({})], ask: by('you', {}) },
    'another label, against its manager': {
      given: [mine({})],
      ask: by('you', { metadata: { labels: { app: 'z' } } }),
    },
    'another label, by force': {
      given: [mine({})],
      ask: by('you', { metadata: { labels: { app: 'z' } } }, '&force=true'),
    },
    'over what was created': { given: [create], ask: mine({}) },
    'against who created it': { given: [create], ask: mine({ metadata: { labels: { app: 'z' } } }) },
    'less, of which another wants some': {
      given: [
        mine({}),
        patch(
          'apply',
          `${item}?fieldManager=you`,
          bare({ metadata: { name: '$name', labels: { app: 'a' } } }),
        ),
      ],
      ask: mine({ metadata: { labels: null } }),
    },
    'after an update': { given: [mine({}), patch('merge', item, change)], ask: mine({}) },
    'after an update, by force': {
      given: [mine({}), patch('merge', item, change)],
      ask: mine({}, '&force=true'),
    },
    'without a manager': { ask: patch('apply', item, whole(stage)) },
    'by force, which is none': { ask: mine({}, '&force=perhaps') },
    'a status': {
      given: [mine({})],
      ask: patch('apply', `${item}/status?fieldManager=me`, bare({ ...status })),
    },
    'a status of what is not there': {
      ask: patch('apply', `${item}/status?fieldManager=me`, bare({ ...status })),
    },
    'of its version': again({ metadata: { resourceVersion: '$rv' } }),
    'of another version': again({ metadata: { resourceVersion: '1' } }),
    'of a version, something new': applied({ metadata: { resourceVersion: '1' } }),
    'of a uid': applied({ metadata: { uid: 'other' } }),
    'with managers': applied({ metadata: { managedFields: [{ manager: 'a', operation: 'Apply' }] } }),
    'of another name': applied({ metadata: { name: 'other' } }),
    'of no name': applied({ metadata: { name: null } }),
    'in another namespace': applied({ metadata: { namespace: 'other' } }),
    'of another kind': applied({ kind: 'Other' }),
    'of no kind': applied({ kind: null }),
    'of another version of the API': applied({ apiVersion: 'example.com/v1' }),
    'with nothing in a label': again({ metadata: { labels: { app: null, b: '' } } }),
    ...each(badMetadata, applied, 'with '),
    ...each(wrong, applied, 'with '),
    ...each(fixed, (row) => again(row, '&force=true'), 'with '),
    'with a value of another type': applied(mistyped),
    ...unknownFields((query) => ({ ask: mine(unknown, query.replace('?', '&')) })),
    'of nothing': text(''),
    'of a list': text('[]'),
    'of half a document': text('{"metadata":'),
    'and then to read': { given: [mine({}), mine(change)], ask: get(item) },
  };
}
