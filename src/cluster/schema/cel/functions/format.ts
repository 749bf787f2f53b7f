import { entriesOf, isList, isMap, itemsOf } from '../collections.ts';
import { sayDuration, sayTimestamp } from '../time.ts';
import { failed, typeNameOf } from '../value.ts';
import type { Result, Value } from '../value.ts';

/** `'%s of %d'.format([a, b])`. */
export function formatText(pattern: string, given: readonly Value[]): Result {
  let next = 0;
  let wrong: string | undefined;
  const text = pattern.replaceAll(
    /%(?:\.(\d+))?([%a-zA-Z])/gu,
    (_, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      const value = given[next];
      next += 1;
      const said = value === undefined ? undefined : say(verb, value, precision);
      if (value === undefined) wrong ??= `index ${next - 1} out of range`;
      else if (said === undefined)
        wrong ??= `error during formatting: no formatting clause for ${verb} with ${typeNameOf(value)}`;
      return said ?? '';
    },
  );
  return wrong === undefined ? text : failed(wrong);
}

function say(verb: string, value: Value, precision?: string): string | undefined {
  switch (verb) {
    case 's':
      return sayValue(value);
    case 'd':
      return typeof value === 'bigint' ? String(value) : undefined;
    case 'f':
      return typeof value === 'number' ? value.toFixed(Number(precision ?? '6')) : undefined;
    case 'e':
      return typeof value === 'number' ? value.toExponential(Number(precision ?? '6')) : undefined;
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      return typeof value === 'bigint' ? value.toString(2) : undefined;
    case 'o':
      return typeof value === 'bigint' ? value.toString(8) : undefined;
    case 'x':
    case 'X': {
      const hex = typeof value === 'bigint' ? value.toString(16) : undefined;
      return verb === 'X' ? hex?.toUpperCase() : hex;
    }
    default:
      return undefined;
  }
}

/** Any value as text within a sentence. */
function sayValue(value: Value): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${itemsOf(value).map(sayValue).join(', ')}]`;
  if (isMap(value)) {
    const members = entriesOf(value).map(([key, one]) => `${sayValue(key)}: ${sayValue(one)}`);
    return `{${members.toSorted((a, b) => (a < b ? -1 : 1)).join(', ')}}`;
  }
  switch (value.kind) {
    case 'uint':
      return String(value.value);
    case 'bytes':
      return String.fromCharCode(...value.bytes);
    case 'timestamp':
      return sayTimestamp(value);
    case 'duration':
      return sayDuration(value);
    case 'type':
    case 'format':
      return value.name;
    case 'optional':
      return value.value === undefined ? 'optional.none()' : `optional.of(${sayValue(value.value)})`;
  }
}
