import type { Schema } from '../schema.ts';
import { isMapSchema } from './document.ts';

/** What is known of a value before there is one. A `parameter` stands for any type, the same one everywhere. */
export type Type =
  | { readonly kind: 'plain'; readonly name: string }
  | { readonly kind: 'list'; readonly item: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
  | { readonly kind: 'optional'; readonly value: Type }
  | { readonly kind: 'object'; readonly schema: Schema }
  | { readonly kind: 'parameter'; readonly name: string };

export const dyn: Type = plain('dyn');
export const bool: Type = plain('bool');

export function plain(name: string): Type {
  return { kind: 'plain', name };
}

/** Reads `map(string, list(A))`; one capital letter is a parameter. */
export function parseType(text: string): Type {
  const [, name = '', inner] = /^(\w+)(?:\((.*)\))?$/u.exec(text) ?? [];
  if (inner === undefined) return /^[A-Z]$/u.test(name) ? { kind: 'parameter', name } : plain(name);
  const [first = dyn, second = dyn] = parseTypes(inner);
  if (name === 'list') return { kind: 'list', item: first };
  return name === 'map' ? { kind: 'map', key: first, value: second } : { kind: 'optional', value: first };
}

/** Reads types between commas. */
export function parseTypes(text: string): readonly Type[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return (part === '' ? parts : [...parts, part]).map((one) => parseType(one.trim()));
}

/** The type of values of a schema. */
export function typeOfSchema(schema: Schema): Type {
  const { type } = schema;
  if (schema.intOrString === true || type === undefined) return dyn;
  switch (type) {
    case 'array':
      return { kind: 'list', item: schema.items === undefined ? dyn : typeOfSchema(schema.items) };
    case 'object':
      return typeOfObject(schema);
    case 'string':
      return plain(textTypes[schema.limits?.format ?? ''] ?? 'string');
    case 'integer':
      return plain('int');
    case 'number':
      return plain('double');
    case 'boolean':
      return bool;
  }
}

const textTypes: Readonly<Record<string, string>> = {
  'date-time': 'timestamp',
  date: 'timestamp',
  duration: 'duration',
  byte: 'bytes',
};

function typeOfObject(schema: Schema): Type {
  const { additionalProperties } = schema;
  if (!isMapSchema(schema)) return { kind: 'object', schema };
  return {
    kind: 'map',
    key: plain('string'),
    value:
      additionalProperties === undefined || additionalProperties === true
        ? dyn
        : typeOfSchema(additionalProperties),
  };
}

export type Bindings = Map<string, Type>;

/** Whether a value of the type `given` may stand where `wanted` is; parameters are bound on the way. */
export function accepts(wanted: Type, given: Type, bindings: Bindings): boolean {
  if (wanted.kind === 'parameter') {
    const bound = bindings.get(wanted.name);
    if (bound === undefined || isDyn(bound)) bindings.set(wanted.name, given);
    return bound === undefined || accepts(bound, given, bindings) || accepts(given, bound, bindings);
  }
  if (isDyn(wanted) || isDyn(given) || given.kind === 'parameter') return true;
  if (isNull(wanted) || isNull(given)) return true;
  if (wanted.kind === 'plain') return given.kind === 'plain' && given.name === wanted.name;
  if (wanted.kind === 'list') return given.kind === 'list' && accepts(wanted.item, given.item, bindings);
  if (wanted.kind === 'optional')
    return given.kind === 'optional' && accepts(wanted.value, given.value, bindings);
  if (wanted.kind === 'map') {
    return (
      given.kind === 'map' &&
      accepts(wanted.key, given.key, bindings) &&
      accepts(wanted.value, given.value, bindings)
    );
  }
  return given.kind === 'object';
}

export function isDyn(type: Type): boolean {
  return type.kind === 'plain' && type.name === 'dyn';
}

function isNull(type: Type): boolean {
  return type.kind === 'plain' && type.name === 'null_type';
}

/** The type with its parameters replaced by what they are bound to. */
export function bound(type: Type, bindings: Bindings): Type {
  switch (type.kind) {
    case 'plain':
    case 'object':
      return type;
    case 'parameter':
      return bindings.get(type.name) ?? dyn;
    case 'list':
      return { kind: 'list', item: bound(type.item, bindings) };
    case 'map':
      return { kind: 'map', key: bound(type.key, bindings), value: bound(type.value, bindings) };
    case 'optional':
      return { kind: 'optional', value: bound(type.value, bindings) };
  }
}

/** As the checker's messages write it. */
export function sayType(type: Type): string {
  switch (type.kind) {
    case 'plain':
      return type.name;
    case 'parameter':
      return type.name;
    case 'list':
      return `list(${sayType(type.item)})`;
    case 'map':
      return `map(${sayType(type.key)}, ${sayType(type.value)})`;
    case 'optional':
      return `optional_type(${sayType(type.value)})`;
    case 'object':
      return 'object';
  }
}
