import { isArray, isObject, listAt, objectAt, own, textAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { invalid, required } from './field-error.ts';
import type { FieldError } from './field-error.ts';
import { Rules } from './rules.ts';
import { typeName } from './validation.ts';
import type { Limits, Schema, SchemaType } from './schema.ts';

const types: readonly string[] = ['object', 'array', 'string', 'integer', 'number', 'boolean'];

/** Reads an `openAPIV3Schema`. Members of the wrong sort are ignored; `schemaErrors` names those that matter. */
export function parseSchema(json: JsonObject): Schema {
  const type = textAt(json, 'type');
  const additional = own(json, 'additionalProperties');
  const items = own(json, 'items');
  const limits = parseLimits(json);
  return {
    ...(isSchemaType(type) ? { type } : {}),
    ...text(json, 'title'),
    ...text(json, 'description'),
    ...(own(json, 'default') === undefined ? {} : { default: own(json, 'default') ?? null }),
    ...flag(json, 'nullable', 'nullable'),
    ...(isObject(own(json, 'properties'))
      ? { properties: parseProperties(objectAt(json, 'properties')) }
      : {}),
    ...(additional === true ? { additionalProperties: true } : {}),
    ...(isObject(additional) ? { additionalProperties: parseSchema(additional) } : {}),
    ...(isObject(items) ? { items: parseSchema(items) } : {}),
    ...(isArray(own(json, 'required')) ? { required: listAt(json, 'required').map(String) } : {}),
    ...flag(json, 'x-kubernetes-int-or-string', 'intOrString'),
    ...flag(json, 'x-kubernetes-preserve-unknown-fields', 'preserveUnknown'),
    ...flag(json, 'x-kubernetes-embedded-resource', 'embeddedResource'),
    ...listType(json),
    ...mapType(json),
    ...(own(json, 'x-kubernetes-validations') === undefined
      ? {}
      : { rules: new Rules(listAt(json, 'x-kubernetes-validations')) }),
    ...(limits === undefined ? {} : { limits }),
  };
}

function isSchemaType(type: string): type is SchemaType {
  return types.includes(type);
}

function parseProperties(properties: JsonObject): ReadonlyMap<string, Schema> {
  return new Map(
    Object.entries(properties).map(([key, value]) => [key, isObject(value) ? parseSchema(value) : {}]),
  );
}

function listType(json: JsonObject): Pick<Schema, 'listType' | 'listMapKeys'> {
  const type = textAt(json, 'x-kubernetes-list-type');
  if (type === 'map')
    return { listType: 'map', listMapKeys: listAt(json, 'x-kubernetes-list-map-keys').map(String) };
  return type === 'set' || type === 'atomic' ? { listType: type } : {};
}

function mapType(json: JsonObject): Pick<Schema, 'mapType'> {
  const type = textAt(json, 'x-kubernetes-map-type');
  return type === 'atomic' || type === 'granular' ? { mapType: type } : {};
}

function flag<K extends string>(json: JsonObject, key: string, name: K): Partial<Record<K, true>> {
  const flags: Partial<Record<K, true>> = {};
  if (own(json, key) === true) flags[name] = true;
  return flags;
}

function text<K extends string>(json: JsonObject, key: K): Partial<Record<K, string>> {
  const texts: Partial<Record<K, string>> = {};
  const value = own(json, key);
  if (typeof value === 'string') texts[key] = value;
  return texts;
}

function count<K extends string>(json: JsonObject, key: K): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  const value = own(json, key);
  if (typeof value === 'number') counts[key] = value;
  return counts;
}

function schemas<K extends string>(json: JsonObject, key: K): Partial<Record<K, readonly Schema[]>> {
  const found: Partial<Record<K, readonly Schema[]>> = {};
  const list = listAt(json, key).filter(isObject);
  if (list.length > 0) found[key] = list.map(parseSchema);
  return found;
}

function parseLimits(json: JsonObject): Limits | undefined {
  const not = own(json, 'not');
  const limits: Limits = {
    ...text(json, 'format'),
    ...text(json, 'pattern'),
    ...(isArray(own(json, 'enum')) ? { enum: listAt(json, 'enum') } : {}),
    ...count(json, 'minLength'),
    ...count(json, 'maxLength'),
    ...count(json, 'minimum'),
    ...count(json, 'maximum'),
    ...flag(json, 'exclusiveMinimum', 'exclusiveMinimum'),
    ...flag(json, 'exclusiveMaximum', 'exclusiveMaximum'),
    ...count(json, 'multipleOf'),
    ...count(json, 'minItems'),
    ...count(json, 'maxItems'),
    ...flag(json, 'uniqueItems', 'uniqueItems'),
    ...count(json, 'minProperties'),
    ...count(json, 'maxProperties'),
    ...schemas(json, 'allOf'),
    ...schemas(json, 'anyOf'),
    ...schemas(json, 'oneOf'),
    ...(isObject(not) ? { not: parseSchema(not) } : {}),
  };
  return Object.keys(limits).length === 0 ? undefined : limits;
}

/** Why a schema cannot be served: not structural, or with a pattern that cannot be compiled. */
export function schemaErrors(json: Json | undefined, path: string): readonly FieldError[] {
  if (!isObject(json)) return [required(path, 'schemas are required')];
  return [
    ...(textAt(json, 'type') === 'object'
      ? []
      : [invalid(`${path}.type`, own(json, 'type') ?? '', 'must be object at the root')]),
    ...nodeErrors(json, path),
  ];
}

function nodeErrors(json: JsonObject, path: string): readonly FieldError[] {
  const free =
    own(json, 'x-kubernetes-int-or-string') === true ||
    own(json, 'x-kubernetes-preserve-unknown-fields') === true;
  const type = textAt(json, 'type');
  const pattern = textAt(json, 'pattern');
  const items = own(json, 'items');
  const additional = own(json, 'additionalProperties');
  return [
    ...(type === '' && !free
      ? [required(`${path}.type`, 'must not be empty for specified object fields')]
      : []),
    ...(type !== '' && !types.includes(type)
      ? [invalid(`${path}.type`, type, `must be one of ${types.join(', ')}`)]
      : []),
    ...(type === 'array' && !isObject(items) ? [required(`${path}.items`, 'must be specified')] : []),
    ...(compiles(pattern) ? [] : [invalid(`${path}.pattern`, pattern, 'must be a valid regular expression')]),
    ...Object.entries(objectAt(json, 'properties')).flatMap(([key, child]) =>
      isObject(child)
        ? nodeErrors(child, `${path}.properties[${key}]`)
        : [invalid(`${path}.properties[${key}]`, typeName(child), 'must be a schema')],
    ),
    ...(isObject(items) ? nodeErrors(items, `${path}.items`) : []),
    ...(isObject(additional) ? nodeErrors(additional, `${path}.additionalProperties`) : []),
  ];
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').source !== '';
  } catch {
    return false;
  }
}
