import type { Json, JsonObject } from '../json.ts';
import type { Schema } from '../schema.ts';

/**
 * A value of CEL. Whole numbers are `bigint` and `number` is a double, as 1 and 1.0 differ in type. Lists and objects of
 * a document keep their JSON and schema, and are read as they are asked.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint
  | Bytes
  | Timestamp
  | Duration
  | TypeValue
  | Format
  | Optional
  | List
  | MapValue
  | Document
  | DocumentList;

export interface Uint {
  readonly kind: 'uint';
  readonly value: bigint;
}
export interface Bytes {
  readonly kind: 'bytes';
  readonly bytes: readonly number[];
}
export interface Timestamp {
  readonly kind: 'timestamp';
  /** Since 1970. */
  readonly nanoseconds: bigint;
}
export interface Duration {
  readonly kind: 'duration';
  readonly nanoseconds: bigint;
}
export interface TypeValue {
  readonly kind: 'type';
  readonly name: string;
}
export interface Format {
  readonly kind: 'format';
  readonly name: string;
}
export interface Optional {
  readonly kind: 'optional';
  readonly value?: Value;
}
export interface List {
  readonly kind: 'list';
  readonly items: readonly Value[];
}
export interface MapValue {
  readonly kind: 'map';
  readonly entries: readonly (readonly [Value, Value])[];
}
export interface Document {
  readonly kind: 'document';
  readonly schema: Schema;
  readonly json: JsonObject;
}
export interface DocumentList {
  readonly kind: 'documents';
  readonly schema: Schema;
  readonly json: readonly Json[];
}

/** An evaluation that came to nothing. A `fatal` one ends everything; others `||` and `&&` may do without. */
export interface Failure {
  readonly kind: 'failure';
  readonly message: string;
  readonly fatal: boolean;
}

export type Result = Value | Failure;

export function failed(message: string): Failure {
  return { kind: 'failure', message, fatal: false };
}

/** No function takes such arguments. */
export const noOverload = 'no such overload';

export function isFailure(result: Result): result is Failure {
  return typeof result === 'object' && result !== null && result.kind === 'failure';
}

/** The name of a value's type, as `type(x)` has it. */
export function typeNameOf(value: Value): string {
  if (value === null) return 'null_type';
  if (typeof value === 'object') return taggedNames[value.kind];
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'double';
  return typeof value === 'bigint' ? 'int' : 'bool';
}

const taggedNames = {
  uint: 'uint',
  bytes: 'bytes',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
  type: 'type',
  format: 'kubernetes.NamedFormat',
  optional: 'optional_type',
  list: 'list',
  documents: 'list',
  map: 'map',
  document: 'map',
} as const satisfies Record<Extract<Value, { readonly kind: string }>['kind'], string>;
