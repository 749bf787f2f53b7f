import { invalid } from '../schema/field-error.ts';
import { objectAt, textAt, without, withoutAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';
import { apiVersionOf } from '../schema/kind.ts';
import { trackUpdate } from '../schema/apply/managers.ts';
import { checkObject, checkUpdate, completeObject, readObject } from '../schema/object.ts';
import { prepareCreate, prepareUpdate } from '../storage/lifecycle.ts';
import type { Part } from '../storage/lifecycle.ts';
import { find } from '../storage/state.ts';
import type { Command, Outcome } from '../storage/transitions.ts';
import { admit, normalize } from './admission.ts';
import { unregistered } from './body.ts';
import { keyOf, nameSuffix, timestamp } from './context.ts';
import type { Context, ResourceCall } from './context.ts';
import type { WriteOptions } from './options.ts';
import { badRequest, internal, invalidObject, notFound, sayRefusal } from './status.ts';
import type { Refused } from './status.ts';

/** What becomes of the managers of an object that is written: `before` is absent when it is new. */
export type Manage = (before: JsonObject | undefined, after: JsonObject) => JsonObject;

/** The writer owns what it changed, as with everything but apply. */
export function managedAs(context: Context, call: ResourceCall, { fieldManager }: WriteOptions): Manage {
  const { kind, version, userAgent } = call;
  const writer = {
    manager: fieldManager === '' ? (userAgent.split('/')[0] ?? userAgent) : fieldManager,
    operation: 'Update',
    apiVersion: apiVersionOf(kind, version.name),
    subresource: call.target.subresource,
  } as const;
  const time = timestamp(context.clock);
  return (before, after) =>
    trackUpdate({
      schema: version.schema,
      hasStatus: version.status,
      statusTakes: kind.statusTakes,
      writer,
      time,
      after,
      ...(before === undefined ? {} : { before }),
    });
}

export interface Birth {
  /** It is known to be right: what a cluster begins with was checked when this program was made. */
  readonly isVetted?: boolean;
  readonly object: JsonObject;
  readonly options: WriteOptions;
  readonly manage: Manage;
}

/** Creates an object that has been read already, and gives it as it is kept. */
export function createObject(
  context: Context,
  call: ResourceCall,
  { object, options, manage, isVetted = false }: Birth,
): JsonObject {
  const { kind, version, target } = call;
  if (textAt(object, 'metadata', 'resourceVersion') !== '')
    throw internal('resourceVersion should not be set on objects to be created');
  const now = timestamp(context.clock);
  const born = prepareCreate({ ...kind, hasStatus: version.status }, object, {
    uid: context.random.uuid(),
    timestamp: now,
    suffix: nameSuffix(context.random),
    namespace: kind.namespaced ? target.namespace : '',
  });
  const complete = manage(undefined, normalize(kind, completeObject(kind, version, born)));
  const { state } = context.store;
  const admitted = admit(kind, complete, {
    state,
    timestamp: now,
    serviceNetwork: context.settings.serviceNetwork,
    podFamilies: context.settings.podFamilies,
  });
  const name = textAt(admitted, 'metadata', 'name');
  const key = keyOf(kind, target.namespace, name);
  const command: Command = { op: 'create', key, object: admitted };
  const refused = context.store.preview(command);
  if (refused.code === 'refused' && refused.refusal.code !== 'alreadyExists')
    throw sayRefusal(refused.refusal, kind);
  const errors = isVetted ? [] : checkObject(kind, version, admitted);
  if (errors.length > 0) throw invalidObject({ ...kind, name }, errors);
  return settled(perform(context, command, options), call, options);
}

export interface Update {
  readonly object: JsonObject;
  readonly part: Part;
  readonly options: WriteOptions;
  /** Empty when the caller does not say. */
  readonly expectUid: string;
  /** What the object may be taken to have been, where this door changes what no other may. */
  readonly allowed?: JsonObject;
  readonly manage: Manage;
}

/** Brings a stored object to what has been read, as far as this door allows, and gives it as it is kept. */
export function updateObject(
  context: Context,
  call: ResourceCall,
  { object, part, options, expectUid, manage, allowed }: Update,
): JsonObject {
  const { kind, version, target } = call;
  const key = keyOf(kind, target.namespace, target.name);
  const before = find(context.store.state, key);
  if (before === undefined) throw notFound(kind, target.name);
  const given = textAt(object, 'metadata', 'resourceVersion');
  if (!/^\d*$/u.test(given))
    throw internal(`strconv.ParseUint: parsing ${JSON.stringify(given)}: invalid syntax`);
  const expect = {
    ...(expectUid === '' ? {} : { uid: expectUid }),
    ...(given === '' ? {} : { resourceVersion: given }),
  };
  const unexpected = context.store.preview({ op: 'update', key, object: before, expect });
  if (unexpected.code === 'refused') throw sayRefusal(unexpected.refusal, kind);
  const prepared = prepareUpdate(kind, part, { before, after: withNames(object, before) });
  const complete = manage(before, normalize(kind, completeObject(kind, version, prepared)));
  const after = admit(kind, complete, {
    state: context.store.state,
    timestamp: timestamp(context.clock),
    serviceNetwork: context.settings.serviceNetwork,
    podFamilies: context.settings.podFamilies,
    before,
  });
  const counted = prepareUpdate(kind, part === 'status' ? part : 'everything', { before, after });
  const errors = checkUpdate(kind, version, { before: allowed ?? before, after: counted });
  if (errors.length > 0) throw invalidObject({ ...kind, name: target.name }, errors);
  return settled(perform(context, { op: 'update', key, object: counted, expect }, options), call, options);
}

/** What an update does not say of the identity is as it was. */
export function withNames(object: JsonObject, before: JsonObject): JsonObject {
  const was = objectAt(before, 'metadata');
  const names = Object.fromEntries(
    ['name', 'namespace', 'generateName'].flatMap((key) => (was[key] === undefined ? [] : [[key, was[key]]])),
  );
  return { ...object, metadata: { ...names, ...objectAt(object, 'metadata') } };
}

/** The document as an object of the kind, with what was not known of it. */
export function readFor(
  { kind, version, target }: ResourceCall,
  document: JsonObject,
  options: WriteOptions,
  complain: (message: string) => Refused = (message) =>
    badRequest(
      `${textAt(document, 'kind')} in version "${version.name}" cannot be handled as a ${kind.kind}: ${message}`,
    ),
): { readonly object: JsonObject; readonly unknown: readonly string[] } {
  const expected = apiVersionOf(kind, version.name);
  const apiVersion = textAt(document, 'apiVersion');
  const isOther = apiVersion !== expected || textAt(document, 'kind') !== kind.kind;
  if (kind.origin === 'builtin' && isOther)
    throw complain(unregistered(textAt(document, 'kind'), apiVersion));
  if (apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  const name = textAt(document, 'metadata', 'name');
  const given = textAt(document, 'kind');
  if (given !== kind.kind) {
    throw invalidObject({ group: kind.group, kind: given, name }, [
      invalid('kind', given, `must be ${kind.kind}`),
    ]);
  }
  const read = readObject(kind, version, document);
  if (read.code === 'undecodable') throw complain(read.message);
  const unknown =
    options.fieldValidation === 'Ignore'
      ? []
      : [
          ...(options.duplicates ?? []).map((path) => `duplicate field ${JSON.stringify(path)}`),
          ...read.unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
        ];
  if (options.fieldValidation === 'Strict' && unknown.length > 0) {
    throw complain(`strict decoding error: ${unknown.join(', ')}`);
  }
  const object = kind.namespaced ? read.object : withoutAt(read.object, ['metadata', 'namespace']);
  checkPlace(object, target);
  return { object, unknown };
}

function checkPlace(object: JsonObject, target: ResourceCall['target']): void {
  const namespace = textAt(object, 'metadata', 'namespace');
  const name = textAt(object, 'metadata', 'name');
  if (namespace !== '' && namespace !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (target.name !== '' && name !== '' && name !== target.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  }
}

function perform(context: Context, command: Command, { dryRun }: WriteOptions): Outcome {
  return dryRun ? context.store.preview(command) : context.store.apply(command);
}

/** What was written. A dry run wrote nothing, and shows the revision that is still there. */
function settled(outcome: Outcome, { kind }: ResourceCall, { dryRun }: WriteOptions): JsonObject {
  if (outcome.code === 'refused') throw sayRefusal(outcome.refusal, kind);
  if (!dryRun) return outcome.object;
  const before = outcome.before === undefined ? '' : textAt(outcome.before, 'metadata', 'resourceVersion');
  const metadata = without(objectAt(outcome.object, 'metadata'), 'resourceVersion');
  return { ...outcome.object, metadata: before === '' ? metadata : { ...metadata, resourceVersion: before } };
}
