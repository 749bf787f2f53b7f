import { join } from './field-error.ts';
import { isArray, isObject, spell } from './json.ts';
import type { Json } from './json.ts';
import { memberSchema } from './schema.ts';
import type { Schema } from './schema.ts';
import { typeName } from './validation.ts';

/**
 * The first value that a Go struct could not be read from, in the words of Go's decoder; nothing when all fit. Built-in
 * objects, and the metadata of all, are refused with this before anything is validated.
 */
export function decodeError(schema: Schema, value: Json, struct = '', path = ''): string | undefined {
  if (value === null || schema.preserveUnknown === true) return undefined;
  if (!fits(schema, value)) {
    const type = typeName(value) === 'integer' ? 'number' : typeName(value);
    return `json: cannot unmarshal ${type === 'boolean' ? 'bool' : type} into Go struct field ${join(struct, path)} of type ${goType(schema)}`;
  }
  if (schema.limits?.format === 'byte' && typeof value === 'string') return base64Error(value);
  if (schema.quantity === true) return quantityError(value);
  if (isArray(value)) {
    const { items } = schema;
    return items === undefined ? undefined : first(value, (item) => decodeError(items, item, struct, path));
  }
  if (!isObject(value)) return undefined;
  const here = schema.name === undefined ? struct : schema.name.slice(schema.name.lastIndexOf('.') + 1);
  return first(Object.entries(value), ([key, member]) => {
    const known = memberSchema(schema, key);
    const below = schema.properties?.has(key) === true ? join(path, key) : path;
    return known === undefined ? undefined : decodeError(known, member, here, below);
  });
}

function first<T>(list: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of list) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fits(schema: Schema, value: Json): boolean {
  if (schema.intOrString === true) return typeof value === 'string' || typeof value === 'number';
  if (schema.type === undefined) return true;
  const given = typeName(value);
  return given === schema.type || (schema.type === 'number' && given === 'integer');
}

function goType(schema: Schema): string {
  if (schema.limits?.format === 'byte') return '[]uint8';
  if (schema.type === 'integer') return schema.limits?.format ?? 'int64';
  if (schema.type === 'array')
    return `[]${schema.items === undefined ? 'interface {}' : goType(schema.items)}`;
  if (schema.type === 'object') return structOrMap(schema);
  return schema.type === undefined ? 'string' : (scalars[schema.type] ?? schema.type);
}

const scalars: Readonly<Record<string, string>> = { number: 'float64', boolean: 'bool' };

function structOrMap({ name, additionalProperties }: Schema): string {
  if (name !== undefined) return name.split('.').slice(-2).join('.');
  if (additionalProperties === undefined || additionalProperties === true) return 'map[string]interface {}';
  return `map[string]${goType(additionalProperties)}`;
}

const quantity = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$';

function quantityError(value: Json): string | undefined {
  return new RegExp(quantity, 'u').test(spell(value))
    ? undefined
    : `quantities must match the regular expression '${quantity}'`;
}

function base64Error(text: string): string | undefined {
  const bare = text.replaceAll(/[\r\n]/gu, '');
  if (/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u.test(bare)) return undefined;
  const wrong = /[^A-Za-z0-9+/]/u.exec(bare)?.index ?? bare.length;
  return `illegal base64 data at input byte ${wrong}`;
}
