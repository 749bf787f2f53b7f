import { isArray, isObject, own } from '../json.ts';
import type { Json } from '../json.ts';
import { memberSchema } from '../schema.ts';
import type { Schema } from '../schema.ts';
import { parseDuration, parseTimestamp } from './time.ts';
import type { Bytes, Document, Value } from './value.ts';

/** A part of a document as CEL sees it: typed by its schema. What the schema does not know is not there. */
export function fromJson(schema: Schema, json: Json): Value {
  if (json === null || typeof json === 'boolean') return json;
  if (typeof json === 'string') return fromText(schema, json);
  if (typeof json === 'number') {
    return schema.type === 'number' || !Number.isInteger(json) ? json : BigInt(json);
  }
  if (isArray(json)) return { kind: 'documents', schema, json };
  return isObject(json) ? { kind: 'document', schema, json } : null;
}

function fromText(schema: Schema, text: string): Value {
  return readers[schema.limits?.format ?? '']?.(text) ?? text;
}

/** Texts that are more than texts. */
const readers: Readonly<Record<string, (text: string) => Value | undefined>> = {
  'date-time': parseTimestamp,
  date: parseTimestamp,
  duration: parseDuration,
  byte: fromBase64,
};

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function fromBase64(text: string): Bytes {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const character of text.replaceAll(/[=\s]/gu, '')) {
    held = ((held << 6) | digits.indexOf(character)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return { kind: 'bytes', bytes };
}

/** Whether keys of the value are data and not field names. */
export function isMapSchema({ properties, additionalProperties }: Schema): boolean {
  return properties === undefined && additionalProperties !== undefined;
}

/** The member of a document by its name in CEL, or nothing when it is not there. */
export function memberOf({ schema, json }: Document, name: string): Value | undefined {
  const key = isMapSchema(schema) ? name : unescapeField(name);
  const known = fieldSchema(schema, key);
  const value = own(json, key);
  return known === undefined || value === undefined ? undefined : fromJson(known, value);
}

/** The keys that CEL sees of a document. */
export function keysOf({ schema, json }: Document): readonly string[] {
  return Object.keys(json).filter((key) => fieldSchema(schema, key) !== undefined);
}

const text: Schema = { type: 'string' };
const objectMeta: Schema = {
  type: 'object',
  properties: new Map([
    ['name', text],
    ['generateName', text],
  ]),
};

/** The schema of a field, and of the few that every whole object has. */
export function fieldSchema(schema: Schema, key: string): Schema | undefined {
  if (schema.embeddedResource === true) {
    if (key === 'metadata') return objectMeta;
    if (key === 'apiVersion' || key === 'kind') return text;
  }
  return memberSchema(schema, key);
}

/** A schema whose values are whole Kubernetes objects. */
export function asResource(schema: Schema): Schema {
  return schema.embeddedResource === true ? schema : { ...schema, embeddedResource: true };
}

const words =
  'true false null in as break const continue else for function if import let loop package namespace return var void while';
const reserved: ReadonlySet<string> = new Set(words.split(' '));
const escapes: Readonly<Record<string, string>> = {
  underscores: '__',
  dot: '.',
  dash: '-',
  slash: '/',
};

/** `__namespace__` → `namespace`, `a__dash__b` → `a-b`. */
export function unescapeField(name: string): string {
  const [, word = ''] = /^__(\w+)__$/u.exec(name) ?? [];
  if (reserved.has(word)) return word;
  return name.replaceAll(/__(underscores|dot|dash|slash)__/gu, (_, sign: string) => escapes[sign] ?? '');
}
