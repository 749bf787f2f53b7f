import { equal, isArray, isObject, own, textAt } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import { memberSchema } from '../schema.ts';
import type { Schema } from '../schema.ts';

/** The first directive of a patch that is none, with the map it stands in. */
export function unknownDirective(
  patch: Json,
): { readonly directive: string; readonly map: JsonObject } | undefined {
  if (isArray(patch)) return patch.map(unknownDirective).find((found) => found !== undefined);
  if (!isObject(patch)) return undefined;
  const directive = textAt(patch, '$patch');
  if (!['', 'delete', 'merge', 'replace'].includes(directive)) return { directive, map: patch };
  return Object.values(patch)
    .map(unknownDirective)
    .find((found) => found !== undefined);
}

/**
 * Strategic merge patch: like a merge patch, but lists whose schema names a merge key merge by it, and directives in
 * the patch (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) say more.
 */
export function strategicPatch(schema: Schema, target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const directive = textAt(patch, '$patch');
  const plain = Object.fromEntries(Object.entries(patch).filter(([key]) => !isDirective(key)));
  if (directive === 'replace') return plain;
  if (directive === 'delete') return {};
  const base: JsonObject = isObject(target) ? target : {};
  const retained = own(patch, '$retainKeys');
  const kept = Object.entries(base).filter(
    ([key]) => !Object.hasOwn(plain, key) && (!isArray(retained) || retained.includes(key)),
  );
  const keys = [
    ...new Set([...Object.keys(plain), ...Object.keys(patch).filter(isDirective).map(directiveTarget)]),
  ];
  const merged = keys.flatMap((key): readonly (readonly [string, Json])[] => {
    const value = patchMember(memberSchema(schema, key), { base, patch, plain, key });
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries([...kept.filter(([key]) => !keys.includes(key)), ...merged]);
}

interface Member {
  readonly base: JsonObject;
  readonly patch: JsonObject;
  readonly plain: JsonObject;
  readonly key: string;
}

function patchMember(schema: Schema | undefined, { base, patch, plain, key }: Member): Json | undefined {
  const before = own(base, key);
  const given = own(plain, key);
  if (given === null) return undefined;
  const order = own(patch, `$setElementOrder/${key}`);
  const removed = own(patch, `$deleteFromPrimitiveList/${key}`);
  if (schema?.type === 'array' && schema.mergeKey !== undefined) {
    if (given === undefined && before === undefined) return undefined;
    if (given !== undefined && !isArray(given)) return given;
    const list = isArray(before) ? before : [];
    const change = isArray(given) ? given : [];
    const merged =
      schema.mergeKey === '' ? mergeScalars(list, change, removed) : mergeByKey(schema, list, change);
    const first = isArray(order) ? order : change;
    return inOrder(merged, { first, server: list, mergeKey: schema.mergeKey });
  }
  if (given === undefined) return before;
  return schema === undefined ? mergeUnknown(before, given) : strategicPatch(schema, before, given);
}

function mergeUnknown(before: Json | undefined, given: Json): Json {
  return strategicPatch({ preserveUnknown: true }, before, given);
}

function isDirective(key: string): boolean {
  return (
    key.startsWith('$patch') ||
    key === '$retainKeys' ||
    key.startsWith('$setElementOrder/') ||
    key.startsWith('$deleteFromPrimitiveList/')
  );
}

/** The field a directive speaks of; of `$patch` and `$retainKeys`, which speak of the whole, none that exists. */
function directiveTarget(key: string): string {
  return key.includes('/') ? key.slice(key.indexOf('/') + 1) : key;
}

function mergeScalars(
  list: readonly Json[],
  change: readonly Json[],
  removed: Json | undefined,
): readonly Json[] {
  const gone = isArray(removed) ? removed : [];
  const all = [...list.filter((item) => !gone.some((other) => equal(item, other))), ...change];
  return all.filter((item, index) => all.findIndex((other) => equal(item, other)) === index);
}

function mergeByKey(schema: Schema, list: readonly Json[], change: readonly Json[]): readonly Json[] {
  const { items = {}, mergeKey = '' } = schema;
  const replaceAll = change.some((item) => isObject(item) && textAt(item, '$patch') === 'replace');
  if (replaceAll) return change.filter((item) => !(isObject(item) && Object.hasOwn(item, '$patch')));
  let merged = list;
  for (const item of change) {
    if (!isObject(item)) continue;
    const key = own(item, mergeKey);
    const place = merged.findIndex((other) => isObject(other) && equal(own(other, mergeKey), key));
    if (textAt(item, '$patch') === 'delete') {
      merged = merged.filter((other) => !(isObject(other) && equal(own(other, mergeKey), key)));
    } else if (place < 0) {
      merged = [...merged, strategicPatch(items, undefined, item)];
    } else {
      merged = merged.with(place, strategicPatch(items, merged[place], item));
    }
  }
  return merged;
}

interface Order {
  /** The order the patch gives: its own, or that of `$setElementOrder`. */
  readonly first: readonly Json[];
  /** The list as it was. */
  readonly server: readonly Json[];
  readonly mergeKey: string;
}

/**
 * Items that the patch speaks of come in its order, others in theirs. Between the two, an item comes before another
 * only if it did so before; what the patch speaks of goes first otherwise.
 */
function inOrder(list: readonly Json[], { first, server, mergeKey }: Order): readonly Json[] {
  const spoken = list.filter((item) => rank(first, item, mergeKey) >= 0);
  const patched = spoken.toSorted((a, b) => rank(first, a, mergeKey) - rank(first, b, mergeKey));
  const others = list.filter((item) => rank(first, item, mergeKey) < 0);
  const result: Json[] = [];
  while (patched.length > 0 && others.length > 0) {
    const [left = null] = others;
    const [right = null] = patched;
    const was = rank(server, left, mergeKey);
    const other = rank(server, right, mergeKey);
    const before = was >= 0 && other >= 0 && was < other;
    result.push(...(before ? others : patched).splice(0, 1));
  }
  return [...result, ...others, ...patched];
}

function rank(order: readonly Json[], item: Json, mergeKey: string): number {
  return order.findIndex((wanted) =>
    mergeKey === ''
      ? equal(wanted, item)
      : isObject(wanted) && isObject(item) && equal(own(wanted, mergeKey), own(item, mergeKey)),
  );
}
