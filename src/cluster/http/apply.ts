import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import { applyObject } from '../schema/apply/apply.ts';
import type { Applied, Conflict } from '../schema/apply/apply.ts';
import { sayTypedErrors, typedErrors } from '../schema/apply/typed.ts';
import { writeManagers } from '../schema/apply/managers.ts';
import { required } from '../schema/field-error.ts';
import { canonical, isObject, objectAt, own, textAt, without, withAt, withoutAt } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { apiVersionOf } from '../schema/kind.ts';
import { metadataWarnings } from '../schema/metadata.ts';
import type { Part } from '../storage/lifecycle.ts';
import { find } from '../storage/state.ts';
import { readPatch } from './body.ts';
import { keyOf, timestamp } from './context.ts';
import type { Context, ResourceCall } from './context.ts';
import type { WriteOptions } from './options.ts';
import { json, warnings } from './reply.ts';
import { createReviewed, updateReviewed } from './reviewed-write.ts';
import {
  badRequest,
  conflict,
  failure,
  internal,
  invalidOptions,
  nameless,
  notFound,
  Refused,
} from './status.ts';
import { served } from './view.ts';
import { readFor } from './write.ts';
import type { Manage } from './write.ts';

export const applyType = 'application/apply-patch+yaml';

interface ApplyRequest {
  readonly request: WireRequest;
  readonly part: Part;
  readonly options: WriteOptions;
}

/** Server-side apply of an object or of its status; an object that is not there is created. */
export async function applyFromRequest(
  context: Context,
  call: ResourceCall,
  { request, part, options }: ApplyRequest,
): Promise<WireResponse> {
  if (options.fieldManager === '') {
    throw invalidOptions('PatchOptions', [required('fieldManager', 'is required for apply patch')]);
  }
  const document = readApplied(call, await readPatch(request));
  checkTyped(call, document);
  const read = readFor(call, document, options, (message) => unconverted(call, document, message));
  const { object } = read;
  const unknown = [...read.unknown, ...metadataWarnings(call.kind, object)];
  const live = liveOf(context, call);
  if (live === undefined) {
    if (part === 'status') throw notFound(call.kind, call.target.name);
    if (textAt(document, 'metadata', 'name') === '') throw nameless(call);
    refuseUid(call, object);
    const { object: born, managers } = merge(context, call, { applied: unversioned(object), options });
    const manage: Manage = (_, after) => writeManagers(after, managers);
    const created = await createReviewed(context, call, { object: born, options, manage });
    return json(201, served(call, created.object), warnings([...unknown, ...created.warnings]));
  }
  const written = await updateReviewed(context, call, () => {
    const merged = merge(context, call, { applied: object, options });
    const manage: Manage = (_, after) => writeManagers(after, merged.managers);
    const given = textAt(object, 'metadata', 'resourceVersion');
    const metadata = objectAt(merged.object, 'metadata');
    const versioned = given === '' ? metadata : { ...metadata, resourceVersion: given };
    return { object: { ...merged.object, metadata: versioned }, part, options, expectUid: '', manage };
  });
  return json(200, served(call, written.object), warnings([...unknown, ...written.warnings]));
}

function liveOf({ store }: Context, { kind, target }: ResourceCall): JsonObject | undefined {
  return find(store.state, keyOf(kind, target.namespace, target.name));
}

/** What is to be created has no version yet, whatever it says. */
function unversioned(object: JsonObject): JsonObject {
  return { ...object, metadata: without(objectAt(object, 'metadata'), 'resourceVersion') };
}

/** Where kubectl keeps what it applied by itself; the server keeps it right when kubectl applies on the server. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

function withLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  const path = ['metadata', 'annotations', lastApplied];
  if (textAt(object, ...path) === '') return object;
  return withAt(object, path, `${canonical(withoutAt(applied, path))}\n`);
}

/** What is applied is read as a document first, and made an object of its type then. */
function unconverted({ kind, version }: ResourceCall, document: JsonObject, message: string): Refused {
  if (kind.origin === 'custom' || message.startsWith('strict'))
    return badRequest(
      `${kind.kind} in version "${version.name}" cannot be handled as a ${kind.kind}: ${message}`,
    );
  const gvk = `${kind.group}/${version.name}, Kind=${kind.kind}`;
  const subject = `${textAt(document, 'metadata', 'namespace')}/${textAt(document, 'metadata', 'name')}`;
  const why = message.startsWith('illegal') ? `error decoding from json: ${message}` : message;
  return internal(
    `failed to convert new object (${subject}; ${gvk}) to proper version: unable to convert unstructured object to ${gvk}: ${why}`,
  );
}

/** Who names a uid means an object that is there. */
function refuseUid({ kind, target }: ResourceCall, object: JsonObject): void {
  const uid = textAt(object, 'metadata', 'uid');
  if (uid === '') return;
  const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
  throw conflict(kind, target.name, why);
}

/** What is applied and what there is, as one. */
function merge(
  context: Context,
  call: ResourceCall,
  { applied, options }: { readonly applied: JsonObject; readonly options: WriteOptions },
): Extract<Applied, { readonly code: 'applied' }> {
  const { kind, version, target } = call;
  const live = liveOf(context, call);
  const result = applyObject({
    schema: version.schema,
    hasStatus: version.status,
    statusTakes: kind.statusTakes,
    writer: {
      manager: options.fieldManager,
      operation: 'Apply',
      apiVersion: apiVersionOf(kind, version.name),
      subresource: target.subresource,
    },
    time: timestamp(context.clock),
    ...(live === undefined ? {} : { live: served(call, live) }),
    applied,
    force: options.force,
  });
  if (result.code === 'conflict') throw sayConflicts(result.conflicts);
  return options.fieldManager === 'kubectl'
    ? { ...result, object: withLastApplied(result.object, applied) }
    : result;
}

/** What is applied says which kind it is, and brings no managers. */
function readApplied({ kind, version }: ResourceCall, document: Json): JsonObject {
  const patch = document ?? {};
  if (!isObject(patch)) {
    const type = Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
    );
  }
  const apiVersion = textAt(patch, 'apiVersion');
  const given = textAt(patch, 'kind');
  if (apiVersion !== apiVersionOf(kind, version.name) || given !== kind.kind) {
    const version = apiVersion === '' || apiVersion.includes('/') ? apiVersion || '/' : `/${apiVersion}`;
    throw badRequest(`invalid object type: ${version}, Kind=${given}`);
  }
  const metadata = objectAt(patch, 'metadata');
  if (own(metadata, 'managedFields') !== undefined && own(metadata, 'managedFields') !== null) {
    throw badRequest('metadata.managedFields must be nil');
  }
  return patch;
}

/** Upstream's library reads what is applied before anybody else does. */
function checkTyped({ kind, version }: ResourceCall, document: JsonObject): void {
  const errors = typedErrors(version.schema, document);
  if (errors.length === 0) return;
  const namespace = textAt(document, 'metadata', 'namespace');
  const name = textAt(document, 'metadata', 'name');
  const gvk = `${kind.group}/${version.name}, Kind=${kind.kind}`;
  const message = `failed to create typed patch object (${namespace}/${name}; ${gvk}): ${sayTypedErrors(errors)}`;
  throw new Refused(500, failure(500, '', message));
}

function sayConflicts(conflicts: readonly Conflict[]): Refused {
  const causes = conflicts.map(({ manager, field }) => {
    const using = manager.operation === 'Apply' ? '' : ` using ${manager.apiVersion}`;
    const door = manager.subresource === '' ? '' : ` with subresource ${JSON.stringify(manager.subresource)}`;
    return {
      reason: 'FieldManagerConflict',
      message: `conflict with ${JSON.stringify(manager.manager)}${door}${using}`,
      field,
    };
  });
  return new Refused(409, failure(409, 'Conflict', `Apply failed with ${sentence(causes)}`, { causes }));
}

/** One conflict on one line; several by manager, a field per line. */
function sentence(causes: readonly { readonly message: string; readonly field: string }[]): string {
  const [only] = causes;
  if (causes.length === 1 && only !== undefined) return `1 conflict: ${only.message}: ${only.field}`;
  const messages = [...new Set(causes.map(({ message }) => message))];
  const groups = messages.map((message) => {
    const fields = causes.filter((cause) => cause.message === message).map(({ field }) => `- ${field}`);
    return [`${message.replace(/^conflict/u, 'conflicts')}:`, ...fields].join('\n');
  });
  return `${causes.length} conflicts: ${groups.join('\n')}`;
}
