import { canonical, isArray, isObject, own, spell } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import { memberSchema } from '../schema.ts';
import type { Schema } from '../schema.ts';
import { keyOfItem } from '../validation.ts';

/**
 * Why a document cannot be applied as an object of a schema, a line each, in the words of upstream's library. It knows
 * the fields of a kind, and not their limits.
 */
export function typedErrors(schema: Schema, value: Json, path = ''): readonly string[] {
  if (value === null) return [];
  const say = (what: string): string => `${path}: ${what}`;
  if (schema.intOrString === true || schema.type === undefined) return [];
  switch (schema.type) {
    case 'object':
      return isObject(value)
        ? memberErrors(schema, value, path)
        : [say(`expected map, got &{${printed(value)}}`)];
    case 'array':
      return isArray(value)
        ? itemErrors(schema, value, path)
        : [say(`expected list, got &{${printed(value)}}`)];
    case 'string':
      return typeof value === 'string' ? [] : [say(`expected string, got ${goSyntax(value)}`)];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [say(`expected boolean, got &{${printed(value)}}`)];
    case 'integer':
    case 'number':
      return typeof value === 'number' ? [] : [say(`expected numeric (int or float), got ${goType(value)}`)];
  }
}

function memberErrors(schema: Schema, object: JsonObject, path: string): readonly string[] {
  return Object.keys(object)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .flatMap((key) => {
      const known = memberSchema(schema, key);
      const here = `${path}.${key}`;
      if (known !== undefined) return typedErrors(known, own(object, key) ?? null, here);
      // A struct that says nothing of its fields may have any, for this library.
      const isOpen = schema.preserveUnknown === true || (schema.properties?.size ?? 0) === 0;
      return isOpen ? [] : [`${here}: field not declared in schema`];
    });
}

function itemErrors(schema: Schema, list: readonly Json[], path: string): readonly string[] {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const below = typedErrors(schema.items ?? {}, item, itemPath(schema, item, { path, index }));
    const key = listKey(schema, item);
    if (key === undefined || !seen.has(key.identity)) {
      if (key !== undefined) seen.add(key.identity);
      return below;
    }
    return [...below, `${path}: duplicate entries for key ${key.said}`];
  });
}

function itemPath(
  schema: Schema,
  item: Json,
  { path, index }: { readonly path: string; readonly index: number },
): string {
  const key = schema.listType === 'map' ? listKey(schema, item) : undefined;
  return key === undefined ? `${path}[${index}]` : path + key.said;
}

function listKey(
  { listType, listMapKeys = [] }: Schema,
  item: Json,
): { readonly identity: string; readonly said: string } | undefined {
  if (listType === 'set') return { identity: canonical(item), said: `[=${JSON.stringify(item)}]` };
  if (listType !== 'map' || !isObject(item)) return undefined;
  const key = keyOfItem(item, listMapKeys);
  if (Object.keys(key).length < listMapKeys.length) return undefined;
  const said = Object.entries(key).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return { identity: canonical(key), said: `[${said.join(',')}]` };
}

/** A value as Go prints it. */
export function printed(value: Json): string {
  if (value === null) return '<nil>';
  if (isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (!isObject(value)) return spell(value);
  const members = Object.entries(value).map(([key, member]) => `${key}:${printed(member)}`);
  return `map[${members.toSorted((a, b) => (a < b ? -1 : 1)).join(' ')}]`;
}

function goSyntax(value: Json): string {
  return `&value.valueUnstructured{Value:${goLiteral(value)}}`;
}

/** A value as Go source has it. */
function goLiteral(value: Json): string {
  if (isArray(value)) return `[]interface {}{${value.map(goLiteral).join(', ')}}`;
  if (!isObject(value)) return value === null ? 'interface {}(nil)' : JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${goLiteral(member)}`);
  return `map[string]interface {}{${members.toSorted((a, b) => (a < b ? -1 : 1)).join(', ')}}`;
}

function goType(value: Json): string {
  if (isArray(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' ? 'int64' : typeof value;
}

/** One sentence of all errors. */
export function sayTypedErrors(errors: readonly string[]): string {
  const [only = ''] = errors;
  return errors.length === 1 ? only : `errors:\n${errors.map((error) => `  ${error}`).join('\n')}`;
}
