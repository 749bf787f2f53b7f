import { isRecord } from '../kinds/record.ts';

/**
 * The smallest JSON merge patch (RFC 7386) that makes `after` of `before`; undefined if they are equal. Lists are
 * replaced as a whole. Members that are `undefined` count as
 * absent; so do members that are `null` in `after`, because a merge patch cannot say null.
 */
export function mergePatch(before: unknown, after: unknown): unknown {
  if (!isRecord(before) || !isRecord(after)) return isEqual(before, after) ? undefined : after;
  const removed = Object.keys(before).flatMap((name): [string, unknown][] =>
    isPresent(before[name]) && !isPresent(own(after, name)) ? [[name, null]] : [],
  );
  const changed = Object.keys(after).flatMap((name): [string, unknown][] => {
    const value = isPresent(after[name]) ? mergePatch(own(before, name), after[name]) : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  // Not by assignment: `__proto__` may be the name of a member.
  return removed.length + changed.length === 0 ? undefined : Object.fromEntries([...removed, ...changed]);
}

/** Not what every object inherits: a label may be called `constructor`. */
function own(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return a === b;
  return (
    names(a).length === names(b).length &&
    names(a).every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name]))
  );
}

function names(record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(record).filter((name) => record[name] !== undefined);
}
