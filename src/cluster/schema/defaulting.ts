import { isArray, isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import type { Schema } from './schema.ts';

/**
 * Fills in what the schema presets, inside presets too. A null where the schema allows none counts as absent when
 * there is a preset.
 */
export function applyDefaults(schema: Schema, value: Json): Json {
  if (isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => applyDefaults(items, item));
  }
  return isObject(value) ? defaultObject(schema, value) : value;
}

function defaultObject(schema: Schema, object: JsonObject): JsonObject {
  const members = Object.entries(object).flatMap(([key, member]): readonly (readonly [string, Json])[] => {
    const known = schema.properties?.get(key) ?? mapValue(schema);
    if (known === undefined) return [[key, member]];
    const replaced = member === null && known.default !== undefined && known.nullable !== true;
    return replaced ? [] : [[key, applyDefaults(known, member)]];
  });
  const present = new Set(members.map(([key]) => key));
  for (const [key, known] of schema.properties ?? []) {
    if (known.default !== undefined && !present.has(key))
      members.push([key, applyDefaults(known, known.default)]);
  }
  return Object.fromEntries(members);
}

function mapValue(schema: Schema): Schema | undefined {
  return schema.additionalProperties === true ? undefined : schema.additionalProperties;
}
