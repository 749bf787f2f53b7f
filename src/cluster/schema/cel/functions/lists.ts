import { entriesOf, isList, isMap, itemsOf, lengthOf, same } from '../collections.ts';
import { failed } from '../value.ts';
import type { DocumentList, List, Result, Value } from '../value.ts';
import { compare, int } from './operators.ts';
import {
  isAny,
  isBytes,
  isListValue,
  isMapLike,
  isOptional,
  isText,
  one,
  overload,
  two,
} from './overload.ts';
import type { Overload } from './overload.ts';

type AnyList = List | DocumentList;

const sizeOfText = one(isText, (a) => BigInt(Array.from(a).length));
const sizeOfList = one(isListValue, (a) => BigInt(lengthOf(a)));
const sizeOfMap = one(isMapLike, (a) => BigInt(entriesOf(a).length));
const sizeOfBytes = one(isBytes, (a) => BigInt(a.bytes.length));

/** Sizes, Kubernetes' list functions, sets, and optional values. */
export const listFunctions: readonly Overload[] = [
  overload('size', '(string) int', sizeOfText),
  overload('size', '(list(A)) int', sizeOfList),
  overload('size', '(map(A, B)) int', sizeOfMap),
  overload('size', '(bytes) int', sizeOfBytes),
  overload('size', 'string.() int', sizeOfText),
  overload('size', 'list(A).() int', sizeOfList),
  overload('size', 'map(A, B).() int', sizeOfMap),
  overload('size', 'bytes.() int', sizeOfBytes),
  overload('isSorted', 'list(A).() bool', one(isListValue, isSorted)),
  overload('sum', 'list(A).() A', one(isListValue, sum)),
  overload(
    'min',
    'list(A).() A',
    one(isListValue, (a) => extreme(a, -1)),
  ),
  overload(
    'max',
    'list(A).() A',
    one(isListValue, (a) => extreme(a, 1)),
  ),
  overload(
    'indexOf',
    'list(A).(A) int',
    two(isListValue, isAny, (a, b) => BigInt(itemsOf(a).findIndex((item) => same(item, b)))),
  ),
  overload(
    'lastIndexOf',
    'list(A).(A) int',
    two(isListValue, isAny, (a, b) => BigInt(itemsOf(a).findLastIndex((item) => same(item, b)))),
  ),
  overload('sets.contains', '(list(A), list(A)) bool', two(isListValue, isListValue, contains)),
  overload(
    'sets.equivalent',
    '(list(A), list(A)) bool',
    two(isListValue, isListValue, (a, b) => contains(a, b) && contains(b, a)),
  ),
  overload('sets.intersects', '(list(A), list(A)) bool', two(isListValue, isListValue, intersects)),
  overload(
    'optional.of',
    '(A) optional(A)',
    one(isAny, (value) => ({ kind: 'optional', value })),
  ),
  overload('optional.none', '() optional(dyn)', (given) =>
    given.length === 0 ? { kind: 'optional' } : undefined,
  ),
  overload(
    'optional.ofNonZeroValue',
    '(A) optional(A)',
    one(isAny, (value) => (isZero(value) ? { kind: 'optional' } : { kind: 'optional', value })),
  ),
  overload(
    'hasValue',
    'optional(A).() bool',
    one(isOptional, (a) => a.value !== undefined),
  ),
  overload(
    'value',
    'optional(A).() A',
    one(isOptional, (a) => a.value ?? failed('optional.none() dereference')),
  ),
  overload(
    'orValue',
    'optional(A).(A) A',
    two(isOptional, isAny, (a, b) => a.value ?? b),
  ),
  overload(
    'or',
    'optional(A).(optional(A)) optional(A)',
    two(isOptional, isOptional, (a, b) => (a.value === undefined ? b : a)),
  ),
];

function isSorted(list: AnyList): Result {
  const items = itemsOf(list);
  return items.every((item, at) => at === 0 || (compare(items[at - 1] ?? null, item) ?? 1) <= 0);
}

function sum(list: AnyList): Result {
  const items = itemsOf(list);
  if (items.every((item) => typeof item === 'bigint'))
    return int(items.reduce((all, item) => all + item, 0n));
  if (items.every((item) => typeof item === 'number')) return items.reduce((all, item) => all + item, 0);
  return failed('no such overload');
}

function extreme(list: AnyList, sign: number): Result {
  const [first, ...rest] = itemsOf(list);
  if (first === undefined) return failed(`${sign < 0 ? 'min' : 'max'} called on empty list`);
  return rest.reduce((best, item) => ((compare(item, best) ?? 0) * sign > 0 ? item : best), first);
}

function contains(all: AnyList, part: AnyList): boolean {
  const items = itemsOf(all);
  return itemsOf(part).every((item) => items.some((other) => same(item, other)));
}

function intersects(a: AnyList, b: AnyList): boolean {
  const items = itemsOf(a);
  return itemsOf(b).some((item) => items.some((other) => same(item, other)));
}

function isZero(value: Value): boolean {
  if (isList(value)) return lengthOf(value) === 0;
  if (isMap(value)) return entriesOf(value).length === 0;
  return value === null || value === false || value === 0 || value === 0n || value === '';
}
