import { shapeName } from './identifiers.ts';
import { handWritten, typeNames } from './kind-names.ts';
import type { JsonSchema, KindSource } from './kind-sources.ts';

/** A type with a name, ready to be written down. */
export interface NamedType {
  readonly name: string;
  readonly description: string;
  readonly fields: readonly NamedField[];
  /** Names of the types that its fields mention. */
  readonly references: ReadonlySet<string>;
  /** Modules that mention it. */
  readonly usedBy: Set<string>;
}

interface NamedField {
  readonly name: string;
  readonly type: string;
  readonly shape: string;
  /** There after decoding: required, or with a default. */
  readonly present: boolean;
}

export type TypeTable = ReadonlyMap<string, NamedType>;

/** How a place in a schema is written as a type and as a shape. */
interface Written {
  readonly type: string;
  readonly shape: string;
}

/** Every type the sources need, innermost first, so that a shape stands before its use. */
export function readTypes(sources: readonly KindSource[]): TypeTable {
  const table = new Map<string, NamedType>();
  for (const source of sources) readObject(table, source, source.kind, source.schema);
  return table;
}

function readObject(
  table: Map<string, NamedType>,
  source: KindSource,
  path: string,
  schema: JsonSchema,
): string {
  const name = nameOf(path, source.kind);
  if (handWritten[name] !== undefined) return name;
  const references = new Set<string>();
  const fields = [...schema.properties].map(([field, property]): NamedField => {
    const at = `${path}.${field}`;
    const written = readPlace({ table, source, path: at, schema: property, references });
    const preset = defaultOf(source, at, property);
    const required = schema.required.includes(field) || at === `${source.kind}.metadata`;
    const shape =
      preset === undefined
        ? `${required ? 'required' : 'optional'}(${written.shape})`
        : `defaulted(${written.shape}, ${literal(preset)})`;
    return { name: field, type: written.type, shape, present: required || preset !== undefined };
  });
  const type = { name, description: describe(name, schema.description), fields, references };
  const known = table.get(name);
  if (known === undefined) {
    table.set(name, { ...type, usedBy: new Set([source.module]) });
  } else {
    if (JSON.stringify(known.fields) !== JSON.stringify(fields)) {
      throw new Error(`${path}: ${name} means another type elsewhere; give it a name in kind-names.ts`);
    }
    known.usedBy.add(source.module);
  }
  return name;
}

interface Place {
  readonly table: Map<string, NamedType>;
  readonly source: KindSource;
  readonly path: string;
  readonly schema: JsonSchema;
  /** Filled with the names that the place mentions. */
  readonly references: Set<string>;
}

function readPlace(place: Place): Written {
  const { source, path, schema, references } = place;
  if (path === `${source.kind}.metadata`) {
    references.add('ObjectMeta');
    return { type: 'ObjectMeta', shape: shapeName('ObjectMeta') };
  }
  if (path === `${source.kind}.kind`) return oneOf([source.kind]);
  if (schema.properties.size > 0) {
    const name = readObject(place.table, source, path, schema);
    references.add(name);
    return { type: name, shape: shapeName(name) };
  }
  if (schema.additionalProperties !== undefined) {
    const values = readPlace({ ...place, path: `${path}{}`, schema: schema.additionalProperties });
    return { type: `Readonly<Record<string, ${values.type}>>`, shape: `map(${values.shape})` };
  }
  if (schema.type === 'array' && schema.items !== undefined) {
    const items = readPlace({ ...place, path: `${path}[]`, schema: schema.items });
    const type = items.type.includes(' | ') ? `(${items.type})` : items.type;
    return { type: `readonly ${type}[]`, shape: `list(${items.shape})` };
  }
  return readScalar(schema, path);
}

function readScalar(schema: JsonSchema, path: string): Written {
  if (schema.intOrString) return { type: 'number | string', shape: 'intOrString' };
  if (schema.type === 'string' && schema.enum.length > 0) return oneOf(schema.enum);
  switch (schema.type) {
    case 'string':
    case 'boolean':
      return { type: schema.type, shape: schema.type };
    case 'integer':
      return { type: 'number', shape: 'integer' };
    case 'object':
      return { type: 'Readonly<Record<string, unknown>>', shape: 'map(anything)' };
    default:
      throw new Error(`${path}: no type in the schema`);
  }
}

function oneOf(values: readonly string[]): Written {
  return { type: values.map(literal).join(' | '), shape: `oneOf(${values.map(literal).join(', ')})` };
}

/**
 * The default of a field. Lists of core kinds carry no apiVersion and kind in their items, so these have one. The
 * conditions of a fresh object are left to the server: what we read there is what somebody wrote.
 */
function defaultOf(source: KindSource, path: string, schema: JsonSchema): unknown {
  const { kind, group, version } = source;
  if (path === `${kind}.apiVersion`) return group === '' ? version : `${group}/${version}`;
  if (path === `${kind}.kind`) return kind;
  if (path === `${kind}.status` || path === `${kind}.status.conditions`) return undefined;
  return schema.default;
}

function nameOf(path: string, kind: string): string {
  const [fit] = Object.keys(typeNames)
    .filter((key) => key === path || (key.startsWith('.') && path.endsWith(key)))
    .toSorted((a, b) => b.length - a.length);
  const name = fit === undefined ? undefined : typeNames[fit];
  const plain: Readonly<Record<string, string>> = {
    [kind]: kind,
    [`${kind}.spec`]: `${kind}Spec`,
    [`${kind}.status`]: `${kind}Status`,
    [`${kind}.spec.rules[]`]: `${kind}Rule`,
  };
  const found = name ?? plain[path];
  if (found === undefined) throw new Error(`${path} has no name in kind-names.ts`);
  return found;
}

/** The first sentence, if it speaks of the type and not of one of the fields that have it. */
function describe(name: string, description: string): string {
  const [sentence = ''] = description.replaceAll(/\s+/g, ' ').split(/(?<=\.) /);
  return sentence.startsWith(`${name} `) ? sentence.trim() : '';
}

/** JSON with single quotes, as the rest of the code has them. */
function literal(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll(/"((?:[^"\\]|\\.)*)"(:?)/g, (_, inner: string, colon: string) =>
      colon === '' ? `'${inner.replaceAll("'", "\\'")}'` : `${inner}: `,
    )
    .replaceAll(/,(?=\S)/g, ', ');
}
