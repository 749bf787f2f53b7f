import { equal, isArray, isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Schema } from '../schema.ts';
import { below, fieldSet, isEmpty, noFields, oneField } from './field-set.ts';
import type { FieldSet } from './field-set.ts';
import { partsOf } from './structure.ts';
import type { Part } from './structure.ts';

/** Every field that a value sets. */
export function fieldsOf(schema: Schema, value: Json): FieldSet {
  const parts = partsOf(schema, value);
  if (parts === undefined || (parts.length === 0 && isObject(value))) return oneField;
  return fieldSet(
    false,
    parts.map((part) => {
      const inner = fieldsOf(part.schema, part.value);
      return [part.step, part.owned ? { ...inner, member: true } : inner] as const;
    }),
  );
}

/** Everything that there is of a value: its fields, and what they are in. */
export function pathsOf(schema: Schema, value: Json): FieldSet {
  const parts = partsOf(schema, value);
  if (parts === undefined || parts.length === 0) return oneField;
  return fieldSet(
    true,
    parts.map((part) => [part.step, pathsOf(part.schema, part.value)] as const),
  );
}

/** Every path of `after` that `before` has not, or has with another value. */
export function changedFields(schema: Schema, before: Json | undefined, after: Json): FieldSet {
  if (before === undefined) return pathsOf(schema, after);
  if (before === after) return noFields;
  const is = partsOf(schema, after);
  const was = partsOf(schema, before);
  if (is === undefined || was === undefined || isArray(before) !== isArray(after)) {
    if (before === null) return { ...pathsOf(schema, after), member: is === undefined || is.length === 0 };
    return equal(before, after) ? noFields : fieldsOf(schema, after);
  }
  const known = new Map(was.map((part) => [part.step, part.value]));
  return fieldSet(
    false,
    is.map((part) => [part.step, changedFields(part.schema, known.get(part.step), part.value)] as const),
  );
}

/** The live value with everything that the applied one sets. Lists that are maps or sets keep what they had. */
export function mergeApplied(schema: Schema, live: Json | undefined, applied: Json): Json {
  const wanted = partsOf(schema, applied);
  const present = live === undefined ? undefined : partsOf(schema, live);
  if (
    wanted === undefined ||
    present === undefined ||
    live === undefined ||
    isArray(live) !== isArray(applied)
  ) {
    return applied;
  }
  const had = new Map(present.map((part) => [part.step, part.value]));
  const merged = new Map(
    wanted.map((part) => [part.step, mergeApplied(part.schema, had.get(part.step), part.value)]),
  );
  if (isArray(live)) return mergeItems(present, merged);
  const kept = present.map(({ step, value }) => [step.slice(2), merged.get(step) ?? value] as const);
  const added = [...merged]
    .filter(([step]) => !had.has(step))
    .map(([step, value]) => [step.slice(2), value] as const);
  return Object.fromEntries([...kept, ...added]);
}

/** Items stay where they are; new ones come last, in the order they were applied. */
function mergeItems(present: readonly Part[], merged: ReadonlyMap<string, Json>): readonly Json[] {
  const steps = new Set(present.map(({ step }) => step));
  return [
    ...present.map(({ step, value }) => merged.get(step) ?? value),
    ...[...merged].filter(([step]) => !steps.has(step)).map(([, value]) => value),
  ];
}

/** What apply takes away from a value, and what of it somebody still wants. */
export interface Removal {
  readonly gone: FieldSet;
  readonly kept: FieldSet;
}

/** The value without the fields that are gone and not kept. What is left with nothing inside goes too. */
export function removeFields(schema: Schema, value: JsonObject, removal: Removal): JsonObject {
  const left = remove(schema, value, removal);
  return isObject(left) ? left : {};
}

function remove(schema: Schema, value: Json, { gone, kept }: Removal): Json | undefined {
  if (isEmpty(gone)) return value;
  const parts = partsOf(schema, value);
  if (parts === undefined || parts.length === 0) return gone.member && !kept.member ? undefined : value;
  const left = parts.flatMap((part): readonly (readonly [string, Json])[] => {
    const inner = { gone: below(gone, part.step), kept: below(kept, part.step) };
    // A thing goes with everything in it, presets too, unless somebody wants something of it.
    if (part.owned && inner.gone.member && isEmpty(inner.kept)) return [];
    const rest = remove(part.schema, part.value, inner);
    const item = part.step.startsWith('k:') ? withKeys(part, rest) : rest;
    return item === undefined ? [] : [[part.step, item]];
  });
  if (left.length === 0 && parts.length > 0) return undefined;
  if (isArray(value)) return left.map(([, item]) => item);
  return Object.fromEntries(left.map(([step, member]) => [step.slice(2), member]));
}

/** An item that stays keeps what names it, whoever owned that. */
function withKeys(part: Part, rest: Json | undefined): Json | undefined {
  if (!isObject(part.value)) return rest;
  const keys = Object.entries(part.value).filter(([key]) => part.step.includes(`${JSON.stringify(key)}:`));
  return isObject(rest) ? { ...Object.fromEntries(keys), ...rest } : Object.fromEntries(keys);
}
