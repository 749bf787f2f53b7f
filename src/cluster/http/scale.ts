import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import { invalid } from '../schema/field-error.ts';
import { at, isObject, numberAt, objectAt, own, spell, textAt, withAt } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { mergePatch } from '../schema/patch/merge-patch.ts';
import { jsonPatch } from '../schema/patch/json-patch.ts';
import type { ScalePaths } from '../schema/kind.ts';
import { printSelector, selectorRequirements } from '../schema/selectors.ts';
import { find } from '../storage/state.ts';
import { mediaType, readObjectBody, readPatch } from './body.ts';
import { keyOf } from './context.ts';
import type { Context, ResourceCall } from './context.ts';
import { writeOptions } from './options.ts';
import { json, warnings } from './reply.ts';
import { badRequest, invalidObject, methodNotAllowed, notFound } from './status.ts';
import { managedAs } from './write.ts';
import { updateReviewed } from './reviewed-write.ts';
import type { Manage } from './write.ts';
import { readManagers, writeManagers } from '../schema/apply/managers.ts';

/** GET, PUT and PATCH of the `scale` of an object: its replicas as an `autoscaling/v1` Scale. */
export async function scale(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
  paths: ScalePaths,
): Promise<WireResponse> {
  if (request.method === 'GET') return json(200, scaleOf(scaledObject(context, call), paths));
  const change = await changeOf(request);
  const before = scaledObject(context, call);
  const wanted = change(scaleOf(before, paths));
  const replicas = numberAt(wanted, 'spec', 'replicas') ?? 0;
  const subject = { group: 'autoscaling', kind: 'Scale', name: call.target.name };
  if (replicas < 0) {
    throw invalidObject(subject, [invalid('spec.replicas', replicas, 'must be greater than or equal to 0')]);
  }
  const version = textAt(wanted, 'metadata', 'resourceVersion');
  const scaled = withAt(
    withAt(before, paths.specReplicas, replicas),
    ['metadata', 'resourceVersion'],
    version,
  );
  const options = writeOptions(call.query, 'UpdateOptions');
  // Who scales a custom resource is not written down, as upstream.
  const manage: Manage =
    call.kind.origin === 'custom'
      ? (was, after) => writeManagers(after, readManagers(was))
      : managedAs(context, call, options);
  const written = await updateReviewed(context, call, () => ({
    object: scaled,
    part: 'all but status',
    options,
    expectUid: '',
    manage,
  }));
  return json(200, scaleOf(written.object, paths), warnings(written.warnings));
}

function scaledObject({ store }: Context, { kind, target }: ResourceCall): JsonObject {
  const object = find(store.state, keyOf(kind, target.namespace, target.name));
  if (object === undefined) throw notFound(kind, target.name);
  return object;
}

/** What the request makes of the Scale there is. */
async function changeOf(request: WireRequest): Promise<(current: JsonObject) => JsonObject> {
  if (request.method === 'PUT') {
    const wanted = await readObjectBody(request, 'Scale');
    return () => wanted;
  }
  if (request.method !== 'PATCH') throw methodNotAllowed();
  const patch = await readPatch(request);
  return (current) => {
    const patched =
      mediaType(request) === 'application/json-patch+json'
        ? operations(current, patch)
        : mergePatch(current, patch);
    if (!isObject(patched)) throw badRequest('error decoding patch: the patched value is no Scale');
    return patched;
  };
}

function operations(current: JsonObject, patch: Json): Json {
  const result = jsonPatch(current, patch);
  if (result.code !== 'patched') throw badRequest(`error decoding patch: ${result.message}`);
  return result.value;
}

function scaleOf(object: JsonObject, paths: ScalePaths): JsonObject {
  const metadata = objectAt(object, 'metadata');
  const selector = paths.selector === undefined ? undefined : at(object, ...paths.selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: Object.fromEntries(
      ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp'].flatMap((key) => {
        const value = own(metadata, key);
        return value === undefined ? [] : [[key, value]];
      }),
    ),
    spec: { replicas: numberAt(object, ...paths.specReplicas) ?? 0 },
    status: {
      replicas: numberAt(object, ...paths.statusReplicas) ?? 0,
      ...(selector === undefined ? {} : { selector: sayableSelector(selector) }),
    },
  };
}

/** Workloads have a LabelSelector; custom resources write the text themselves. */
function sayableSelector(selector: Json): string {
  return isObject(selector) ? printSelector(selectorRequirements(selector)) : spell(selector);
}
