import { isList, itemAt, itemsOf, joined, numeric, same, valueUnder } from '../collections.ts';
import type { Result, Value } from '../value.ts';
import { failed } from '../value.ts';
import {
  isAny,
  isBool,
  isBytes,
  isDouble,
  isDuration,
  isInt,
  isListValue,
  isMapLike,
  isOptional,
  isText,
  isTimestamp,
  isUint,
  one,
  overload,
  two,
} from './overload.ts';
import type { Overload, Run } from './overload.ts';

const smallest = -(2n ** 63n);
const largest = 2n ** 63n - 1n;
const largestUint = 2n ** 64n - 1n;

/** A whole number, if it fits in 64 bits. */
export function int(value: bigint): Result {
  return value < smallest || value > largest ? failed('integer overflow') : value;
}

export function uint(value: bigint): Result {
  return value < 0n || value > largestUint ? failed('unsigned integer overflow') : { kind: 'uint', value };
}

function duration(nanoseconds: bigint): Result {
  return { kind: 'duration', nanoseconds };
}

function timestamp(nanoseconds: bigint): Result {
  return { kind: 'timestamp', nanoseconds };
}

interface Arithmetic {
  readonly name: string;
  readonly int: (a: bigint, b: bigint) => bigint;
  readonly double: (a: number, b: number) => number;
}

const arithmetic: readonly Arithmetic[] = [
  { name: '_+_', int: (a, b) => a + b, double: (a, b) => a + b },
  { name: '_-_', int: (a, b) => a - b, double: (a, b) => a - b },
  { name: '_*_', int: (a, b) => a * b, double: (a, b) => a * b },
];

function calculation({ name, int: ofInts, double }: Arithmetic): readonly Overload[] {
  return [
    overload(
      name,
      '(int, int) int',
      two(isInt, isInt, (a, b) => int(ofInts(a, b))),
    ),
    overload(name, '(double, double) double', two(isDouble, isDouble, double)),
    overload(
      name,
      '(uint, uint) uint',
      two(isUint, isUint, (a, b) => uint(ofInts(a.value, b.value))),
    ),
  ];
}

const divided = (what: string, divide: (a: bigint, b: bigint) => Result, a: bigint, b: bigint): Result =>
  b === 0n ? failed(`${what} by zero`) : divide(a, b);

const division: readonly Overload[] = [
  overload(
    '_/_',
    '(int, int) int',
    two(isInt, isInt, (a, b) => divided('division', (x, y) => int(x / y), a, b)),
  ),
  overload(
    '_/_',
    '(double, double) double',
    two(isDouble, isDouble, (a, b) => a / b),
  ),
  overload(
    '_/_',
    '(uint, uint) uint',
    two(isUint, isUint, (a, b) => divided('division', (x, y) => uint(x / y), a.value, b.value)),
  ),
  overload(
    '_%_',
    '(int, int) int',
    two(isInt, isInt, (a, b) => divided('modulus', (x, y) => int(x % y), a, b)),
  ),
  overload(
    '_%_',
    '(uint, uint) uint',
    two(isUint, isUint, (a, b) => divided('modulus', (x, y) => uint(x % y), a.value, b.value)),
  ),
];

const sums: readonly Overload[] = [
  overload(
    '_+_',
    '(string, string) string',
    two(isText, isText, (a, b) => a + b),
  ),
  overload(
    '_+_',
    '(bytes, bytes) bytes',
    two(isBytes, isBytes, (a, b) => ({ kind: 'bytes', bytes: [...a.bytes, ...b.bytes] })),
  ),
  overload('_+_', '(list(A), list(A)) list(A)', two(isListValue, isListValue, joined)),
  overload(
    '_+_',
    '(duration, duration) duration',
    two(isDuration, isDuration, (a, b) => duration(a.nanoseconds + b.nanoseconds)),
  ),
  overload(
    '_+_',
    '(timestamp, duration) timestamp',
    two(isTimestamp, isDuration, (a, b) => timestamp(a.nanoseconds + b.nanoseconds)),
  ),
  overload(
    '_+_',
    '(duration, timestamp) timestamp',
    two(isDuration, isTimestamp, (a, b) => timestamp(a.nanoseconds + b.nanoseconds)),
  ),
  overload(
    '_-_',
    '(duration, duration) duration',
    two(isDuration, isDuration, (a, b) => duration(a.nanoseconds - b.nanoseconds)),
  ),
  overload(
    '_-_',
    '(timestamp, timestamp) duration',
    two(isTimestamp, isTimestamp, (a, b) => duration(a.nanoseconds - b.nanoseconds)),
  ),
  overload(
    '_-_',
    '(timestamp, duration) timestamp',
    two(isTimestamp, isDuration, (a, b) => timestamp(a.nanoseconds - b.nanoseconds)),
  ),
  overload(
    '-_',
    '(int) int',
    one(isInt, (a) => int(-a)),
  ),
  overload(
    '-_',
    '(double) double',
    one(isDouble, (a) => -a),
  ),
];

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '_<_': (order) => order < 0,
  '_<=_': (order) => order <= 0,
  '_>_': (order) => order > 0,
  '_>=_': (order) => order >= 0,
};

/** Orders two values of types that have an order; nothing for others. */
export function compare(a: Value, b: Value): number | undefined {
  const left = ordinal(a);
  const right = ordinal(b);
  if (left === undefined || right === undefined || left.sort !== right.sort) return undefined;
  return left.key < right.key ? -1 : left.key > right.key ? 1 : left.key === right.key ? 0 : undefined;
}

interface Ordinal {
  readonly sort: 'number' | 'text' | 'bool' | 'time' | 'duration' | 'bytes';
  readonly key: bigint | number | string;
}

function ordinal(value: Value): Ordinal | undefined {
  const number = numeric(value);
  if (number !== undefined) return { sort: 'number', key: number };
  if (typeof value === 'string') return { sort: 'text', key: value };
  if (typeof value === 'boolean') return { sort: 'bool', key: value ? 1 : 0 };
  if (isTimestamp(value)) return { sort: 'time', key: value.nanoseconds };
  if (isDuration(value)) return { sort: 'duration', key: value.nanoseconds };
  return isBytes(value) ? { sort: 'bytes', key: String.fromCharCode(...value.bytes) } : undefined;
}

const ordered = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'];
const numbers = ['int', 'uint', 'double'];

function comparing(name: string, holds: (order: number) => boolean): readonly Overload[] {
  const run: Run = ([a, b]) => {
    const order = a === undefined || b === undefined ? undefined : compare(a, b);
    if (order !== undefined) return holds(order);
    // Nothing is before or after NaN.
    return a !== undefined && b !== undefined && numeric(a) !== undefined && numeric(b) !== undefined
      ? false
      : undefined;
  };
  const mixed = numbers.flatMap((a) => numbers.filter((b) => a !== b).map((b) => [a, b] as const));
  return [...ordered.map((type) => [type, type] as const), ...mixed].map(([a, b]) =>
    overload(name, `(${a}, ${b}) bool`, run),
  );
}

const wholeNumber = (value: Value): number | undefined => {
  const number = numeric(value);
  return number !== undefined && Number.isInteger(Number(number)) ? Number(number) : undefined;
};

/** `list[i]`, `map[key]`. */
export function element(container: Value, index: Value): Result | undefined {
  if (isList(container)) {
    const at = wholeNumber(index);
    if (at === undefined) return undefined;
    return itemAt(container, at) ?? failed(`index out of bounds: ${at}`);
  }
  if (!isMapLike(container)) return undefined;
  return valueUnder(container, index) ?? failed(`no such key: ${sayKey(index)}`);
}

export function sayKey(key: Value): string {
  return typeof key === 'object' ? 'null' : String(key);
}

/** `x[?i]` of a container, or of one that may not be there. */
function optionalElement(container: Value, index: Value): Result | undefined {
  if (isOptional(container)) {
    return container.value === undefined ? { kind: 'optional' } : optionalElement(container.value, index);
  }
  const at = isList(container) ? wholeNumber(index) : undefined;
  const found = isList(container)
    ? at === undefined
      ? undefined
      : itemAt(container, at)
    : isMapLike(container)
      ? valueUnder(container, index)
      : undefined;
  return found === undefined ? { kind: 'optional' } : { kind: 'optional', value: found };
}

export const operators: readonly Overload[] = [
  ...arithmetic.flatMap(calculation),
  ...division,
  ...sums,
  ...Object.entries(comparisons).flatMap(([name, holds]) => comparing(name, holds)),
  overload('_==_', '(A, A) bool', two(isAny, isAny, same)),
  overload(
    '_!=_',
    '(A, A) bool',
    two(isAny, isAny, (a, b) => !same(a, b)),
  ),
  overload(
    '!_',
    '(bool) bool',
    one(isBool, (a) => !a),
  ),
  overload(
    '@in',
    '(A, list(A)) bool',
    two(isAny, isListValue, (a, b) => itemsOf(b).some((item) => same(item, a))),
  ),
  overload(
    '@in',
    '(A, map(A, B)) bool',
    two(isAny, isMapLike, (a, b) => valueUnder(b, a) !== undefined),
  ),
  overload(
    '_[_]',
    '(list(A), int) A',
    two(isListValue, isAny, (a, b) => element(a, b) ?? failed(noIndex)),
  ),
  overload(
    '_[_]',
    '(map(A, B), A) B',
    two(isMapLike, isAny, (a, b) => element(a, b) ?? failed(noIndex)),
  ),
  overload('_[?_]', '(list(A), int) optional(A)', ([a, b]) => pick(a, b)),
  overload('_[?_]', '(map(A, B), A) optional(B)', ([a, b]) => pick(a, b)),
  overload('_[?_]', '(optional(list(A)), int) optional(A)', ([a, b]) => pick(a, b)),
  overload('_[?_]', '(optional(map(A, B)), A) optional(B)', ([a, b]) => pick(a, b)),
];

const noIndex = 'no such overload';

function pick(a: Value | undefined, b: Value | undefined): Result | undefined {
  return a === undefined || b === undefined ? undefined : optionalElement(a, b);
}
