import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import { invalid } from '../schema/field-error.ts';
import { textAt } from '../schema/json.ts';
import type { Part } from '../storage/lifecycle.ts';
import { find } from '../storage/state.ts';
import { mediaType, readObjectBody, textOf } from './body.ts';
import { keyOf } from './context.ts';
import type { Context, ResourceCall } from './context.ts';
import { duplicateFields } from './duplicate-fields.ts';
import { writeOptions } from './options.ts';
import type { WriteOptions } from './options.ts';
import { json, warnings } from './reply.ts';
import { createReviewed, updateReviewed } from './reviewed-write.ts';
import { invalidObject, notFound } from './status.ts';
import { served } from './view.ts';
import { managedAs, readFor } from './write.ts';

/** POST of a collection. */
export async function createFromRequest(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
): Promise<WireResponse> {
  const asked = writeOptions(call.query, 'CreateOptions');
  const document = await readObjectBody(request, call.kind.kind);
  const options = { ...asked, duplicates: duplicatesIn(request, asked) };
  const { object, unknown } = readFor(call, document, options);
  const birth = { object, options, manage: managedAs(context, call, options) };
  const written = await createReviewed(context, call, birth);
  return json(201, served(call, written.object), warnings([...unknown, ...written.warnings]));
}

/** PUT of an object or of its status. */
export async function replaceFromRequest(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
  part: Part,
): Promise<WireResponse> {
  const asked = writeOptions(call.query, 'UpdateOptions');
  const document = await readObjectBody(request, call.kind.kind);
  const options = { ...asked, duplicates: duplicatesIn(request, asked) };
  const { object, unknown } = readFor(call, document, options);
  const uid = textAt(object, 'metadata', 'uid');
  const given = textAt(object, 'metadata', 'resourceVersion');
  const { target, kind } = call;
  if (find(context.store.state, keyOf(kind, target.namespace, target.name)) === undefined)
    throw notFound(kind, target.name);
  if (given === '' && kind.origin === 'custom') throw versionRequired(call);
  const manage = managedAs(context, call, options);
  const written = await updateReviewed(context, call, () => ({
    object,
    part,
    options,
    expectUid: uid,
    manage,
  }));
  return json(200, served(call, written.object), warnings([...unknown, ...written.warnings]));
}

function versionRequired({ kind, target }: ResourceCall): Error {
  return invalidObject({ group: kind.group, kind: kind.plural, name: target.name }, [
    invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
  ]);
}

function duplicatesIn(request: WireRequest, { fieldValidation }: WriteOptions): readonly string[] {
  const isAsked = fieldValidation !== 'Ignore' && mediaType(request) === 'application/json';
  return isAsked ? duplicateFields(textOf(request)) : [];
}
