import { get, patch, post, remove, whole } from './case.ts';
import type { Cases, Stage } from './case.ts';
import type { TranscriptRequest } from '../kubernetes-transcript.ts';

export const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const asMetadata = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';
const asMetadataList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

/** Three objects that differ in name and labels, and a read that waits until all of them can be read everywhere. */
export function threeObjects(stage: Stage): readonly TranscriptRequest[] {
  const make = (name: string, labels: Readonly<Record<string, string>>): TranscriptRequest =>
    post(stage.collection, whole(stage, { metadata: { name, labels: { app: null, ...labels } } }));
  return [
    make('a', { app: 'x', tier: 'front' }),
    make('b', { app: 'y', tier: 'back' }),
    make('c', { tier: 'back' }),
    get(`${stage.collection}?resourceVersion=$rv`),
  ];
}

export function gets(stage: Stage): Cases {
  const { collection, root, plural } = stage;
  const a = `${collection}/a`;
  return {
    'an object': { ask: get(a) },
    'an object that is not there': { ask: get(`${collection}/nope`) },
    'a name that is none': { ask: get(`${collection}/No_Name`) },
    'as a table': { ask: get(a, asTable) },
    'as a table with whole objects': { ask: get(`${a}?includeObject=Object`, asTable) },
    'as a table without objects': { ask: get(`${a}?includeObject=None`, asTable) },
    'as a table with things that are none': { ask: get(`${a}?includeObject=Some`, asTable) },
    'its metadata': { ask: get(a, asMetadata) },
    'as YAML': { ask: get(a, 'application/yaml') },
    'for people': { ask: get(`${a}?pretty=true`) },
    'as a page': { ask: get(a, 'text/html') },
    'as anything': { ask: get(a, '*/*') },
    'as of any version': { ask: get(`${a}?resourceVersion=0`) },
    'as of its version': { ask: get(`${a}?resourceVersion=$rv`) },
    'as of a version that is none': { ask: get(`${a}?resourceVersion=abc`) },
    'its status': { ask: get(`${a}/status`) },
    'its scale': { ask: get(`${a}/scale`) },
    'a part that there is not': { ask: get(`${a}/nope`) },
    'in a namespace that is not there': { ask: get(`${root}/namespaces/nowhere/${plural}/a`) },
    'of a version that is not served': { ask: get(a.replace(root, root.replace(/v\w+$/u, 'v9'))) },
    'posted to': { ask: post(a, whole(stage)) },
  };
}

export function lists(stage: Stage): Cases {
  const { collection, everywhere, root, plural } = stage;
  const query = (text: string, accept?: string): Cases[string] => ({
    ask: get(`${collection}?${text}`, accept),
  });
  const twoPages = [get(`${collection}?limit=2`)];
  return {
    all: { ask: get(collection) },
    'all of one label': query('labelSelector=app%3Dx'),
    'all of another label': query('labelSelector=app!%3Dx'),
    'all of some labels': query('labelSelector=app+in+(x,y),tier%3Dback'),
    'all of no such labels': query('labelSelector=app+notin+(x)'),
    'all with a label': query('labelSelector=app'),
    'all without a label': query('labelSelector=!app'),
    'by labels that are none': query('labelSelector=app+in+x'),
    'by name': query('fieldSelector=metadata.name%3Db'),
    'by another name': query('fieldSelector=metadata.name!%3Db'),
    'by a field that is none': query('fieldSelector=spec.nope%3Db'),
    'by half a field': query('fieldSelector=metadata.name'),
    'in all namespaces': { ask: get(`${everywhere}?labelSelector=tier%3Dback,app%3Dy`) },
    'in a namespace that is not there': { ask: get(`${root}/namespaces/nowhere/${plural}`) },
    'the first two': { ask: get(`${collection}?limit=2`) },
    'the next two': { given: twoPages, ask: get(`${collection}?limit=2&continue=$continue`) },
    'the next with another limit': { given: twoPages, ask: get(`${collection}?limit=1&continue=$continue`) },
    'the next of nothing': query('limit=2&continue=nonsense'),
    'the next of a version': {
      given: twoPages,
      ask: get(`${collection}?limit=2&resourceVersion=$rv&continue=$continue`),
    },
    'less than none': query('limit=-1'),
    'a limit that is none': query('limit=many'),
    'as a table': query('limit=2', asTable),
    'as a table without objects': query('includeObject=None', asTable),
    'their metadata': query('limit=1', asMetadataList),
    'their metadata as of one': query('limit=1', asMetadata),
    'as of any version': query('resourceVersion=0'),
    'as of any version, a page': query('resourceVersion=0&limit=1'),
    'as of a version exactly': {
      given: twoPages,
      ask: get(`${collection}?resourceVersion=$rv&resourceVersionMatch=Exact`),
    },
    'as of no older version': query('resourceVersion=$rv&resourceVersionMatch=NotOlderThan'),
    'as of any version exactly': query('resourceVersion=0&resourceVersionMatch=Exact'),
    'exactly as of nothing': query('resourceVersionMatch=Exact'),
    'as of a match that is none': query('resourceVersion=$rv&resourceVersionMatch=Nearly'),
    'as of a version that is none': query('resourceVersion=abc'),
    'as a stream of one': query('sendInitialEvents=true'),
    'as a page': query('limit=1', 'text/html'),
    'put to': { ask: { method: 'PUT', path: collection } },
  };
}

/** What happens after the objects are there, so that a watch has something to tell. */
export function changesToWatch(stage: Stage): readonly TranscriptRequest[] {
  const { collection } = stage;
  const labels = (name: string, app: string): TranscriptRequest =>
    patch('merge', `${collection}/${name}`, { metadata: { labels: { app } } });
  return [
    ...threeObjects(stage),
    get(collection),
    labels('a', 'y'),
    labels('b', 'x'),
    post(collection, whole(stage, { metadata: { name: 'd', labels: { app: 'x' } } })),
    remove(`${collection}/c`),
  ];
}

export function watches(stage: Stage): Cases {
  const { collection, everywhere, root, plural, api } = stage;
  const query = (text: string, accept?: string): Cases[string] => ({
    ask: get(`${collection}?watch=true&timeoutSeconds=1&${text}`, accept),
  });
  const from = 'resourceVersion=$seen';
  const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
  const old = root.replace(api, `${api}/watch`);
  return {
    'from a version on': query(from),
    'from a version on, of one label': query(`${from}&labelSelector=app%3Dx`),
    'from a version on, of another label': query(`${from}&labelSelector=app!%3Dx`),
    'from a version on, by name': query(`${from}&fieldSelector=metadata.name%3Da`),
    'from a version on, as tables': query(from, asTable),
    'from a version on, as tables without objects': query(`${from}&includeObject=None`, asTable),
    'from a version on, their metadata': query(from, asMetadata),
    'from a version on, as YAML': query(from, 'application/yaml'),
    'from a version on, with bookmarks': query(`${from}&allowWatchBookmarks=true`),
    'from now': query(''),
    'from any version': query('resourceVersion=0'),
    'from now, of one label': query('labelSelector=app%3Dx'),
    'what is there, and on': query(`${initial}&allowWatchBookmarks=true`),
    'what is there of one label, and on': query(`${initial}&allowWatchBookmarks=true&labelSelector=app%3Dx`),
    'what is there as tables, and on': query(`${initial}&allowWatchBookmarks=true`, asTable),
    'what is there as metadata, and on': query(`${initial}&allowWatchBookmarks=true`, asMetadata),
    'what is there without bookmarks, and on': query(initial),
    'what is there without a match': query('sendInitialEvents=true'),
    'not what is there': query(
      `sendInitialEvents=false&resourceVersionMatch=NotOlderThan&${from}&allowWatchBookmarks=true`,
    ),
    'what is there exactly': query('sendInitialEvents=true&resourceVersionMatch=Exact'),
    'from a version with a match': query(`${from}&resourceVersionMatch=NotOlderThan`),
    'from a version that is none': query('resourceVersion=abc'),
    'of labels that are none': query('labelSelector=app+in+x'),
    'by a field that is none': query('fieldSelector=spec.nope%3Db'),
    'for a time that is none': { ask: get(`${collection}?watch=true&timeoutSeconds=long`) },
    'or not': { ask: get(`${collection}?watch=perhaps&timeoutSeconds=1&${from}`) },
    'as a page': query(from, 'text/html'),
    'one object': { ask: get(`${collection}/a?watch=true&timeoutSeconds=1&${from}`) },
    'in all namespaces': {
      ask: get(`${everywhere}?watch=true&timeoutSeconds=1&${from}&fieldSelector=metadata.name%3Db`),
    },
    'in a namespace that is not there': {
      ask: get(`${root}/namespaces/nowhere/${plural}?watch=true&timeoutSeconds=1`),
    },
    'by the old path': {
      ask: get(`${old}/namespaces/${stage.namespace}/${plural}?timeoutSeconds=1&${from}`),
    },
  };
}
