import { itemsOf } from '../collections.ts';
import { failed } from '../value.ts';
import type { DocumentList, List, Result, Value } from '../value.ts';
import { toRegExp } from '../regex.ts';
import { isInt, isListValue, isText, one, overload, three, two } from './overload.ts';
import type { Overload } from './overload.ts';
import { formatText } from './format.ts';

const matches = two(isText, isText, (text, pattern) => {
  const regex = toRegExp(pattern);
  return regex === undefined ? failed(`error parsing regexp: ${pattern}`) : regex.test(text);
});

/** Functions of text; positions count code points. */
export const textFunctions: readonly Overload[] = [
  overload(
    'startsWith',
    'string.(string) bool',
    two(isText, isText, (a, b) => a.startsWith(b)),
  ),
  overload(
    'endsWith',
    'string.(string) bool',
    two(isText, isText, (a, b) => a.endsWith(b)),
  ),
  overload(
    'contains',
    'string.(string) bool',
    two(isText, isText, (a, b) => a.includes(b)),
  ),
  overload('matches', 'string.(string) bool', matches),
  overload('matches', '(string, string) bool', matches),
  overload(
    'lowerAscii',
    'string.() string',
    one(isText, (a) => a.replaceAll(/[A-Z]/gu, (c) => c.toLowerCase())),
  ),
  overload(
    'upperAscii',
    'string.() string',
    one(isText, (a) => a.replaceAll(/[a-z]/gu, (c) => c.toUpperCase())),
  ),
  overload(
    'trim',
    'string.() string',
    one(isText, (a) => a.trim()),
  ),
  overload('charAt', 'string.(int) string', two(isText, isInt, charAt)),
  overload(
    'indexOf',
    'string.(string) int',
    two(isText, isText, (a, b) => indexOf(a, b, 0n)),
  ),
  overload('indexOf', 'string.(string, int) int', three(isText, isText, isInt, indexOf)),
  overload('lastIndexOf', 'string.(string) int', two(isText, isText, lastIndexOf)),
  overload(
    'substring',
    'string.(int) string',
    two(isText, isInt, (a, from) => substring(a, from)),
  ),
  overload('substring', 'string.(int, int) string', three(isText, isInt, isInt, substring)),
  overload(
    'replace',
    'string.(string, string) string',
    three(isText, isText, isText, (a, b, c) => a.replaceAll(b, () => c)),
  ),
  overload(
    'split',
    'string.(string) list(string)',
    two(isText, isText, (a, b) => list(split(a, b))),
  ),
  overload(
    'split',
    'string.(string, int) list(string)',
    three(isText, isText, isInt, (a, b, count) => list(splitAtMost(a, b, Number(count)))),
  ),
  overload(
    'join',
    'list(string).() string',
    one(isListValue, (a) => join(a, '')),
  ),
  overload('join', 'list(string).(string) string', two(isListValue, isText, join)),
  overload(
    'format',
    'string.(list(dyn)) string',
    two(isText, isListValue, (a, b) => formatText(a, itemsOf(b))),
  ),
  overload(
    'find',
    'string.(string) string',
    two(isText, isText, (text, pattern) => found(text, pattern)?.[0] ?? ''),
  ),
  overload(
    'findAll',
    'string.(string) list(string)',
    two(isText, isText, (text, pattern) => {
      const regex = toRegExp(pattern, 'g');
      if (regex === undefined) return failed(`error parsing regexp: ${pattern}`);
      return list([...text.matchAll(regex)].map(([whole]) => whole));
    }),
  ),
];

function found(text: string, pattern: string): RegExpExecArray | null | undefined {
  return toRegExp(pattern)?.exec(text);
}

function list(items: readonly Value[]): Result {
  return { kind: 'list', items };
}

function charAt(text: string, index: bigint): Result {
  const characters = Array.from(text);
  if (index < 0n || index > BigInt(characters.length)) return failed(`index out of range: ${index}`);
  return characters[Number(index)] ?? '';
}

function indexOf(text: string, part: string, from: bigint): Result {
  const characters = Array.from(text);
  if (from < 0n || from > BigInt(characters.length)) return failed(`index out of range: ${from}`);
  const start = characters.slice(0, Number(from)).join('').length;
  const at = text.indexOf(part, start);
  return at < 0 ? -1n : BigInt(Array.from(text.slice(0, at)).length);
}

function lastIndexOf(text: string, part: string): Result {
  const at = text.lastIndexOf(part);
  return at < 0 ? -1n : BigInt(Array.from(text.slice(0, at)).length);
}

function substring(text: string, from: bigint, to?: bigint): Result {
  const characters = Array.from(text);
  const end = to ?? BigInt(characters.length);
  if (from < 0n || from > BigInt(characters.length)) return failed(`index out of range: ${from}`);
  if (end < 0n || end > BigInt(characters.length)) return failed(`index out of range: ${end}`);
  if (from > end) return failed(`invalid substring range. start: ${from}, end: ${end}`);
  return characters.slice(Number(from), Number(end)).join('');
}

function split(text: string, separator: string): readonly string[] {
  return separator === '' ? Array.from(text) : text.split(separator);
}

function splitAtMost(text: string, separator: string, count: number): readonly string[] {
  const parts = split(text, separator);
  if (count < 0 || parts.length <= count) return parts;
  return count === 0 ? [] : [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

function join(texts: List | DocumentList, separator: string): Result {
  const parts = itemsOf(texts);
  return parts.every((part) => typeof part === 'string') ? parts.join(separator) : failed('no such overload');
}
