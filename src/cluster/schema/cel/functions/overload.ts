import { isList, isMap } from '../collections.ts';
import { parseType, parseTypes } from '../type.ts';
import type { Type } from '../type.ts';
import { noOverload, failed } from '../value.ts';
import type { Bytes, Document, DocumentList, Duration, Format, List, MapValue, Optional } from '../value.ts';
import type { Result, Timestamp, Uint, Value } from '../value.ts';

/** One function of CEL for one sort of arguments. */
export interface Overload {
  readonly name: string;
  /** Called as `a.f(b)`, with `a` the first parameter. */
  readonly isMethod: boolean;
  readonly parameters: readonly Type[];
  readonly result: Type;
  readonly run: Run;
}

/** Gives nothing when the arguments are of other types than this function takes. */
export type Run = (given: readonly Value[]) => Result | undefined;

/** An overload from its signature: `string.(string) bool` for a method, `(string, int) bool` for a function. */
export function overload(name: string, signature: string, run: Run): Overload {
  const open = signature.startsWith('(') ? 0 : signature.indexOf('.(') + 1;
  const close = signature.lastIndexOf(') ');
  const receiver = signature.slice(0, Math.max(0, open - 1));
  return {
    name,
    isMethod: receiver !== '',
    parameters: [
      ...(receiver === '' ? [] : [parseType(receiver)]),
      ...parseTypes(signature.slice(open + 1, close)),
    ],
    result: parseType(signature.slice(close + 2)),
    run,
  };
}

type Is<T extends Value> = (value: Value) => value is T;

export function one<A extends Value>(isA: Is<A>, run: (a: A) => Result): Run {
  return ([a, ...more]) => (a !== undefined && more.length === 0 && isA(a) ? run(a) : undefined);
}

export function two<A extends Value, B extends Value>(
  isA: Is<A>,
  isB: Is<B>,
  run: (a: A, b: B) => Result,
): Run {
  return ([a, b, ...more]) =>
    a !== undefined && b !== undefined && more.length === 0 && isA(a) && isB(b) ? run(a, b) : undefined;
}

export function three<A extends Value, B extends Value, C extends Value>(
  isA: Is<A>,
  isB: Is<B>,
  isC: Is<C>,
  run: (a: A, b: B, c: C) => Result,
): Run {
  return ([a, b, c, ...more]) =>
    a !== undefined && b !== undefined && c !== undefined && more.length === 0 && isA(a) && isB(b) && isC(c)
      ? run(a, b, c)
      : undefined;
}

/** Calls the first function of several that takes the arguments. */
export function dispatch(overloads: readonly Overload[], given: readonly Value[]): Result {
  for (const { run } of overloads) {
    const result = run(given);
    if (result !== undefined) return result;
  }
  return failed(noOverload);
}

export function isAny(value: Value | undefined): value is Value {
  return value !== undefined;
}

export function isBool(value: Value): value is boolean {
  return typeof value === 'boolean';
}

export function isInt(value: Value): value is bigint {
  return typeof value === 'bigint';
}

export function isDouble(value: Value): value is number {
  return typeof value === 'number';
}

export function isText(value: Value): value is string {
  return typeof value === 'string';
}

export function isUint(value: Value): value is Uint {
  return tag(value) === 'uint';
}

export function isBytes(value: Value): value is Bytes {
  return tag(value) === 'bytes';
}

export function isTimestamp(value: Value): value is Timestamp {
  return tag(value) === 'timestamp';
}

export function isDuration(value: Value): value is Duration {
  return tag(value) === 'duration';
}

export function isOptional(value: Value): value is Optional {
  return tag(value) === 'optional';
}

export function isFormat(value: Value): value is Format {
  return tag(value) === 'format';
}

export const isListValue: Is<List | DocumentList> = isList;
export const isMapLike: Is<MapValue | Document> = isMap;

function tag(value: Value): string {
  return typeof value === 'object' && value !== null ? value.kind : '';
}
