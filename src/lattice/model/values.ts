import type { Ref, ResourceKey } from './resource.ts';

/** What a reference stands for now, or nothing while that does not exist. */
export type IdOf = (ref: Ref) => string | undefined;

/** One member of a spec or a fact, by its name. Specs are plain data; this is how data-driven code reads them. */
export function memberOf(spec: object, name: string): unknown {
  const value: unknown = Object.hasOwn(spec, name) ? Reflect.get(spec, name) : undefined;
  return value;
}

/** Every key that a spec refers to, in the order of its members, each once. */
export function refsIn(value: unknown): readonly ResourceKey[] {
  const found: ResourceKey[] = [];
  collect(value, found);
  return found;
}

/** The strings in a value, at any depth, each once. A fact refers to other things by their ids. */
export function stringsIn(value: unknown): readonly string[] {
  const found = new Set<string>();
  collectStrings(value, found);
  return [...found];
}

/**
 * A value as one string: references replaced by ids where there are any, members and items in code point order, absent
 * members left out. Items of our lists have no order of their own, so equal strings mean the same wish.
 */
export function canonical(value: unknown, idOf: IdOf = nothing): string {
  if (isRef(value)) return JSON.stringify(idOf(value) ?? `?${value.ref}`);
  if (Array.isArray(value)) {
    return `[${value
      .map((item: unknown) => canonical(item, idOf))
      .toSorted(byCodePoint)
      .join()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner, idOf)}`);
    return `{${members.toSorted(byCodePoint).join()}}`;
  }
  return value === undefined ? 'null' : JSON.stringify(value);
}

/** Whether two values mean the same wish: as their canonical forms tell, but mostly without making them. */
export function isSame(wanted: unknown, actual: unknown, idOf: IdOf = nothing): boolean {
  if (wanted === actual) return true;
  if (isRef(wanted)) return actual !== undefined && idOf(wanted) === actual;
  if (typeof wanted !== 'object' || typeof actual !== 'object' || wanted === null || actual === null)
    return false;
  if (Array.isArray(wanted) !== Array.isArray(actual)) return false;
  if (!Array.isArray(wanted) || !Array.isArray(actual)) return isSameByMembers(wanted, actual, idOf);
  if (wanted.length !== actual.length) return false;
  if (wanted.every((item, position) => isSame(item, actual[position], idOf))) return true;
  return canonical(wanted, idOf) === canonical(actual);
}

function isSameByMembers(wanted: object, actual: object, idOf: IdOf): boolean {
  for (const name in wanted) {
    if (!isSame(memberOf(wanted, name), memberOf(actual, name), idOf)) return false;
  }
  for (const name in actual) {
    if (!Object.hasOwn(wanted, name) && memberOf(actual, name) !== undefined) return false;
  }
  return true;
}

/** Whether every member that `wanted` gives, at any depth, is the same in `actual`. */
export function within(wanted: unknown, actual: unknown): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) {
    return canonical(wanted) === canonical(actual);
  }
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(wanted).every(([name, inner]) => within(inner, memberOf(actual, name)));
}

export function isRef(value: unknown): value is Ref {
  return (
    typeof value === 'object' &&
    value !== null &&
    'ref' in value &&
    typeof value.ref === 'string' &&
    'output' in value &&
    (value.output === 'id' || value.output === 'arn')
  );
}

/** Order of strings that is the same everywhere. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function collect(value: unknown, found: ResourceKey[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (isRef(value)) {
    if (!found.includes(value.ref)) found.push(value.ref);
    return;
  }
  for (const name in value) collect(memberOf(value, name), found);
}

function collectStrings(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') found.add(value);
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) collectStrings(inner, found);
  }
}

function nothing(): undefined {
  return undefined;
}
