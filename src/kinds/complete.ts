import { asList, isRecord } from './record.ts';
import type { Field, Shape } from './shape.ts';

/**
 * The value as an API server would hand it out: nulls dropped, defaults filled in, unknown fields kept. What is complete
 * already comes back as the same object, so that objects from a server are not copied.
 */
export function complete(shape: Shape, value: unknown): unknown {
  switch (shape.is) {
    case 'list':
      return completeList(shape.items, value);
    case 'map':
      return completeMap(shape.values, value);
    case 'object':
      return completeObject(shape.fields, value);
    case 'string':
    case 'integer':
    case 'boolean':
    case 'intOrString':
    case 'anything':
    case 'oneOf':
      return value;
  }
}

function completeList(items: Shape, value: unknown): unknown {
  const before = asList(value);
  if (before === undefined) return value;
  const after = before.map((item) => complete(items, item));
  return after.every((item, i) => item === before[i]) ? value : after;
}

function completeMap(values: Shape, value: unknown): unknown {
  if (!isRecord(value)) return value;
  const after = Object.entries(value).map(([key, item]) => [key, complete(values, item)] as const);
  return after.every(([key, item]) => item === value[key]) ? value : Object.fromEntries(after);
}

function completeObject(fields: Readonly<Record<string, Field>>, value: unknown): unknown {
  if (!isRecord(value)) return value;
  const after: Record<string, unknown> = {};
  let changed = false;
  for (const [name, before] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field !== undefined && before === null) {
      changed = true;
      continue;
    }
    const item = field === undefined ? before : complete(field.shape, before);
    changed ||= item !== before;
    after[name] = item;
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.default === undefined || Object.hasOwn(after, name)) continue;
    after[name] = complete(field.shape, field.default);
    changed = true;
  }
  return changed ? after : value;
}
