import type { WireResponse } from '../../ports/wire.ts';
import { isObject, numberAt, objectAt, own, textAt, without } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { apiVersionOf, qualifiedName } from '../schema/kind.ts';
import { matchesLabels, parseFieldSelector, parseLabelSelector } from '../schema/selectors.ts';
import { find, list } from '../storage/state.ts';
import type { State } from '../storage/state.ts';
import { keyOf } from './context.ts';
import type { Context, ResourceCall } from './context.ts';
import { readJson } from './json-text.ts';
import { checkListOptions, count, resourceVersion } from './options.ts';
import { json, warnings } from './reply.ts';
import { badRequest, expired, failure, internal, notFound, Refused } from './status.ts';
import { metadataOf, shapeOf } from './representation.ts';
import { tableOf } from './table.ts';
import { served } from './view.ts';

/** GET of one object. */
export function getObject(context: Context, call: ResourceCall, accept: string): WireResponse {
  const { kind, target } = call;
  const shape = shapeOf(accept, call, 'object');
  const asked = resourceVersion(call.query, internal) ?? 0;
  const { revision } = context.store.state;
  if (asked > revision) throw tooLarge(asked, revision);
  const object = find(context.store.state, keyOf(kind, target.namespace, target.name));
  if (object === undefined) throw notFound(kind, target.name);
  const headers = warnings(deprecation(call));
  if (shape === 'metadata') return json(200, metadataOf(object), headers);
  if (shape === 'object') return json(200, served(call, object), headers);
  const metadata = { resourceVersion: textAt(object, 'metadata', 'resourceVersion') };
  return json(200, tableOf(call, [object], { metadata, now: context.clock.now() }), headers);
}

/** GET of a collection, page by page if asked. */
export function listObjects(context: Context, call: ResourceCall, accept: string): WireResponse {
  checkListOptions(call.query);
  const shape = shapeOf(accept, call, 'list');
  const limit = limitOf(call.query);
  const { state, from } = whereToRead(context, call);
  const choose = selector(call);
  const page: JsonObject[] = [];
  let next: string | undefined;
  let left = 0;
  for (const [path, object] of list(state, scope(call), from)) {
    if (!choose(object)) continue;
    if (limit === 0 || page.length < limit) page.push(object);
    else {
      next ??= path;
      left += 1;
    }
  }
  if (next !== undefined) context.store.remember();
  const selected = call.query.has('labelSelector') || call.query.has('fieldSelector');
  const metadata: JsonObject = {
    resourceVersion: String(state.revision),
    ...(shape !== 'object' && next === undefined
      ? {}
      : continued(call, next === undefined ? undefined : token(state.revision, next))),
    ...(next === undefined || selected ? {} : { remainingItemCount: left }),
  };
  const headers = warnings(deprecation(call));
  if (shape === 'table')
    return json(200, tableOf(call, page, { metadata, now: context.clock.now() }), headers);
  return json(
    200,
    shape === 'metadata' ? metadataList(metadata, page) : listKind(call, metadata, page),
    headers,
  );
}

/** How many objects make a page; 0 is all of them. Who takes any version is given all that there is at once. */
function limitOf(query: URLSearchParams): number {
  const limit = Math.max(0, count(query, 'limit') ?? 0);
  return query.get('resourceVersion') === '0' ? 0 : limit;
}

/** Lists of custom resources say that there is nothing more. */
export function continued({ kind }: ResourceCall, token?: string): JsonObject {
  if (token !== undefined) return { continue: token };
  return kind.origin === 'custom' ? { continue: '' } : {};
}

function metadataList(metadata: JsonObject, items: readonly JsonObject[]): JsonObject {
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    // Upstream makes this list anew, and an empty one stays as Go makes it.
    items: items.length === 0 ? null : items.map(metadataOf),
  };
}

/** The list object of a kind. */
export function listKind(call: ResourceCall, metadata: JsonObject, items: readonly JsonObject[]): JsonObject {
  return {
    kind: call.kind.listKind,
    apiVersion: apiVersionOf(call.kind, call.version.name),
    metadata,
    items: items.map((item) => listed(call, item)),
  };
}

/** Items of built-in lists do not repeat what the list says. */
function listed(call: ResourceCall, item: JsonObject): JsonObject {
  return call.kind.origin === 'builtin' ? without(item, 'apiVersion', 'kind') : served(call, item);
}

/** Everything a request's selectors choose. */
export function collection(state: State, call: ResourceCall): readonly JsonObject[] {
  const choose = selector(call);
  return [...list(state, scope(call))].map(([, object]) => object).filter(choose);
}

function deprecation({ version }: ResourceCall): readonly string[] {
  return version.deprecated === undefined ? [] : [version.deprecated];
}

/** Where a collection's objects are kept. */
export function scope({ kind, target }: ResourceCall): {
  readonly resource: string;
  readonly namespace?: string;
} {
  const resource = qualifiedName(kind);
  return kind.namespaced && target.namespace === ''
    ? { resource }
    : { resource, namespace: target.namespace };
}

/** Which revision to read, and from which path on. */
function whereToRead(
  context: Context,
  { query }: ResourceCall,
): { readonly state: State; readonly from?: string } {
  const { state } = context.store;
  const continued = query.get('continue') ?? '';
  if (continued !== '') {
    const { revision, path } = parseToken(continued);
    if (!['', '0'].includes(query.get('resourceVersion') ?? ''))
      throw badRequest('specifying resource version is not allowed when using continue');
    const remembered = context.store.remembered(revision);
    if (remembered !== undefined) return { state: remembered, from: path };
    const message =
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.';
    throw new Refused(410, expired(message));
  }
  const asked = resourceVersion(query, (why) => badRequest(`invalid resource version: ${why}`)) ?? 0;
  if (asked > state.revision) throw tooLarge(asked, state.revision);
  if (query.get('resourceVersionMatch') !== 'Exact' || asked === state.revision) return { state };
  const exact = context.store.remembered(asked);
  if (exact === undefined)
    throw new Refused(410, expired(`The resourceVersion for the provided list is too old: ${asked}`));
  return { state: exact };
}

export function tooLarge(asked: number, current: number): Refused {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new Refused(504, failure(504, 'Timeout', message, { causes, retryAfterSeconds: 1 }), {
    'retry-after': '1',
  });
}

function token(revision: number, path: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: path })).toString(
    'base64url',
  );
}

function parseToken(text: string): { readonly revision: number; readonly path: string } {
  const decoded = Buffer.from(text, 'base64url').toString('latin1');
  const read = readJson(decoded);
  if ('value' in read) {
    const { value } = read;
    const revision = isObject(value) ? numberAt(value, 'rv') : undefined;
    const path = isObject(value) ? textAt(value, 'start') : '';
    if (revision !== undefined && path !== '') return { revision, path };
  }
  throw badRequest(
    `invalid continue token: continue key is not valid: ${'complaint' in read ? read.complaint : 'it names no start'}`,
  );
}

/** Whether an object is chosen by the selectors, and the name, of a request. */
export function selector(call: ResourceCall): (object: JsonObject) => boolean {
  const labels = parseLabelSelector(call.query.get('labelSelector') ?? '');
  if (labels.code === 'unparsable') throw badRequest(labels.message);
  const fields = parseFieldSelector(call.query.get('fieldSelector') ?? '');
  if ('message' in fields) throw badRequest(fields.message);
  const known = ['metadata.name', 'metadata.namespace', ...call.kind.selectableFields];
  for (const { field } of fields) {
    if (!known.includes(field)) throw badRequest(unknownField(call, field));
  }
  return (object) =>
    matchesLabels(labels.requirements, objectAt(object, 'metadata', 'labels')) &&
    fields.every(({ field, equals, value }) => (fieldText(object, field) === value) === equals);
}

/** Kinds with selectable fields of their own, and those of definitions, have other words for it. */
function unknownField({ kind }: ResourceCall, field: string): string {
  return kind.origin === 'custom' || kind.selectableFields.length > 0
    ? `field label not supported: ${field}`
    : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

/** The value a field selector compares; a missing field is the empty string. */
function fieldText(object: JsonObject, field: string): string {
  let here: Json | undefined = object;
  for (const key of field === 'source' ? ['source', 'component'] : field.split('.')) {
    here =
      typeof here === 'object' && here !== null && !Array.isArray(here)
        ? own(objectAt(here), key)
        : undefined;
  }
  return here === undefined || here === null || typeof here === 'object' ? '' : String(here);
}
