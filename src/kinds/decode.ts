import { complete } from './complete.ts';
import { asList, isRecord } from './record.ts';
import type { Schema, Shape } from './shape.ts';

/** The first thing that keeps a value from being what it should be. */
export interface Problem {
  /** Where: `spec.rules[0].backendRefs[1].port`. Empty for the value itself. */
  readonly path: string;
  /** What is wrong there, a sentence that begins with the path. */
  readonly sentence: string;
}

export type Decoded<T> = { readonly ok: T } | { readonly problem: Problem };

/**
 * A value from outside as the type it should have. Defaults of the schema are filled in, and unknown fields are kept.
 * Types, enumerations and required fields are checked; ranges, patterns and rules are the API server's business.
 */
export function decode<T>(schema: Schema<T>, value: unknown): Decoded<T> {
  const completed = complete(schema.shape, value);
  const problems: Problem[] = [];
  if (conforms(schema, completed, problems)) return { ok: completed };
  const [problem = { path: '', sentence: 'The value has the wrong form.' }] = problems;
  return { problem };
}

function conforms<T>(schema: Schema<T>, value: unknown, problems: Problem[]): value is T {
  const problem = check(schema.shape, value, '');
  if (problem !== undefined) problems.push(problem);
  return problem === undefined;
}

function check(shape: Shape, value: unknown, path: string): Problem | undefined {
  switch (shape.is) {
    case 'string':
      return typeof value === 'string' ? undefined : wrong(path, 'a string', value);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrong(path, 'true or false', value);
    case 'integer':
      return Number.isInteger(value) ? undefined : wrong(path, 'a whole number', value);
    case 'intOrString':
      return typeof value === 'string' || Number.isInteger(value)
        ? undefined
        : wrong(path, 'a whole number or a string', value);
    case 'anything':
      return undefined;
    case 'oneOf':
      return typeof value === 'string' && shape.values.includes(value)
        ? undefined
        : wrong(
            path,
            shape.values.length === 1 ? shape.values.join() : `one of ${shape.values.join(', ')}`,
            value,
          );
    case 'list':
      return checkList(shape.items, value, path);
    case 'map':
      return checkMap(shape.values, value, path);
    case 'object':
      return checkObject(shape, value, path);
  }
}

function checkList(items: Shape, value: unknown, path: string): Problem | undefined {
  const entries = asList(value);
  if (entries === undefined) return wrong(path, 'a list', value);
  for (const [i, item] of entries.entries()) {
    const problem = check(items, item, `${path}[${i}]`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkMap(values: Shape, value: unknown, path: string): Problem | undefined {
  if (!isRecord(value)) return wrong(path, 'an object', value);
  for (const [key, item] of Object.entries(value)) {
    const problem = check(values, item, `${path}[${key}]`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkObject(
  { fields }: Extract<Shape, { is: 'object' }>,
  value: unknown,
  path: string,
): Problem | undefined {
  if (!isRecord(value)) return wrong(path, 'an object', value);
  for (const [name, field] of Object.entries(fields)) {
    const at = path === '' ? name : `${path}.${name}`;
    if (Object.hasOwn(value, name)) {
      const problem = check(field.shape, value[name], at);
      if (problem !== undefined) return problem;
    } else if (field.required) {
      return { path: at, sentence: `${at} is required.` };
    }
  }
  return undefined;
}

function wrong(path: string, wanted: string, value: unknown): Problem {
  return { path, sentence: `${path === '' ? 'The value' : path} must be ${wanted}, and is ${shown(value)}.` };
}

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  if (asList(value) !== undefined) return 'a list';
  if (isRecord(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
