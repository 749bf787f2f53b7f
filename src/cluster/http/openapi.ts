import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { KindVersion, ResourceKind } from '../schema/kind.ts';
import { componentName, openApiSchema } from '../schema/openapi.ts';
import type { Components } from '../schema/openapi.ts';
import { hash } from './discovery.ts';
import type { Kinds } from './registry.ts';
import { bytes, plain } from './reply.ts';

/** A document per version, made when it is first asked for and kept as long as the kinds stay the same. */
export class OpenApi {
  readonly #documents = new WeakMap<Kinds, Map<string, Document>>();

  /** Answers paths below `/openapi/v3`; nothing for others. */
  answer(kinds: Kinds, path: string, request: WireRequest): WireResponse | undefined {
    if (path === '/openapi/v3') return this.#index(kinds, request);
    if (!path.startsWith('/openapi/v3/')) return undefined;
    const document = this.#document(kinds, path.slice('/openapi/v3/'.length));
    if (document === undefined) return plain(404, '404 page not found\n');
    return send(request, document, 'public, immutable');
  }

  #index(kinds: Kinds, request: WireRequest): WireResponse {
    const paths = [...kinds.groups].flatMap(([group, versions]) =>
      versions.map((version) => {
        const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
        const digest = this.#document(kinds, path)?.digest ?? '';
        return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${digest}` }] as const;
      }),
    );
    const text = JSON.stringify({ paths: Object.fromEntries(paths) });
    return send(request, { text, digest: hash(text) }, 'no-cache, private');
  }

  #document(kinds: Kinds, path: string): Document | undefined {
    const made = this.#documents.get(kinds) ?? new Map<string, Document>();
    this.#documents.set(kinds, made);
    const known = made.get(path);
    if (known !== undefined) return known;
    const [root, ...rest] = path.split('/');
    const [group = '', version = ''] = root === 'api' ? ['', ...rest] : rest;
    if (kinds.groups.get(group)?.includes(version) !== true) return undefined;
    const text = JSON.stringify(documentOf(kinds, group, version));
    const document = { text, digest: hash(text) };
    made.set(path, document);
    return document;
  }
}

interface Document {
  readonly text: string;
  readonly digest: string;
}

function send(request: WireRequest, { text, digest }: Document, cache: string): WireResponse {
  const etag = `"${digest}"`;
  const headers = { etag, vary: 'Accept', 'cache-control': cache };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: bytes('') };
  return { status: 200, headers: { 'content-type': 'application/json', ...headers }, body: bytes(text) };
}

function documentOf(kinds: Kinds, group: string, version: string): JsonObject {
  const components: Components = new Map();
  const paths: (readonly [string, Json])[] = [];
  for (const kind of kinds.all.filter((one) => one.group === group)) {
    const found = kind.versions.find(({ name }) => name === version);
    if (found === undefined) continue;
    addKind(kind, found, components);
    paths.push(...pathsOf(kind, found));
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.3' },
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(components) },
  };
}

/** A kind's own component says which kind it is; clients look for that. */
function addKind(kind: ResourceKind, version: KindVersion, components: Components): void {
  const { name: _, ...anonymous } = version.schema;
  const schema = openApiSchema(anonymous, components);
  components.set(componentOf(kind, version), {
    ...schema,
    'x-kubernetes-group-version-kind': [identity(kind, version)],
  });
}

function componentOf(kind: ResourceKind, version: KindVersion): string {
  if (version.schema.name !== undefined) return componentName(version.schema.name);
  return `${kind.group.split('.').toReversed().join('.')}.${version.name}.${kind.kind}`;
}

function identity(kind: ResourceKind, version: KindVersion): JsonObject {
  return { group: kind.group, version: version.name, kind: kind.kind };
}

const writeParameters: readonly Json[] = ['dryRun', 'fieldManager', 'fieldValidation'].map(parameter);
const patchParameters: readonly Json[] = [
  ...writeParameters,
  { ...parameter('force'), schema: { type: 'boolean', uniqueItems: true } },
];

function parameter(name: string): JsonObject {
  return { name, in: 'query', schema: { type: 'string', uniqueItems: true } };
}

function pathsOf(kind: ResourceKind, version: KindVersion): readonly (readonly [string, Json])[] {
  const root = kind.group === '' ? `/api/${version.name}` : `/apis/${kind.group}/${version.name}`;
  const collection = kind.namespaced
    ? `${root}/namespaces/{namespace}/${kind.plural}`
    : `${root}/${kind.plural}`;
  const reference = { $ref: `#/components/schemas/${componentOf(kind, version)}` };
  const operation = (action: string, parameters: readonly Json[]): Json => ({
    parameters,
    responses: { '200': { description: 'OK', content: { 'application/json': { schema: reference } } } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': identity(kind, version),
  });
  const object = {
    get: operation('get', []),
    put: operation('put', writeParameters),
    patch: operation('patch', patchParameters),
    delete: operation('delete', [parameter('dryRun')]),
  };
  const create = { post: operation('post', writeParameters) };
  if (kind.virtual) return [[collection, create]];
  return [
    [collection, { get: operation('list', []), ...create }],
    [`${collection}/{name}`, object],
    ...(version.status ? [[`${collection}/{name}/status`, object] as const] : []),
  ];
}
