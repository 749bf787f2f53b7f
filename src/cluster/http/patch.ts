import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import { invalid } from '../schema/field-error.ts';
import { isObject } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { jsonPatch } from '../schema/patch/json-patch.ts';
import { mergePatch } from '../schema/patch/merge-patch.ts';
import { strategicPatch } from '../schema/patch/strategic-patch.ts';
import type { Part } from '../storage/lifecycle.ts';
import { find } from '../storage/state.ts';
import { mediaType, readPatch } from './body.ts';
import { keyOf } from './context.ts';
import { applyFromRequest, applyType } from './apply.ts';
import type { Context, ResourceCall } from './context.ts';
import { writeOptions } from './options.ts';
import { json, warnings } from './reply.ts';
import { updateReviewed } from './reviewed-write.ts';
import { badRequest, failure, invalidObject, notFound, Refused, unsupportedMediaType } from './status.ts';
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
  'application/strategic-merge-patch+json': (patch, before, call) =>
    strategicPatch(call.version.schema, before, patch),
};

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
  const patch = await readPatch(request);
  const manage = managedAs(context, call, options);
  let unknown: readonly string[] = [];
  const written = await updateReviewed(context, call, () => {
    const before = find(context.store.state, keyOf(call.kind, call.target.namespace, call.target.name));
    if (before === undefined) throw notFound(call.kind, call.target.name);
    const patched = patcher(patch, served(call, before), call);
    if (!isObject(patched)) throw badRequest('error decoding patch: the patched value is no object');
    const read = readFor(call, patched, options, (message) => unreadable(patched, message));
    unknown = read.unknown;
    return { object: read.object, part, options, expectUid: '', manage };
  });
  return json(200, served(call, written.object), warnings([...unknown, ...written.warnings]));
}

/** What a patch made is no object of the kind: said of the whole, as upstream does. */
function unreadable(patched: JsonObject, message: string): Refused {
  return invalidObject({ group: '', kind: '', name: '' }, [
    invalid('patch', JSON.stringify(patched), message),
  ]);
}
