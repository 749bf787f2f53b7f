import { equal, isArray, isObject, own } from './json.ts';
import type { Json } from './json.ts';

/** A parsed JSONPath: what printer columns and selectable fields use of it. */
export type JsonPath = readonly Segment[];

type Segment =
  | { readonly code: 'child'; readonly key: string }
  | { readonly code: 'index'; readonly index: number }
  | { readonly code: 'each' }
  | { readonly code: 'where'; readonly path: JsonPath; readonly operator: string; readonly value: Json };

/** Longest first, so that none is taken for the beginning of another. */
const pieces: readonly (readonly [RegExp, (match: RegExpExecArray) => Segment | undefined])[] = [
  [/^\.?\[\?\(@([^=!<>]*?)\s*(?:(==|!=)\s*("[^"]*"|'[^']*'|[^)]*?)\s*)?\)\]/u, filter],
  [/^\.?\['((?:[^'\\]|\\.)*)'\]/u, ([, key = '']) => ({ code: 'child', key: key.replaceAll('\\', '') })],
  [/^\.?\["((?:[^"\\]|\\.)*)"\]/u, ([, key = '']) => ({ code: 'child', key: key.replaceAll('\\', '') })],
  [/^\.?\[(-?\d+)\]/u, ([, index]) => ({ code: 'index', index: Number(index) })],
  [/^\.?\[\*\]|^\.\*/u, () => ({ code: 'each' })],
  [/^\.((?:[^.[\]\\]|\\.)+)/u, ([, key = '']) => ({ code: 'child', key: key.replaceAll('\\', '') })],
];

/** Nothing when the text is no path of the kind we know. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const segments: Segment[] = [];
  let rest = text.startsWith('$') ? text.slice(1) : text;
  while (rest !== '' && rest !== '.') {
    const found = next(rest);
    if (found === undefined) return undefined;
    segments.push(found.segment);
    rest = rest.slice(found.length);
  }
  return segments;
}

function next(text: string): { readonly segment: Segment; readonly length: number } | undefined {
  for (const [pattern, make] of pieces) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const segment = make(match);
    return segment === undefined ? undefined : { segment, length: match[0].length };
  }
  return undefined;
}

function filter([, left = '', operator = 'exists', right = '']: RegExpExecArray): Segment | undefined {
  const path = parseJsonPath(left);
  return path === undefined ? undefined : { code: 'where', path, operator, value: literal(right) };
}

function literal(text: string): Json {
  if (/^(".*"|'.*')$/u.test(text)) return text.slice(1, -1);
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/** All values at the path, in document order. */
export function findAll(path: JsonPath, value: Json): readonly Json[] {
  return path.reduce<readonly Json[]>(
    (found, segment) => found.flatMap((here) => step(segment, here)),
    [value],
  );
}

function step(segment: Segment, value: Json): readonly Json[] {
  switch (segment.code) {
    case 'child': {
      const child = isObject(value) ? own(value, segment.key) : undefined;
      return child === undefined ? [] : [child];
    }
    case 'index': {
      const item = isArray(value) ? value.at(segment.index) : undefined;
      return item === undefined ? [] : [item];
    }
    case 'each':
      return items(value);
    case 'where':
      return items(value).filter((item) =>
        holds(segment.operator, findAll(segment.path, item)[0], segment.value),
      );
  }
}

function items(value: Json): readonly Json[] {
  if (isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function holds(operator: string, found: Json | undefined, value: Json): boolean {
  if (found === undefined) return false;
  if (operator === 'exists') return true;
  return equal(found, value) === (operator === '==');
}
