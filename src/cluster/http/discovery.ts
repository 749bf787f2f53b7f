import { createHash } from 'node:crypto';
import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { apiVersionOf } from '../schema/kind.ts';
import type { KindVersion, ResourceKind } from '../schema/kind.ts';
import type { Kinds } from './registry.ts';
import { bytes, json, plain } from './reply.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
/** The order in which the server for custom resources lists them. */
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const objectVerbs = ['get', 'patch', 'update'];
const aggregated = /g=apidiscovery\.k8s\.io;v=(v2);as=APIGroupDiscoveryList/u;

/** Answers what clients ask to learn which kinds there are; nothing for other paths. */
export function discover(kinds: Kinds, path: string, request: WireRequest): WireResponse | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const [root, group = '', version] = parts;
  const core = root === 'api' ? parts : undefined;
  if (path === '/api' || path === '/apis') return roots(kinds, path, request);
  if (core?.length === 2) return resources(kinds, '', core[1] ?? '');
  if (root !== 'apis') return undefined;
  if (parts.length === 2) return groupDocument(kinds, group);
  return parts.length === 3 && version !== undefined ? resources(kinds, group, version) : undefined;
}

function roots(kinds: Kinds, path: string, request: WireRequest): WireResponse {
  const core = path === '/api';
  const groups = [...kinds.groups.keys()].filter((group) => (group === '') === core);
  if (aggregated.test((request.headers['accept'] ?? '').replaceAll(' ', ''))) {
    const body = {
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      metadata: {},
      items: groups.map((group) => aggregatedGroup(kinds, group)),
    };
    return tagged(request, body, 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
  }
  if (core) return json(200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
  return json(200, {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups.map((group) => legacyGroup(kinds, group)),
  });
}

/** With an entity tag, so that a client that knows the answer is told so. */
export function tagged(request: WireRequest, body: Json, type: string): WireResponse {
  const text = JSON.stringify(body);
  const etag = `"${hash(text)}"`;
  const headers = { 'content-type': type, etag, vary: 'Accept', 'cache-control': 'public' };
  return request.headers['if-none-match'] === etag
    ? { status: 304, headers: { etag, vary: 'Accept' }, body: bytes('') }
    : { status: 200, headers, body: bytes(text) };
}

/** Names a document by its content. */
export function hash(text: string): string {
  return createHash('sha512').update(text).digest('hex').toUpperCase();
}

function groupDocument(kinds: Kinds, group: string): WireResponse {
  return kinds.groups.has(group)
    ? json(200, { kind: 'APIGroup', apiVersion: 'v1', ...legacyGroup(kinds, group) })
    : plain(404, '404 page not found\n');
}

function legacyGroup(kinds: Kinds, group: string): JsonObject {
  const versions = (kinds.groups.get(group) ?? []).map((version) => ({
    groupVersion: `${group}/${version}`,
    version,
  }));
  return { name: group, versions, preferredVersion: versions[0] ?? {} };
}

function served(
  kinds: Kinds,
  group: string,
  version: string,
): readonly (readonly [ResourceKind, KindVersion])[] {
  return kinds.all
    .filter((kind) => kind.group === group)
    .flatMap((kind) =>
      kind.versions.filter(({ name }) => name === version).map((found) => [kind, found] as const),
    )
    .toSorted(([a], [b]) => (a.plural < b.plural ? -1 : 1));
}

function aggregatedGroup(kinds: Kinds, group: string): JsonObject {
  return {
    metadata: group === '' ? {} : { name: group },
    versions: (kinds.groups.get(group) ?? []).map((version) => ({
      version,
      resources: served(kinds, group, version).map(([kind, found]) => aggregatedResource(kind, found)),
      freshness: 'Current',
    })),
  };
}

function aggregatedResource(kind: ResourceKind, version: KindVersion): JsonObject {
  const builtin = kind.origin === 'builtin';
  const responseKind = {
    group: builtin ? '' : kind.group,
    version: builtin ? '' : version.name,
    kind: kind.kind,
  };
  const parts = subresources(kind, version);
  return {
    resource: kind.plural,
    responseKind,
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: verbsOf(kind),
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    ...(parts.length === 0
      ? {}
      : {
          subresources: parts.map((part) => ({
            subresource: part.name,
            responseKind: part.scale ? scaleKind : responseKind,
            verbs: part.verbs,
          })),
        }),
  };
}

function verbsOf(kind: ResourceKind): readonly string[] {
  if (kind.virtual) return ['create'];
  if (kind.origin === 'custom') return customVerbs;
  return kind.plural === 'namespaces' && kind.group === ''
    ? verbs.filter((verb) => verb !== 'deletecollection')
    : verbs;
}

const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

interface Subresource {
  readonly name: string;
  readonly verbs: readonly string[];
  readonly scale: boolean;
}

function subresources(kind: ResourceKind, version: KindVersion): readonly Subresource[] {
  const pods = kind.group === '' && kind.plural === 'pods';
  const scale = version.scale === undefined ? [] : [{ name: 'scale', verbs: objectVerbs, scale: true }];
  const status = version.status ? [{ name: 'status', verbs: objectVerbs, scale: false }] : [];
  return [
    ...(pods
      ? [
          stream('attach'),
          { name: 'binding', verbs: ['create'], scale: false },
          stream('exec'),
          { name: 'log', verbs: ['get'], scale: false },
          stream('portforward'),
        ]
      : []),
    ...(kind.origin === 'custom' ? [...status, ...scale] : [...scale, ...status]),
  ];
}

function stream(name: string): Subresource {
  return { name, verbs: ['create', 'get'], scale: false };
}

/** The unaggregated list of one version. */
function resources(kinds: Kinds, group: string, version: string): WireResponse {
  if (kinds.groups.get(group)?.includes(version) !== true) return plain(404, '404 page not found\n');
  const entries = served(kinds, group, version).flatMap(([kind, found]) => [
    {
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: verbsOf(kind),
      ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
      ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    },
    ...subresources(kind, found).map((part) => ({
      name: `${kind.plural}/${part.name}`,
      singularName: '',
      namespaced: kind.namespaced,
      ...(part.scale ? scaleKind : { kind: kind.kind }),
      verbs: part.verbs,
    })),
  ]);
  return json(200, {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group }, version),
    resources: entries,
  });
}
