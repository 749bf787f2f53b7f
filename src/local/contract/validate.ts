import type { FieldProblem } from './refusal.ts';
import type { ListShape, MapShape, Shape, StringShape, StructureShape } from './shape.ts';
import { shapes } from './shapes.gen.ts';

/** One violated constraint. `kind` tells a value that could not be read at all from one out of its bounds. */
export interface Problem extends FieldProblem {
  readonly kind: 'type' | 'constraint';
  /** The offending value as text, for the sentence. */
  readonly value: string;
}

/**
 * Reads a JSON value as the named shape: gives it with known members only, and adds every violation to `problems`.
 * Unknown members and nulls are dropped, as AWS does. What it gives means nothing once there are problems.
 */
export function read(name: string, value: unknown, path: string, problems: Problem[]): unknown {
  const shape = shapeOf(name);
  switch (shape.type) {
    case 'string':
      if (typeof value !== 'string') return mistyped('a string');
      checkString(name, shape, value, path, problems);
      return value;
    case 'integer':
    case 'long':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return mistyped('an integer');
      checkBounds('value', value, shape, { path, text: String(value) }, problems);
      return value;
    case 'boolean':
      return typeof value === 'boolean' ? value : mistyped('a boolean');
    case 'timestamp':
      return typeof value === 'string' ? value : mistyped('a timestamp');
    case 'list':
      return Array.isArray(value) ? readList(shape, value, path, problems) : mistyped('a list');
    case 'map':
      return isRecord(value) ? readMap(shape, value, path, problems) : mistyped('a map');
    case 'structure':
      return isRecord(value) ? readStructure(shape, value, path, problems) : mistyped('an object');
  }

  function mistyped(wanted: string): undefined {
    problems.push({ kind: 'type', name: path, message: `Member must be ${wanted}`, value: text(value) });
    return undefined;
  }
}

function readStructure(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  path: string,
  problems: Problem[],
): unknown {
  const members: [string, unknown][] = [];
  for (const [name, member] of Object.entries(shape.members)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given !== undefined && given !== null) {
      members.push([name, read(member.shape, given, join(path, name), problems)]);
    } else if (shape.required.includes(name)) {
      const message = 'Member must not be null';
      problems.push({ kind: 'constraint', name: join(path, name), message, value: 'null' });
    }
  }
  if (shape.union === true && members.length !== 1) {
    const message = `Member must have exactly one of: ${Object.keys(shape.members).join(', ')}`;
    problems.push({ kind: 'constraint', name: path, message, value: text(value) });
  }
  return Object.fromEntries(members);
}

function readList(
  shape: ListShape,
  value: readonly unknown[],
  path: string,
  problems: Problem[],
): readonly unknown[] {
  checkBounds('length', value.length, shape, { path, text: text(value) }, problems);
  return value.map((each, index) => read(shape.member, each, join(path, String(index)), problems));
}

function readMap(
  shape: MapShape,
  value: Readonly<Record<string, unknown>>,
  path: string,
  problems: Problem[],
): unknown {
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  checkBounds('length', entries.length, shape, { path, text: text(value) }, problems);
  return Object.fromEntries(
    entries.map(([key, each]) => {
      read(shape.key, key, join(path, key), problems);
      return [key, read(shape.value, each, join(path, key), problems)];
    }),
  );
}

function checkString(
  name: string,
  shape: StringShape,
  value: string,
  path: string,
  problems: Problem[],
): void {
  checkBounds('length', lengthOf(value), shape, { path, text: value }, problems);
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    const message = `Member must satisfy enum value set: [${shape.enum.join(', ')}]`;
    problems.push({ kind: 'constraint', name: path, message, value });
  }
  if (patterns.get(name)?.test(value) === false) {
    const message = `Member must satisfy regular expression pattern: ${shape.pattern}`;
    problems.push({ kind: 'constraint', name: path, message, value });
  }
}

function checkBounds(
  what: 'length' | 'value',
  size: number,
  { min, max }: { readonly min?: number; readonly max?: number },
  { path, text }: { readonly path: string; readonly text: string },
  problems: Problem[],
): void {
  if (min !== undefined && size < min) {
    const message = `Member must have ${what} greater than or equal to ${min}`;
    problems.push({ kind: 'constraint', name: path, message, value: text });
  }
  if (max !== undefined && size > max) {
    const message = `Member must have ${what} less than or equal to ${max}`;
    problems.push({ kind: 'constraint', name: path, message, value: text });
  }
}

/** The model's patterns are of the whole text, and without flags: some hold anchors and escapes that `u` refuses. */
const patterns: ReadonlyMap<string, RegExp> = new Map(
  Object.entries(shapes).flatMap(([name, shape]) =>
    shape.type === 'string' && shape.pattern !== undefined
      ? [[name, new RegExp(`^(?:${shape.pattern})$`, 's')] as const]
      : [],
  ),
);

function shapeOf(name: string): Shape {
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`the service model has no shape ${name}`);
  return shape;
}

function lengthOf(value: string): number {
  let length = 0;
  for (const _ of value) length += 1;
  return length;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

/** A JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
