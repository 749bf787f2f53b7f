import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import { printed } from '../schema/apply/typed.ts';
import { invalid } from '../schema/field-error.ts';
import { isObject, textAt } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { metadataWarnings } from '../schema/metadata.ts';
import { jsonPatch } from '../schema/patch/json-patch.ts';
import { mergePatch } from '../schema/patch/merge-patch.ts';
import { restoreError } from '../schema/patch/restore.ts';
import { strategicPatch, unknownDirective } from '../schema/patch/strategic-patch.ts';
import type { Part } from '../storage/lifecycle.ts';
import { find } from '../storage/state.ts';
import { mediaType, patchMap, readPatch } from './body.ts';
import { keyOf } from './context.ts';
import { applyFromRequest, applyType } from './apply.ts';
import type { Context, ResourceCall } from './context.ts';
import { writeOptions } from './options.ts';
import { json, warnings, withWarnings } from './reply.ts';
import { updateReviewed } from './reviewed-write.ts';
import {
  badRequest,
  failure,
  internal,
  invalidObject,
  nameless,
  notFound,
  Refused,
  unsupportedMediaType,
} from './status.ts';
import { typeName } from '../schema/validation.ts';
import { served } from './view.ts';
import { managedAs, readFor } from './write.ts';

type Patcher = (patch: Json, before: JsonObject, call: ResourceCall) => Json;

/** How each sort of patch makes the new object of the old. */
const patchers: Readonly<Record<string, Patcher>> = {
  'application/json-patch+json': (patch, before) => {
    const result = jsonPatch(before, patch);
    if (result.code === 'patched') return result.value;
    if (result.code === 'malformed') {
      const given = `json: cannot unmarshal ${typeName(patch)} into Go value of type []handlers.jsonPatchOp`;
      throw badRequest(`error decoding patch: ${Array.isArray(patch) ? result.message : given}`);
    }
    const message = 'the server rejected our request due to an error in our request';
    throw new Refused(422, failure(422, 'Invalid', message, {}));
  },
  'application/merge-patch+json': (patch, before) => mergePatch(before, patch),
  'application/strategic-merge-patch+json': strategic,
};

function strategic(given: Json, before: JsonObject, { version }: ResourceCall): Json {
  const patch = given ?? {};
  const unknown = unknownDirective(patch);
  if (unknown !== undefined)
    throw internal(`unknown patch type: ${unknown.directive} in map: ${printed(unknown.map)}`);
  const patched = strategicPatch(version.schema, before, patch);
  const wrong = restoreError(version.schema, patched);
  if (wrong !== undefined) throw unreadable(printed(patch), wrong);
  // Upstream merges into an object of the type, whatever the patch says it is.
  const { apiVersion = '', kind = '' } = before;
  return isObject(patched) ? { ...patched, apiVersion, kind } : patched;
}

/** The patches a kind takes; custom resources have no merge keys. */
export function patchTypes({ kind }: Pick<ResourceCall, 'kind'>): readonly string[] {
  const types = Object.keys(patchers).filter(
    (type) => kind.origin === 'builtin' || !type.includes('strategic'),
  );
  return [...types, applyType];
}

/** PATCH of an object or of its status. */
export async function patchFromRequest(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
  part: Part,
): Promise<WireResponse> {
  const options = writeOptions(call.query, 'PatchOptions');
  const type = mediaType(request);
  if (type === applyType) return await applyFromRequest(context, call, { request, part, options });
  const patcher = patchTypes(call).includes(type) ? patchers[type] : undefined;
  if (patcher === undefined) {
    if (patchers[type] !== undefined) throw unsupportedMediaType(patchTypes(call));
    throw new Refused(415, failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}));
  }
  const read = await readPatch(request);
  const patch = type.includes('merge') ? patchMap(request, read) : read;
  const manage = managedAs(context, call, options);
  // The patch is made again when the object changes meanwhile; what it was warned of then is what counts.
  const unknown: string[] = [];
  return await withWarnings(unknown, async (said) => {
    const written = await updateReviewed(context, call, () => {
      const before = find(context.store.state, keyOf(call.kind, call.target.namespace, call.target.name));
      if (before === undefined) throw notFound(call.kind, call.target.name);
      const patched = patcher(patch, served(call, before), call);
      if (!isObject(patched)) throw badRequest('Invalid JSON Patch');
      checkPatched(call, patched);
      const quoted = type.includes('strategic') ? printed(patch) : JSON.stringify(patched);
      const after = readFor(call, patched, options, (message) =>
        unreadable(
          quoted,
          type.includes('strategic') && message.startsWith('illegal')
            ? `error decoding from json: ${message}`
            : message,
        ),
      );
      unknown.splice(0, Infinity, ...after.unknown, ...metadataWarnings(call.kind, after.object));
      return { object: after.object, part, options, expectUid: '', manage };
    });
    return json(200, served(call, written.object), warnings([...said, ...written.warnings]));
  });
}

/** A patch may not take away what the object is. */
function checkPatched({ kind, target }: ResourceCall, patched: JsonObject): void {
  if (textAt(patched, 'kind') === '' && kind.origin === 'custom') {
    const text = JSON.stringify(patched);
    throw unreadable(text, `Object 'Kind' is missing in '${text}'`);
  }
  if (textAt(patched, 'metadata', 'name') === '') {
    throw nameless({ target });
  }
}

/** What a patch made is no object of the kind: said of the whole, as upstream does. */
function unreadable(quoted: string, message: string): Refused {
  return invalidObject({ group: '', kind: '', name: '' }, [invalid('patch', quoted, message)]);
}
