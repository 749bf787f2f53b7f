import { duplicate, invalid, join, required } from './field-error.ts';
import type { FieldError } from './field-error.ts';
import { validateLimits } from './limits.ts';
import { canonical, equal, isArray, isObject, own } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { memberSchema } from './schema.ts';
import type { Schema } from './schema.ts';

/**
 * Everything in `value` that the schema forbids, types first, in the order of the document. What is as it was `before`
 * may stay, even where the schema has become stricter since.
 */
export function validate(schema: Schema, value: Json, path = '', before?: Json): readonly FieldError[] {
  if (value === null && schema.nullable === true) return [];
  if (before !== undefined && equal(before, value)) return [];
  const wrong = wrongType(schema, value);
  if (wrong !== undefined) {
    const given = typeName(value);
    const { format = '' } = schema.limits ?? {};
    // Go's decoder of numbers knows their sizes, and the validator of rules looks at them again.
    if (given === 'number' && ['int32', 'int64'].includes(format)) return fraction(path, format);
    return [
      {
        code: 'typeInvalid',
        field: path,
        value: given,
        detail: `${path} in body must be of type ${wrong}: ${JSON.stringify(given)}`,
      },
    ];
  }
  return [...inside(schema, value, path, before), ...validateLimits(schema, value, path, validate)];
}

function fraction(path: string, format: string): readonly FieldError[] {
  const type = 'float64';
  return [
    {
      code: 'typeInvalid',
      field: path,
      value: type,
      detail: `${path} in body must be of type ${format}: ${JSON.stringify(type)}`,
    },
    invalid('<nil>', '', `Checked value must be of type integer with format ${format} in ${path}`),
  ];
}

/** Lists that must not repeat: sets, and maps by their keys. Asked after `validate` found nothing. */
export function validateListTypes(schema: Schema, value: Json, path = ''): readonly FieldError[] {
  if (isArray(value)) {
    const { items } = schema;
    const below =
      items === undefined
        ? []
        : value.flatMap((item, at) => validateListTypes(items, item, `${path}[${at}]`));
    return [...repeated(schema, value, path), ...below];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const known = memberSchema(schema, key);
    return known === undefined ? [] : validateListTypes(known, member, join(path, key));
  });
}

/** Whether the schema, or anything below it, has CEL rules. */
export function hasRules(schema: Schema): boolean {
  if (schema.rules !== undefined) return true;
  if (schema.items !== undefined && hasRules(schema.items)) return true;
  const { additionalProperties } = schema;
  if (additionalProperties !== undefined && additionalProperties !== true && hasRules(additionalProperties))
    return true;
  return [...(schema.properties?.values() ?? [])].some(hasRules);
}

function inside(schema: Schema, value: Json, path: string, before: Json | undefined): readonly FieldError[] {
  if (isArray(value)) {
    const { items } = schema;
    return items === undefined
      ? []
      : value.flatMap((item, index) =>
          validate(items, item, `${path}[${index}]`, correlatedItem(schema, item, before)),
        );
  }
  if (!isObject(value)) return [];
  const missing = (schema.required ?? []).filter((key) => !Object.hasOwn(value, key));
  return [
    ...Object.entries(value).flatMap(([key, member]) => {
      const known = memberSchema(schema, key);
      const was = isObject(before) ? own(before, key) : undefined;
      return known === undefined ? [] : validate(known, member, join(path, key), was);
    }),
    ...missing.map((key) => required(join(path, key))),
  ];
}

/** The expected types when the value has none of them. */
function wrongType(schema: Schema, value: Json): string | undefined {
  if (schema.intOrString === true) {
    return typeof value === 'string' || Number.isInteger(value) ? undefined : 'integer,string';
  }
  if (schema.type === undefined) return undefined;
  const given = typeName(value);
  const fits = given === schema.type || (schema.type === 'number' && given === 'integer');
  return fits ? undefined : schema.type;
}

/** The JSON type of a value, integers apart from other numbers. */
export function typeName(value: Json): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function repeated(schema: Schema, list: readonly Json[], path: string): readonly FieldError[] {
  const keyOf = listKey(schema);
  if (keyOf === undefined) return [];
  const seen = new Map<string, number>();
  return list.flatMap((item, index) => {
    const key = keyOf(item);
    const spelled = canonical(key);
    const times = seen.get(spelled) ?? 0;
    seen.set(spelled, times + 1);
    return times === 1 ? [duplicate(`${path}[${index}]`, key)] : [];
  });
}

/** What makes an item of this list the same as another, or nothing when items may repeat. */
function listKey(schema: Schema): ((item: Json) => Json) | undefined {
  const { listMapKeys: keys = [] } = schema;
  if (schema.listType === 'set') return (item) => item;
  if (schema.listType !== 'map' || keys.length === 0) return undefined;
  return (item) => (isObject(item) ? keyOfItem(item, keys) : item);
}

/** What an item of a list was before; known only where the schema says which fields name an item. */
export function correlatedItem(schema: Schema, item: Json, before: Json | undefined): Json | undefined {
  const { listType, listMapKeys = [] } = schema;
  if (listType !== 'map' || !isArray(before) || !isObject(item)) return undefined;
  const wanted = canonical(keyOfItem(item, listMapKeys));
  return before.find((one) => isObject(one) && canonical(keyOfItem(one, listMapKeys)) === wanted);
}

/** The members of a list item that name it. */
export function keyOfItem(item: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key): readonly (readonly [string, Json])[] => {
      const value = own(item, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
