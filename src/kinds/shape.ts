import type { Kind, KubeObject } from './object.ts';

/** What a value of the wire must look like: the part of a structural schema that types are made of. */
export type Shape =
  | { readonly is: 'string' | 'integer' | 'boolean' | 'intOrString' | 'anything' }
  | { readonly is: 'oneOf'; readonly values: readonly string[] }
  | { readonly is: 'list'; readonly items: Shape }
  | { readonly is: 'map'; readonly values: Shape }
  | { readonly is: 'object'; readonly fields: Readonly<Record<string, Field>> };

export interface Field {
  readonly shape: Shape;
  readonly required: boolean;
  /** What the API server fills in when the field is absent. */
  readonly default?: unknown;
}

/** A shape, and the type of the values that have it. The two are generated together. */
export interface Schema<T> {
  readonly shape: Shape;
  /** Never there: it only ties the shape to its type. */
  readonly type?: T;
}

/** A kind whose objects we can decode. */
export interface KnownKind<T extends KubeObject> extends Kind, Schema<T> {}

export const string: Shape = { is: 'string' };
export const integer: Shape = { is: 'integer' };
export const boolean: Shape = { is: 'boolean' };
export const intOrString: Shape = { is: 'intOrString' };
export const anything: Shape = { is: 'anything' };

export function oneOf(...values: readonly string[]): Shape {
  return { is: 'oneOf', values };
}

export function list(items: Shape): Shape {
  return { is: 'list', items };
}

export function map(values: Shape): Shape {
  return { is: 'map', values };
}

export function object(fields: Readonly<Record<string, Field>>): Shape {
  return { is: 'object', fields };
}

export function required(shape: Shape): Field {
  return { shape, required: true };
}

export function optional(shape: Shape): Field {
  return { shape, required: false };
}

/** A field that is there after decoding, whether or not it was written. */
export function defaulted(shape: Shape, value: unknown): Field {
  return { shape, required: true, default: value };
}
