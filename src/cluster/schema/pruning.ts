import { join } from './field-error.ts';
import { equal, isArray, isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { memberSchema } from './schema.ts';
import type { Schema } from './schema.ts';

export interface Pruned {
  readonly value: Json;
  /** Paths of what the schema does not know and pruning dropped, in the order of the document. */
  readonly unknown: readonly string[];
}

/** Drops what the schema does not know. A value of another type than the schema's stays as it is, for validation. */
export function prune(schema: Schema, value: Json, path = ''): Pruned {
  if (isObject(value)) return pruneObject(schema, value, path);
  if (isArray(value) && schema.items !== undefined) return pruneList(schema.items, value, path);
  return kept(value);
}

function kept(value: Json): Pruned {
  return { value, unknown: [] };
}

function pruneList(items: Schema, list: readonly Json[], path: string): Pruned {
  const pruned = list.map((item, index) => prune(items, item, `${path}[${index}]`));
  return { value: pruned.map(({ value }) => value), unknown: pruned.flatMap(({ unknown }) => unknown) };
}

function pruneObject(schema: Schema, object: JsonObject, path: string): Pruned {
  const unknown: string[] = [];
  const members: (readonly [string, Json])[] = [];
  for (const [key, member] of Object.entries(object)) {
    const known = memberSchema(schema, key);
    const here = join(path, key);
    if (known !== undefined) {
      const pruned = prune(known, member, here);
      unknown.push(...pruned.unknown);
      members.push([key, pruned.value]);
    } else if (schema.preserveUnknown === true) {
      members.push([key, member]);
    } else {
      unknown.push(here);
    }
  }
  return { value: Object.fromEntries(members), unknown };
}

/**
 * What is left of a built-in object after Go has read and written it: nulls are no values, and empty ones are dropped
 * where the type says so.
 */
export function settle(schema: Schema, value: Json): Json {
  if (isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => settle(items, item));
  }
  if (!isObject(value) || schema.preserveUnknown === true) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]): readonly (readonly [string, Json])[] => {
      const known = memberSchema(schema, key);
      if (known === undefined) return [[key, member]];
      if (member === null && isMapOfText(schema)) return [[key, '']];
      if (member === null) return known.preserveUnknown === true ? [[key, member]] : [];
      const settled = settle(known, member);
      return known.omitEmpty === true && isEmpty(settled) ? [] : [[key, settled]];
    }),
  );
}

/** Go reads null as the empty text, where a map has room for nothing else. */
function isMapOfText({ properties, additionalProperties }: Schema): boolean {
  return (
    properties === undefined &&
    typeof additionalProperties === 'object' &&
    additionalProperties.type === 'string' &&
    additionalProperties.nullable !== true
  );
}

function isEmpty(value: Json): boolean {
  return value === '' || value === 0 || value === false || equal(value, []) || equal(value, {});
}
