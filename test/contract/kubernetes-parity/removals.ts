import type { JsonObject } from '../../../src/cluster/schema/json.ts';
import type { TranscriptRequest } from '../kubernetes-transcript.ts';
import { get, patch, post, put, remove, whole } from './case.ts';
import type { Case, Cases, Stage } from './case.ts';

export function deletes(stage: Stage): Cases {
  const { item, create, collection, root, plural } = stage;
  const one = (options?: JsonObject, query = ''): Case => ({
    given: [create],
    ask: remove(item + query, options),
    after: get(item),
  });
  const held = patch('merge', item, { metadata: { finalizers: ['example.com/f'] } });
  const mark = { metadata: { labels: { doomed: '$name' } } };
  const marked = (query: string, options?: JsonObject): Case => ({
    given: [post(collection, whole(stage, mark))],
    ask: remove(`${collection}?${query}`, options),
    after: get(item),
  });
  const doomed = 'labelSelector=doomed%3D$name';
  const sent = (text: string, type = 'application/json'): Case => ({
    given: [create],
    ask: { method: 'DELETE', path: item, type, text },
    after: get(item),
  });
  return {
    'an object': one(),
    'an object that is not there': { ask: remove(item) },
    'an object twice': { given: [create, remove(item)], ask: remove(item) },
    'in a namespace that is not there': { ask: remove(`${root}/namespaces/nowhere/${plural}/a`) },
    'with options': one({}),
    'in the background': one({ propagationPolicy: 'Background' }),
    'in the foreground': one({ propagationPolicy: 'Foreground' }),
    'without its children': one({ propagationPolicy: 'Orphan' }),
    'in a way that is none': one({ propagationPolicy: 'Sideways' }),
    'in the background, by the path': one(undefined, '?propagationPolicy=Background'),
    'in the foreground, by the path': one(undefined, '?propagationPolicy=Foreground'),
    'in a way that is none, by the path': one(undefined, '?propagationPolicy=Sideways'),
    'without its children, as it used to be': one({ orphanDependents: true }),
    'in two ways': one({ orphanDependents: true, propagationPolicy: 'Orphan' }),
    'at once': one({ gracePeriodSeconds: 0 }),
    'in time': one({ gracePeriodSeconds: 5 }),
    'before its time': one({ gracePeriodSeconds: -1 }),
    'of its uid': one({ preconditions: { uid: '$uid' } }),
    'of another uid': one({ preconditions: { uid: '0d1f1c5e-0000-4000-8000-000000000001' } }),
    'of its version': one({ preconditions: { resourceVersion: '$rv' } }),
    'of another version': one({ preconditions: { resourceVersion: '1' } }),
    'that is held': { ...one(), given: [create, held] },
    'that is held, in the foreground': { ...one({ propagationPolicy: 'Foreground' }), given: [create, held] },
    'that is held, twice': { ...one(), given: [create, held, remove(item)] },
    'that is held, and let go': {
      given: [create, held, remove(item)],
      ask: patch('merge', item, { metadata: { finalizers: null } }),
      after: get(item),
    },
    'that is held more, and cannot be': {
      given: [create, held, remove(item)],
      ask: patch('merge', item, { metadata: { finalizers: ['example.com/f', 'example.com/g'] } }),
    },
    'with options of another kind': one({ kind: 'Other' }),
    'with options of another version': one({ apiVersion: 'v2' }),
    'with options that there are not': one({ nope: 1 }),
    'with half a document': sent('{"kind":'),
    'with options as text': sent('{}', 'text/plain'),
    'with options as YAML': sent('{propagationPolicy: Background}', 'application/yaml'),
    'all of a label': marked(doomed),
    'all of a label, in the foreground': marked(doomed, { propagationPolicy: 'Foreground' }),
    'all by name': marked('fieldSelector=metadata.name%3D$name'),
    'all of labels that are none': marked('labelSelector=a+in+b'),
    'all by a field that is none': marked('fieldSelector=spec.nope%3D1'),
    'all of no such label': marked('labelSelector=doomed%3Dnobody'),
  };
}

/** Everything that writes, and does not. */
export function dryRuns(stage: Stage): Cases {
  const { item, create, collection, change, mistyped, unknown } = stage;
  const dry = 'dryRun=All';
  const there = (ask: TranscriptRequest): Case => ({ given: [create], ask, after: get(item) });
  const absent = (ask: TranscriptRequest): Case => ({ ask, after: get(item) });
  const apply = (manager: string, changes: JsonObject): TranscriptRequest =>
    patch('apply', `${item}?${dry}&fieldManager=${manager}`, whole(stage, changes));
  const current = { metadata: { resourceVersion: '$rv' } };
  const [firstWrong = {}] = Object.values(stage.wrong);
  const nothing = remove(item, { dryRun: ['All'] });
  return {
    'of a creation': absent(post(`${collection}?${dry}`, whole(stage))),
    'of a creation with a name to complete': {
      ask: post(`${collection}?${dry}`, whole(stage, { metadata: { name: null, generateName: '$name-' } })),
    },
    'of a creation of what is there': there(post(`${collection}?${dry}`, whole(stage))),
    'of a creation that is refused': absent(post(`${collection}?${dry}`, whole(stage, firstWrong))),
    'of a creation in no namespace': {
      ask: post(`${stage.root}/namespaces/nowhere/${stage.plural}?${dry}`, whole(stage)),
    },
    'of a creation with an unknown field': absent(post(`${collection}?${dry}`, whole(stage, unknown))),
    'of a creation with an unknown field, strictly': absent(
      post(`${collection}?${dry}&fieldValidation=Strict`, whole(stage, unknown)),
    ),
    'of an update': there(put(`${item}?${dry}`, whole(stage, current, change))),
    'of an update of another version': there(
      put(`${item}?${dry}`, whole(stage, { metadata: { resourceVersion: '1' } }, change)),
    ),
    'of an update without a change': there(put(`${item}?${dry}`, whole(stage, current))),
    'of an update of what is not there': absent(put(`${item}?${dry}`, whole(stage, current, change))),
    'of a merge patch': there(patch('merge', `${item}?${dry}`, change)),
    'of a merge patch that is refused': there(patch('merge', `${item}?${dry}`, mistyped)),
    'of a JSON patch': there(
      patch('json', `${item}?${dry}`, [{ op: 'add', path: '/metadata/labels/b', value: 'c' }]),
    ),
    'of a strategic merge patch': there(patch('strategic', `${item}?${dry}`, change)),
    'of a status': there(patch('merge', `${item}/status?${dry}`, stage.status ?? {})),
    'of an application': absent(apply('me', {})),
    'of an application to what is there': there(apply('me', change)),
    'of an application that conflicts': there(apply('me', { metadata: { labels: { app: 'z' } } })),
    'of a deletion': there(nothing),
    'of a deletion, by the path': there(remove(`${item}?${dry}`)),
    'of a deletion in the foreground': there(
      remove(item, { dryRun: ['All'], propagationPolicy: 'Foreground' }),
    ),
    'of a deletion of what is not there': { ask: nothing },
    'of a deletion of another uid': there(
      remove(item, { dryRun: ['All'], preconditions: { uid: '0d1f1c5e-0000-4000-8000-000000000001' } }),
    ),
    'of a deletion of all of a label': {
      given: [post(collection, whole(stage, { metadata: { labels: { doomed: '$name' } } }))],
      ask: remove(`${collection}?${dry}&labelSelector=doomed%3D$name`),
      after: get(item),
    },
    'of a kind that is none': absent(post(`${collection}?dryRun=Some`, whole(stage))),
    'of no kind': absent(post(`${collection}?dryRun=`, whole(stage))),
    twice: absent(post(`${collection}?${dry}&${dry}`, whole(stage))),
    'of a deletion, of a kind that is none': there(remove(item, { dryRun: ['Some'] })),
    'of a merge patch, of a kind that is none': there(patch('merge', `${item}?dryRun=all`, change)),
  };
}
