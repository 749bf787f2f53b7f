import { calendar, parseDuration, parseTimestamp, sayDuration, sayTimestamp } from '../time.ts';
import { utf8 } from '../lexer.ts';
import { failed, typeNameOf } from '../value.ts';
import type { Result, Timestamp } from '../value.ts';
import { int, uint } from './operators.ts';
import {
  isAny,
  isBool,
  isBytes,
  isDouble,
  isDuration,
  isInt,
  isText,
  isTimestamp,
  isUint,
  one,
  overload,
} from './overload.ts';
import type { Overload } from './overload.ts';

const second = 1_000_000_000n;

function unconverted(type: string): Result {
  return failed(`type conversion error from 'string' to '${type}'`);
}

function wholeOf(text: string): Result {
  return /^[+-]?\d+$/u.test(text) ? int(BigInt(text.replace('+', ''))) : unconverted('int');
}

function doubleOf(text: string): Result {
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? unconverted('double') : number;
}

function truncated(value: number): Result {
  return Number.isFinite(value) ? int(BigInt(Math.trunc(value))) : failed('integer overflow');
}

const words: Readonly<Record<string, boolean>> = { true: true, false: false, True: true, False: false };

/** What makes values of one type of another's, and the parts of times. */
export const conversions: readonly Overload[] = [
  overload(
    'int',
    '(int) int',
    one(isInt, (a) => a),
  ),
  overload(
    'int',
    '(uint) int',
    one(isUint, (a) => int(a.value)),
  ),
  overload('int', '(double) int', one(isDouble, truncated)),
  overload('int', '(string) int', one(isText, wholeOf)),
  overload(
    'int',
    '(timestamp) int',
    one(isTimestamp, (a) => a.nanoseconds / second),
  ),
  overload(
    'uint',
    '(uint) uint',
    one(isUint, (a) => a),
  ),
  overload('uint', '(int) uint', one(isInt, uint)),
  overload(
    'uint',
    '(string) uint',
    one(isText, (a) => (/^\d+$/u.test(a) ? uint(BigInt(a)) : wholeOf(a))),
  ),
  overload(
    'double',
    '(double) double',
    one(isDouble, (a) => a),
  ),
  overload('double', '(int) double', one(isInt, Number)),
  overload(
    'double',
    '(uint) double',
    one(isUint, (a) => Number(a.value)),
  ),
  overload('double', '(string) double', one(isText, doubleOf)),
  overload(
    'bool',
    '(bool) bool',
    one(isBool, (a) => a),
  ),
  overload(
    'bool',
    '(string) bool',
    one(isText, (a) => words[a] ?? unconverted('bool')),
  ),
  overload(
    'string',
    '(string) string',
    one(isText, (a) => a),
  ),
  overload('string', '(int) string', one(isInt, String)),
  overload(
    'string',
    '(uint) string',
    one(isUint, (a) => String(a.value)),
  ),
  overload('string', '(double) string', one(isDouble, String)),
  overload('string', '(bool) string', one(isBool, String)),
  overload(
    'string',
    '(bytes) string',
    one(isBytes, (a) => String.fromCharCode(...a.bytes)),
  ),
  overload('string', '(timestamp) string', one(isTimestamp, sayTimestamp)),
  overload('string', '(duration) string', one(isDuration, sayDuration)),
  overload(
    'bytes',
    '(string) bytes',
    one(isText, (a) => ({ kind: 'bytes', bytes: utf8(a) })),
  ),
  overload(
    'duration',
    '(duration) duration',
    one(isDuration, (a) => a),
  ),
  overload(
    'duration',
    '(string) duration',
    one(isText, (a) => parseDuration(a) ?? unconverted('google.protobuf.Duration')),
  ),
  overload(
    'timestamp',
    '(timestamp) timestamp',
    one(isTimestamp, (a) => a),
  ),
  overload(
    'timestamp',
    '(string) timestamp',
    one(isText, (a) => parseTimestamp(a) ?? unconverted('google.protobuf.Timestamp')),
  ),
  overload(
    'dyn',
    '(A) dyn',
    one(isAny, (a) => a),
  ),
  overload(
    'type',
    '(A) type',
    one(isAny, (a) => ({ kind: 'type', name: typeNameOf(a) })),
  ),
  ...parts(),
];

/** Parts of a moment, in UTC. */
function parts(): readonly Overload[] {
  return [
    part('getFullYear', (a) => calendar(a).year),
    part('getMonth', (a) => calendar(a).month),
    part('getDate', (a) => calendar(a).day),
    part('getDayOfMonth', (a) => calendar(a).day - 1),
    part('getDayOfWeek', (a) => calendar(a).weekday),
    part('getHours', (a) => Math.floor(calendar(a).secondOfDay / 3600)),
    part('getMinutes', (a) => Math.floor(calendar(a).secondOfDay / 60) % 60),
    part('getSeconds', (a) => calendar(a).secondOfDay % 60),
    whole('getHours', second * 3600n),
    whole('getMinutes', second * 60n),
    whole('getSeconds', second),
    whole('getMilliseconds', 1_000_000n),
  ];
}

function part(name: string, of: (a: Timestamp) => number): Overload {
  return overload(
    name,
    'timestamp.() int',
    one(isTimestamp, (a) => BigInt(of(a))),
  );
}

function whole(name: string, unit: bigint): Overload {
  return overload(
    name,
    'duration.() int',
    one(isDuration, (a) => a.nanoseconds / unit),
  );
}
