import { checkRules, checkUpdateRules } from './builtin/rules.ts';
import { asResource } from './cel/document.ts';
import { derive } from './builtin/derived.ts';
import { builtinType } from './builtin/types.ts';
import { applyDefaults } from './defaulting.ts';
import { definitionErrors, definitionUpdateErrors } from './definition.ts';
import type { FieldError } from './field-error.ts';
import { decodeError } from './go-types.ts';
import { isObject, objectAt, own } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import type { KindVersion, ResourceKind } from './kind.ts';
import { validateMetadata, validateMetadataUpdate } from './metadata.ts';
import { prune, settle } from './pruning.ts';
import { validateRules } from './rule-validation.ts';
import type { Schema } from './schema.ts';
import { hasRules, validate, validateListTypes } from './validation.ts';

export type ReadObject =
  | { readonly code: 'object'; readonly object: JsonObject; readonly unknown: readonly string[] }
  /** No object of this kind can be read from it at all. */
  | { readonly code: 'undecodable'; readonly message: string };

const objectMeta = builtinType('meta.v1.ObjectMeta');

/** What the kind keeps of a document, and the paths of what it does not know. */
export function readObject(kind: ResourceKind, version: KindVersion, document: JsonObject): ReadObject {
  const { schema } = version;
  const message =
    kind.origin === 'builtin'
      ? decodeError(schema, document)
      : decodeError(objectMeta, own(document, 'metadata') ?? null);
  if (message !== undefined) return { code: 'undecodable', message };
  const pruned = prune(schema, document);
  const value = asObject(pruned.value);
  const object =
    kind.origin === 'builtin'
      ? asObject(settle(schema, value))
      : { ...value, metadata: settle(objectMeta, objectAt(value, 'metadata')) };
  return { code: 'object', object, unknown: pruned.unknown };
}

/** The object with everything the kind presets. */
export function completeObject(kind: ResourceKind, { schema }: KindVersion, object: JsonObject): JsonObject {
  const filled = applyDefaults(schema, object);
  return asObject(kind.origin === 'builtin' ? derive(schema, filled) : filled);
}

/** Everything wrong with an object that is to be created. */
export function checkObject(
  kind: ResourceKind,
  version: KindVersion,
  object: JsonObject,
): readonly FieldError[] {
  const metadata = validateMetadata(kind, object);
  return [...metadata, ...checkBody(kind, version, { object, found: metadata })];
}

/** Everything wrong with an update; `status` leaves the rest as it was. */
export function checkUpdate(
  kind: ResourceKind,
  version: KindVersion,
  change: { readonly before: JsonObject; readonly after: JsonObject },
): readonly FieldError[] {
  const { before, after } = change;
  const metadata = [...validateMetadataUpdate(before, after), ...validateMetadata(kind, after)];
  return [
    ...metadata,
    ...checkBody(kind, version, { object: after, before, found: metadata }),
    ...(kind.origin === 'builtin' ? checkUpdateRules(version.schema, before, after) : []),
    ...(isDefinition(version.schema) ? definitionUpdateErrors(before, after) : []),
  ];
}

interface Candidate {
  readonly object: JsonObject;
  readonly before?: JsonObject;
  /** What is wrong with its metadata. */
  readonly found: readonly FieldError[];
}

function checkBody(
  kind: ResourceKind,
  { schema }: KindVersion,
  { object, before, found }: Candidate,
): readonly FieldError[] {
  if (kind.origin === 'builtin') {
    return [...checkRules(schema, object), ...(isDefinition(schema) ? definitionErrors(object) : [])];
  }
  const was = before === undefined ? undefined : bodyOf(before);
  const errors = [
    ...validate(bodySchema(schema), bodyOf(object), '', was),
    ...validateListTypes(schema, bodyOf(object)),
  ];
  if (!hasRules(schema)) return errors;
  if ([...found, ...errors].some(({ code }) => blocking.includes(code))) return [...errors, rulesSkipped];
  return [...errors, ...validateRules(asResource(schema), { value: object, before })];
}

/** Errors after which the API server does not evaluate CEL rules, and says so. */
const blocking: readonly FieldError['code'][] = [
  'required',
  'typeInvalid',
  'notSupported',
  'tooLong',
  'tooMany',
];

const rulesSkipped: FieldError = {
  code: 'invalid',
  field: '<nil>',
  value: null,
  detail:
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

function isDefinition(schema: Schema): boolean {
  return schema.name === 'apiextensions.v1.CustomResourceDefinition';
}

/** Metadata has its own validation. */
function bodyOf(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'metadata'));
}

function bodySchema(schema: Schema): Schema {
  return {
    ...schema,
    ...(schema.required === undefined
      ? {}
      : { required: schema.required.filter((key) => key !== 'metadata') }),
  };
}

function asObject(value: Json): JsonObject {
  return isObject(value) ? value : {};
}
