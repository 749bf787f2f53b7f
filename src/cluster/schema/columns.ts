import { age } from './age.ts';
import { ageDescription, nameDescription } from './builtin/column-descriptions.ts';
import { findAll, parseJsonPath } from './json-path.ts';
import type { JsonPath } from './json-path.ts';
import { isArray, isObject, textAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import type { Cell, Column } from './kind.ts';

export const nameColumn: Column = column('Name', (object) => textAt(object, 'metadata', 'name'), {
  format: 'name',
  description: nameDescription,
});

export const ageColumn: Column = column(
  'Age',
  (object, now) => age(textAt(object, 'metadata', 'creationTimestamp'), now),
  { description: ageDescription },
);

/** A column of a table; a string that is always shown, unless told. */
export function column(
  name: string,
  cell: Cell,
  {
    type = 'string',
    format = '',
    description = '',
    priority = 0,
  }: Partial<Omit<Column, 'name' | 'cell'>> = {},
): Column {
  return { name, type, format, description, priority, cell };
}

/** A printer column of a CRD, or nothing when its path cannot be read. */
export function pathColumn(definition: JsonObject): Column | undefined {
  const path = parseJsonPath(textAt(definition, 'jsonPath'));
  if (path === undefined) return undefined;
  const type = textAt(definition, 'type');
  return column(textAt(definition, 'name'), pathCell(path, type), {
    type,
    format: textAt(definition, 'format'),
    description:
      textAt(definition, 'description') ||
      `Custom resource definition column (in JSONPath format): ${textAt(definition, 'jsonPath')}`,
    priority: typeof definition['priority'] === 'number' ? definition['priority'] : 0,
  });
}

/** The age of a custom resource, where its definition has no columns. */
export const creationColumn: Column = column(
  'Age',
  pathCell(parseJsonPath('.metadata.creationTimestamp') ?? [], 'date'),
  { type: 'date', description: ageDescription },
);

function pathCell(path: JsonPath, type: string): Cell {
  return (object, now) => {
    const [value] = findAll(path, object);
    return value === undefined || value === null ? null : show(value, type, now);
  };
}

function show(value: Json, type: string, now: number): Json {
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? age(value, now) : null;
    default:
      return isObject(value) || isArray(value) ? JSON.stringify(value) : String(value);
  }
}
