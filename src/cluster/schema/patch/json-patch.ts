import { equal, isArray, isObject, own, textAt } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

export type JsonPatchResult =
  | { readonly code: 'patched'; readonly value: Json }
  /** The patch is no JSON patch. */
  | { readonly code: 'malformed'; readonly message: string }
  /** An operation cannot be done, or a test failed. */
  | { readonly code: 'failed'; readonly message: string };

const operationLimit = 10_000;

/** JSON patch (RFC 6902), all operations or none. */
export function jsonPatch(target: Json, patch: Json): JsonPatchResult {
  if (!isArray(patch)) return { code: 'malformed', message: 'a JSON patch is a list of operations' };
  if (patch.length > operationLimit) {
    return {
      code: 'malformed',
      message: `the allowed maximum operations in a JSON patch is ${operationLimit}, got ${patch.length}`,
    };
  }
  let value = target;
  for (const operation of patch) {
    if (!isObject(operation)) return { code: 'malformed', message: 'an operation is an object' };
    const next = operate(value, operation);
    if (next.code !== 'patched') return next;
    value = next.value;
  }
  return { code: 'patched', value };
}

function operate(document: Json, operation: JsonObject): JsonPatchResult {
  const path = pointer(own(operation, 'path'));
  const from = pointer(own(operation, 'from'));
  const value = own(operation, 'value') ?? null;
  if (path === undefined) return failed('the path is no JSON pointer');
  const op = textAt(operation, 'op');
  switch (op) {
    case 'add':
      return write(document, path, value, 'add');
    case 'replace':
      return write(document, path, value, 'replace');
    case 'remove':
      return write(document, path, undefined, 'remove');
    case 'test': {
      const found = read(document, path);
      return equal(found ?? null, value)
        ? patched(document)
        : failed(`testing value ${textAt(operation, 'path')} failed`);
    }
    case 'move':
    case 'copy': {
      const found = from === undefined ? undefined : read(document, from);
      if (from === undefined || found === undefined) return failed('the source does not exist');
      if (op === 'copy') return write(document, path, found, 'add');
      if (isWithin(path, from)) return failed('a value cannot be moved into itself');
      const removed = write(document, from, undefined, 'remove');
      return removed.code === 'patched' ? write(removed.value, path, found, 'add') : removed;
    }
    default:
      return failed(`unexpected kind: ${op}`);
  }
}

function isWithin(path: readonly string[], outer: readonly string[]): boolean {
  return path.length > outer.length && outer.every((key, index) => path[index] === key);
}

function pointer(text: Json | undefined): readonly string[] | undefined {
  if (typeof text !== 'string') return undefined;
  if (text === '') return [];
  if (!text.startsWith('/')) return undefined;
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(value: Json, [key, ...rest]: readonly string[]): Json | undefined {
  if (key === undefined) return value;
  const child = isArray(value)
    ? value[indexOf(key, value.length - 1) ?? -1]
    : isObject(value)
      ? own(value, key)
      : undefined;
  return child === undefined ? undefined : read(child, rest);
}

type Mode = 'add' | 'replace' | 'remove';

function write(
  document: Json,
  [key, ...rest]: readonly string[],
  value: Json | undefined,
  mode: Mode,
): JsonPatchResult {
  if (key === undefined)
    return value === undefined ? failed('the whole document cannot be removed') : patched(value);
  if (isArray(document)) return writeItem(document, key, rest, { value, mode });
  if (!isObject(document)) return failed(`there is nothing below a scalar at "${key}"`);
  const child = own(document, key);
  if (rest.length > 0) {
    if (child === undefined) return failed(`missing path at "${key}"`);
    const inner = write(child, rest, value, mode);
    return inner.code === 'patched' ? patched({ ...document, [key]: inner.value }) : inner;
  }
  if (mode === 'remove' || value === undefined) {
    if (child === undefined) return failed(`missing path at "${key}"`);
    return patched(Object.fromEntries(Object.entries(document).filter(([name]) => name !== key)));
  }
  return patched({ ...document, [key]: value });
}

function writeItem(
  list: readonly Json[],
  key: string,
  rest: readonly string[],
  { value, mode }: { readonly value: Json | undefined; readonly mode: Mode },
): JsonPatchResult {
  const last = mode === 'add' && rest.length === 0 ? list.length : list.length - 1;
  const index = key === '-' && mode === 'add' && rest.length === 0 ? list.length : indexOf(key, last);
  if (index === undefined) return failed(`no index ${key} in a list of ${list.length}`);
  const item = list[index];
  if (rest.length > 0) {
    const inner = write(item ?? null, rest, value, mode);
    return inner.code === 'patched' ? patched(list.with(index, inner.value)) : inner;
  }
  if (mode === 'remove' || value === undefined) return patched(list.toSpliced(index, 1));
  return patched(mode === 'add' ? list.toSpliced(index, 0, value) : list.with(index, value));
}

/** Digits without a leading zero, and not past the end. */
function indexOf(key: string, last: number): number | undefined {
  if (!/^(0|[1-9]\d*)$/u.test(key)) return undefined;
  const index = Number(key);
  return index <= last ? index : undefined;
}

function patched(value: Json): JsonPatchResult {
  return { code: 'patched', value };
}

function failed(message: string): JsonPatchResult {
  return { code: 'failed', message };
}
