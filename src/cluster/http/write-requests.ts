import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import { invalid } from '../schema/field-error.ts';
import { textAt, withAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';
import { apiVersionOf, qualifiedName } from '../schema/kind.ts';
import { metadataWarnings } from '../schema/metadata.ts';
import type { Part } from '../storage/lifecycle.ts';
import { find } from '../storage/state.ts';
import { mediaType, readObjectBody, textOf } from './body.ts';
import { keyOf } from './context.ts';
import type { Context, ResourceCall } from './context.ts';
import { duplicateFields } from './duplicate-fields.ts';
import { writeOptions } from './options.ts';
import type { WriteOptions } from './options.ts';
import { json, warnings, withWarnings } from './reply.ts';
import { createReviewed, updateReviewed } from './reviewed-write.ts';
import { invalidObject, nameless, notFound } from './status.ts';
import { served } from './view.ts';
import { managedAs, readFor } from './write.ts';

/** POST of a collection. */
export async function createFromRequest(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
): Promise<WireResponse> {
  const asked = writeOptions(call.query, 'CreateOptions');
  const document = await readObjectBody(request, call.kind.kind, typeOf(call));
  const options = { ...asked, duplicates: duplicatesIn(request, asked) };
  return await create(context, call, document, options);
}

async function create(
  context: Context,
  call: ResourceCall,
  document: JsonObject,
  options: WriteOptions,
): Promise<WireResponse> {
  const { object, unknown } = readFor(call, document, options);
  return await withWarnings([...unknown, ...metadataWarnings(call.kind, object)], async (said) => {
    const birth = { object, options, manage: managedAs(context, call, options) };
    const written = await createReviewed(context, call, birth);
    return json(201, served(call, written.object), warnings([...said, ...written.warnings]));
  });
}

/** PUT of an object or of its status. */
export async function replaceFromRequest(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
  part: Part,
): Promise<WireResponse> {
  const asked = writeOptions(call.query, 'UpdateOptions');
  const document = await readObjectBody(request, call.kind.kind, typeOf(call));
  const options = { ...asked, duplicates: duplicatesIn(request, asked) };
  const { target, kind } = call;
  const isThere = find(context.store.state, keyOf(kind, target.namespace, target.name)) !== undefined;
  if (!isThere && part !== 'status' && bornByUpdate.includes(qualifiedName(kind))) {
    const born = withAt(document, ['metadata', 'resourceVersion'], '');
    return await create(context, { ...call }, born, options);
  }
  const { object, unknown } = readFor(call, document, options);
  if (textAt(object, 'metadata', 'name') === '') throw nameless(call);
  const uid = textAt(object, 'metadata', 'uid');
  const given = textAt(object, 'metadata', 'resourceVersion');
  if (!isThere) throw notFound(kind, target.name);
  if (given === '' && kind.origin === 'custom') throw versionRequired(call);
  const manage = managedAs(context, call, options);
  return await withWarnings([...unknown, ...metadataWarnings(kind, object)], async (said) => {
    const update = { object, part, options, expectUid: uid, manage };
    const written = await updateReviewed(context, call, () => update);
    return json(200, served(call, written.object), warnings([...said, ...written.warnings]));
  });
}

/** Kinds whose objects a PUT creates when they are not there. */
const bornByUpdate: readonly string[] = [
  'endpoints',
  'events',
  'services',
  'leases.coordination.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
];

function versionRequired({ kind, target }: ResourceCall): Error {
  return invalidObject({ group: kind.group, kind: kind.plural, name: target.name }, [
    invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
  ]);
}

/** Built-in objects need not say what they are where the path does. */
function typeOf({ kind, version }: ResourceCall): JsonObject | undefined {
  return kind.origin === 'custom'
    ? undefined
    : { apiVersion: apiVersionOf(kind, version.name), kind: kind.kind };
}

function duplicatesIn(request: WireRequest, { fieldValidation }: WriteOptions): readonly string[] {
  const isAsked = fieldValidation !== 'Ignore' && mediaType(request) === 'application/json';
  return isAsked ? duplicateFields(textOf(request)) : [];
}
