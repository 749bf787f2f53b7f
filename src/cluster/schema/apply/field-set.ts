import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/**
 * A set of paths into an object. Steps are spelled as in `managedFields`: `f:name` for a member, `k:{…}` for an item
 * of a list that is a map, `v:…` for an item of a set.
 */
export interface FieldSet {
  /** The path that leads here is in the set. */
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

export const noFields: FieldSet = { member: false, children: new Map() };
export const oneField: FieldSet = { member: true, children: new Map() };

export function isEmpty(set: FieldSet): boolean {
  return !set.member && [...set.children.values()].every(isEmpty);
}

export function fieldSet(member: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet {
  return { member, children: new Map([...children].filter(([, child]) => !isEmpty(child))) };
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const steps = new Set([...a.children.keys(), ...b.children.keys()]);
  return fieldSet(
    a.member || b.member,
    [...steps].map((step) => [step, union(below(a, step), below(b, step))] as const),
  );
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return fieldSet(
    a.member && b.member,
    [...a.children].map(([step, child]) => [step, intersection(child, below(b, step))] as const),
  );
}

/** What is in the first and not in the second. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return fieldSet(
    a.member && !b.member,
    [...a.children].map(([step, child]) => [step, difference(child, below(b, step))] as const),
  );
}

export function sameFields(a: FieldSet, b: FieldSet): boolean {
  return isEmpty(difference(a, b)) && isEmpty(difference(b, a));
}

export function below(set: FieldSet, step: string): FieldSet {
  return set.children.get(step) ?? noFields;
}

/** Only what lies under one of the steps, or everything else. */
export function under(set: FieldSet, steps: readonly string[]): FieldSet {
  return fieldSet(
    false,
    [...set.children].filter(([step]) => steps.includes(step)),
  );
}

export function outside(set: FieldSet, steps: readonly string[]): FieldSet {
  return fieldSet(
    set.member,
    [...set.children].filter(([step]) => !steps.includes(step)),
  );
}

/** The paths as people read them: `.spec.rules[name="x"].port`. */
export function sayPaths(set: FieldSet, prefix = ''): readonly string[] {
  const here = set.member ? [prefix] : [];
  return [...here, ...[...set.children].flatMap(([step, child]) => sayPaths(child, prefix + sayStep(step)))];
}

function sayStep(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith('f:')) return `.${rest}`;
  if (step.startsWith('v:')) return `[=${rest}]`;
  const key = parse(rest);
  if (!isObject(key)) return `[${rest}]`;
  return `[${Object.entries(key)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}]`;
}

function parse(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** As `fieldsV1` has it. */
export function printFields(set: FieldSet): JsonObject {
  const children = [...set.children]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([step, child]) => [step, printFields(child)] as const);
  const self: readonly (readonly [string, Json])[] = set.member && children.length > 0 ? [['.', {}]] : [];
  return Object.fromEntries([...self, ...children]);
}

/** Steps that are none are left out: what clients send is not trusted to be well-formed. */
export function parseFields(fields: Json | undefined): FieldSet {
  if (!isObject(fields)) return noFields;
  const children = Object.entries(fields).filter(([step]) => /^[fkvi]:/u.test(step));
  if (children.length === 0) return oneField;
  return fieldSet(
    Object.hasOwn(fields, '.'),
    children.map(([step, child]) => [step, parseFields(child)] as const),
  );
}
