import { canonical } from '../json.ts';
import { fieldSchema, fromJson, isMapSchema, keysOf, memberOf } from './document.ts';
import type { Document, DocumentList, List, MapValue, Value } from './value.ts';

export function isList(value: Value): value is List | DocumentList {
  return typeof value === 'object' && value !== null && (value.kind === 'list' || value.kind === 'documents');
}

export function isMap(value: Value): value is MapValue | Document {
  return typeof value === 'object' && value !== null && (value.kind === 'map' || value.kind === 'document');
}

export function itemsOf(list: List | DocumentList): readonly Value[] {
  if (list.kind === 'list') return list.items;
  const { items = {} } = list.schema;
  return list.json.map((item) => fromJson(items, item));
}

export function itemAt(list: List | DocumentList, index: number): Value | undefined {
  if (list.kind === 'list') return list.items[index];
  const item = list.json[index];
  return item === undefined ? undefined : fromJson(list.schema.items ?? {}, item);
}

export function lengthOf(list: List | DocumentList): number {
  return list.kind === 'list' ? list.items.length : list.json.length;
}

export function entriesOf(map: MapValue | Document): readonly (readonly [Value, Value])[] {
  if (map.kind === 'map') return map.entries;
  return keysOf(map).map((key) => [key, fromJson(fieldSchema(map.schema, key) ?? {}, map.json[key] ?? null)]);
}

/** What a map has under a key; keys of documents are their names. */
export function valueUnder(map: MapValue | Document, key: Value): Value | undefined {
  if (map.kind === 'map') return map.entries.find(([other]) => same(other, key))?.[1];
  return typeof key === 'string' ? memberOf(map, key) : undefined;
}

/**
 * Equality of CEL: numbers by value, lists by order, except that sets and maps of a schema are compared as what they
 * are. Values of different types are different, never an error.
 */
export function same(a: Value, b: Value): boolean {
  const left = numeric(a);
  const right = numeric(b);
  if (left !== undefined && right !== undefined) return sameNumber(left, right);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (isList(a) && isList(b)) return sameList(a, b);
  if (isMap(a) && isMap(b)) return sameMap(a, b);
  if (a.kind === 'optional' && b.kind === 'optional') {
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return same(a.value, b.value);
  }
  if (a.kind === 'bytes' && b.kind === 'bytes') return a.bytes.join() === b.bytes.join();
  if (a.kind === 'timestamp' && b.kind === 'timestamp') return a.nanoseconds === b.nanoseconds;
  if (a.kind === 'duration' && b.kind === 'duration') return a.nanoseconds === b.nanoseconds;
  return a.kind === 'type' && b.kind === 'type' && a.name === b.name;
}

/** A number of any type as one of JavaScript's two. */
export function numeric(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return typeof value === 'object' && value !== null && value.kind === 'uint' ? value.value : undefined;
}

function sameNumber(a: bigint | number, b: bigint | number): boolean {
  return !(a < b) && !(a > b) && !Number.isNaN(a) && !Number.isNaN(b);
}

function sameList(a: List | DocumentList, b: List | DocumentList): boolean {
  if (lengthOf(a) !== lengthOf(b)) return false;
  const right = itemsOf(b);
  if (isUnordered(a) || isUnordered(b))
    return itemsOf(a).every((item) => right.some((other) => same(item, other)));
  return itemsOf(a).every((item, index) => same(item, right[index] ?? null));
}

function isUnordered(list: List | DocumentList): boolean {
  return list.kind === 'documents' && (list.schema.listType === 'set' || list.schema.listType === 'map');
}

function sameMap(a: MapValue | Document, b: MapValue | Document): boolean {
  const entries = entriesOf(a);
  if (entries.length !== entriesOf(b).length) return false;
  return entries.every(([key, value]) => {
    const other = valueUnder(b, key);
    return other !== undefined && same(value, other);
  });
}

/** `a + b` of lists: sets and maps of a schema keep their items unique, the right side's winning in maps. */
export function joined(a: List | DocumentList, b: List | DocumentList): List {
  const left = itemsOf(a);
  const right = itemsOf(b);
  const { listType, listMapKeys = [] } = a.kind === 'documents' ? a.schema : {};
  if (listType === 'set') {
    return {
      kind: 'list',
      items: [...left, ...right.filter((item) => !left.some((one) => same(one, item)))],
    };
  }
  if (listType !== 'map') return { kind: 'list', items: [...left, ...right] };
  const keyed = (item: Value): string => keyOf(item, listMapKeys);
  const replaced = new Map(right.map((item) => [keyed(item), item]));
  const kept = left.map((item) => replaced.get(keyed(item)) ?? item);
  const known = new Set(left.map(keyed));
  return { kind: 'list', items: [...kept, ...right.filter((item) => !known.has(keyed(item)))] };
}

function keyOf(item: Value, keys: readonly string[]): string {
  if (typeof item !== 'object' || item === null || item.kind !== 'document') return '';
  return canonical(keys.map((key) => item.json[key] ?? null));
}

/** How large a value is, for what reading all of it costs. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (isList(value)) return lengthOf(value);
  return isMap(value) ? (value.kind === 'map' ? value.entries.length : Object.keys(value.json).length) : 1;
}

/** Whether a document is a map and not an object with fields. */
export function hasFields(value: MapValue | Document): value is Document {
  return value.kind === 'document' && !isMapSchema(value.schema);
}
