import { builtinDefaults } from './defaults.ts';
import { own } from '../json.ts';
import { kubernetesTypes } from './kubernetes-types.gen.ts';
import { anything } from '../schema.ts';
import type { Schema } from '../schema.ts';

/** A field of a built-in type, with what its protobuf encoding needs. */
export interface WireField {
  /** Empty for an embedded struct: its fields stand among those of its holder. */
  readonly json: string;
  readonly number: number;
  readonly type: WireType;
  /** Not written to JSON when it is empty. */
  readonly omitEmpty: boolean;
}

export interface WireType {
  readonly shape: 'one' | 'list' | 'map';
  /** A scalar's name, or a type of the table. */
  readonly element: string;
}

interface Field extends WireField {
  readonly schema: Schema;
}

/** The line of a type that is owned as a whole. */
const atomicMark = '* atomic';

const scalars: Readonly<Record<string, Schema>> = {
  bool: { type: 'boolean' },
  string: { type: 'string' },
  int32: { type: 'integer', limits: { format: 'int32' } },
  int64: { type: 'integer', limits: { format: 'int64' } },
  double: { type: 'number', limits: { format: 'double' } },
  bytes: { type: 'string', limits: { format: 'byte' } },
  Time: { type: 'string', nullable: true, limits: { format: 'date-time' } },
  MicroTime: { type: 'string', nullable: true, limits: { format: 'date-time' } },
  Quantity: { intOrString: true, quantity: true },
  IntOrString: { intOrString: true },
  Raw: { type: 'object', preserveUnknown: true },
  Any: anything,
};

const shapes: Readonly<Record<WireType['shape'], (element: Schema) => Schema>> = {
  one: (element) => element,
  list: (items) => ({ type: 'array', items, nullable: true }),
  map: (additionalProperties) => ({ type: 'object', additionalProperties, nullable: true }),
};

const fields: ReadonlyMap<string, readonly Field[]> = parseTypes();
const schemas: ReadonlyMap<string, Schema> = new Map(
  [...fields.keys()].map((name) => [name, structSchema(name)] as const),
);

/** The schema of a built-in type such as `core.v1.Pod`. */
export function builtinType(name: string): Schema {
  const schema = schemas.get(name);
  if (schema === undefined) throw new Error(`no built-in type ${name}`);
  return schema;
}

/** How a built-in type is laid out in protobuf, or nothing when the name is a scalar's. */
export function wireFields(name: string): readonly WireField[] | undefined {
  return fields.get(name);
}

/** Embedded types come after their holders in no particular order, so each is described when it is first needed. */
function parseTypes(): ReadonlyMap<string, readonly Field[]> {
  const parsed = new Map<string, readonly Field[]>();
  const parse = (name: string): readonly Field[] => {
    const known = parsed.get(name);
    if (known !== undefined) return known;
    const made = (kubernetesTypes[name] ?? [])
      .filter((line) => line !== atomicMark)
      .map((line) => parseField(line, parse));
    parsed.set(name, made);
    return made;
  };
  for (const name of Object.keys(kubernetesTypes)) parse(name);
  return parsed;
}

function parseField(line: string, parse: (name: string) => readonly Field[]): Field {
  const [json = '', number = '0', typeText = '', ...flags] = line.split(' ');
  const type = parseType(typeText);
  const element = scalars[type.element] ?? objectOf(type.element, parse(type.element));
  return {
    json: json === '^' ? '' : json,
    number: Number(number),
    type,
    omitEmpty: flags.includes('z'),
    schema: flags.reduce(withFlag, shapes[type.shape](element)),
  };
}

function parseType(text: string): WireType {
  if (text.startsWith('[]')) return { shape: 'list', element: text.slice(2) };
  if (text.startsWith('{}[]')) return { shape: 'map', element: 'Any' };
  if (text.startsWith('{}')) return { shape: 'map', element: text.slice(2) };
  return { shape: 'one', element: text };
}

function withFlag(schema: Schema, flag: string): Schema {
  const [name = '', value = ''] = flag.split('=');
  switch (name) {
    case 'enum':
      return { ...schema, limits: { ...schema.limits, enum: value.split('|') } };
    case 'list':
      return { ...schema, ...listFlag(value) };
    case 'atomic':
      return { ...schema, mapType: 'atomic' };
    case 'merge':
      return { ...schema, mergeKey: value };
    case 'retain':
      return { ...schema, retainKeys: true };
    case 's':
      return { ...schema, default: {}, inPlace: true };
    case 'z':
      return { ...schema, omitEmpty: true };
    default:
      return schema;
  }
}

function listFlag(value: string): Pick<Schema, 'listType' | 'listMapKeys'> {
  const [type = '', keys = ''] = value.split(':');
  if (type === 'map') return { listType: 'map', listMapKeys: keys.split('|') };
  return { listType: type === 'set' ? 'set' : 'atomic' };
}

function structSchema(name: string): Schema {
  return objectOf(name, fields.get(name) ?? []);
}

function objectOf(name: string, members: readonly Field[]): Schema {
  const listed = members.flatMap((field) =>
    field.json === '' ? [...(field.schema.properties ?? [])] : [[field.json, field.schema] as const],
  );
  const defaults = builtinDefaults[name] ?? {};
  const properties = listed.map(([key, schema]) => {
    const preset = own(defaults, key);
    return [key, preset === undefined ? schema : { ...schema, default: preset }] as const;
  });
  const atomic = kubernetesTypes[name]?.includes(atomicMark) === true;
  return {
    type: 'object',
    name,
    nullable: true,
    properties: new Map(properties),
    ...(atomic ? { mapType: 'atomic' } : {}),
  };
}
