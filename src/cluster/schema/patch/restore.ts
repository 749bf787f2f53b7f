import { isArray, isObject, own } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import { memberSchema } from '../schema.ts';
import type { Schema } from '../schema.ts';

/**
 * Why a Go object cannot be restored from what a strategic merge patch made, in the words of upstream's converter;
 * nothing when it can.
 */
export function restoreError(schema: Schema, value: Json): string | undefined {
  if (value === null || schema.preserveUnknown === true || schema.intOrString === true) return undefined;
  if (schema.type === undefined) return undefined;
  switch (schema.type) {
    case 'object':
      return isObject(value)
        ? memberError(schema, value)
        : `cannot restore ${structOrMap(schema)} ${kindOf(value)}`;
    case 'array':
      return isArray(value) ? itemError(schema, value) : `cannot restore slice from ${kindOf(value)}`;
    case 'string':
      if (schema.limits?.format === 'byte' && typeof value !== 'string')
        return `cannot restore slice from ${kindOf(value)}`;
      if (typeof value === 'string' || schema.limits?.format === 'date-time') return undefined;
      // Go can make a text of an integer, of which upstream takes care by name.
      return kindOf(value) === 'int64' ? 'cannot convert int64 to string' : 'unrecognized type: string';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'unrecognized type: bool';
    case 'integer':
    case 'number':
      return typeof value === 'number' ? undefined : `unrecognized type: ${schema.limits?.format ?? 'int64'}`;
  }
}

function memberError(schema: Schema, object: JsonObject): string | undefined {
  const keys = schema.properties === undefined ? Object.keys(object) : [...schema.properties.keys()];
  for (const key of keys) {
    const known = memberSchema(schema, key);
    const wrong = known === undefined ? undefined : restoreError(known, own(object, key) ?? null);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function itemError({ items = {} }: Schema, list: readonly Json[]): string | undefined {
  return list.map((item) => restoreError(items, item)).find((wrong) => wrong !== undefined);
}

function structOrMap({ properties }: Schema): string {
  return properties === undefined ? 'map from' : 'struct from:';
}

function kindOf(value: Json): string {
  if (isArray(value)) return 'slice';
  if (isObject(value)) return 'map';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return 'string';
}
