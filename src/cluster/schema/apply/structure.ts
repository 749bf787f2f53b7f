import { canonical, isArray, isObject, own } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import { memberSchema } from '../schema.ts';
import type { Schema } from '../schema.ts';
import { keyOfItem } from '../validation.ts';

/** One part of a value that can have an owner of its own. */
export interface Part {
  readonly step: string;
  readonly schema: Schema;
  readonly value: Json;
  /** Owned as a thing, beside what is inside: items of lists, and keys that the schema does not list. */
  readonly owned: boolean;
}

/** The parts of a value, or nothing when it is owned as a whole: scalars, and what the schema calls atomic. */
export function partsOf(schema: Schema, value: Json): readonly Part[] | undefined {
  if (isArray(value)) return listParts(schema, value);
  if (!isObject(value) || schema.mapType === 'atomic') return undefined;
  return Object.entries(value).map(([key, member]) => ({
    step: `f:${key}`,
    schema: memberSchema(schema, key) ?? untyped,
    value: member,
    owned: schema.properties?.has(key) !== true,
  }));
}

/** Without a schema, objects are merged and lists are not. */
const untyped: Schema = { preserveUnknown: true };

function listParts(schema: Schema, list: readonly Json[]): readonly Part[] | undefined {
  const items = schema.items ?? untyped;
  if (schema.listType === 'set') {
    return list.map((value) => ({ step: `v:${canonical(value)}`, schema: items, value, owned: true }));
  }
  if (schema.listType !== 'map') return undefined;
  return list.map((value) => ({ step: itemStep(schema, value), schema: items, value, owned: true }));
}

/** The step to an item of a list that is a map. Keys that the item leaves out count with their preset. */
function itemStep(schema: Schema, item: Json): string {
  if (!isObject(item)) return `v:${canonical(item)}`;
  return `k:${canonical(keyOfItem(withPresets(schema, item), schema.listMapKeys ?? []))}`;
}

function withPresets(schema: Schema, item: JsonObject): JsonObject {
  const presets = (schema.listMapKeys ?? []).flatMap((key): readonly (readonly [string, Json])[] => {
    const preset = schema.items?.properties?.get(key)?.default;
    return own(item, key) === undefined && preset !== undefined ? [[key, preset]] : [];
  });
  return { ...item, ...Object.fromEntries(presets) };
}
