import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { asList, isRecord } from '../../src/kinds/record.ts';
import { kebab } from './identifiers.ts';

/** A kind as its source describes it. */
export interface KindSource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Kinds of one module share a generated file. */
  readonly module: string;
  readonly schema: JsonSchema;
}

/** The part of a structural schema that we read. */
export interface JsonSchema {
  readonly type: string;
  readonly description: string;
  readonly properties: ReadonlyMap<string, JsonSchema>;
  readonly required: readonly string[];
  readonly items: JsonSchema | undefined;
  readonly additionalProperties: JsonSchema | undefined;
  readonly enum: readonly string[];
  readonly intOrString: boolean;
  readonly default: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** The wanted kinds of config/, then all of core-kinds.yaml, in a fixed order. */
export function readSources(root: string, wanted: readonly string[]): readonly KindSource[] {
  const crds = globSync('config/{crds,gateway-api}/*.yaml', { cwd: root })
    .toSorted()
    .map((file) => fields(parse(readFileSync(join(root, file), 'utf8'))));
  const own = wanted.map((kind) => {
    const crd = crds.find((candidate) => text(fields(fields(candidate.spec).names).kind) === kind);
    if (crd === undefined) throw new Error(`no CRD of config/ describes ${kind}`);
    return fromCrd(fields(crd.spec));
  });
  const core = readFileSync(join(root, 'tools/generate/core-kinds.yaml'), 'utf8');
  return [...own, ...parseAllDocuments(core).map((document) => fromCore(fields(document.toJS())))];
}

function fromCrd(spec: Fields): KindSource {
  const names = fields(spec.names);
  const [version] = (asList(spec.versions) ?? []).map(fields);
  if (version === undefined) throw new Error(`${text(names.kind)} has no version`);
  const kind = text(names.kind);
  return {
    group: text(spec.group),
    version: text(version.name),
    kind,
    plural: text(names.plural),
    namespaced: spec.scope === 'Namespaced',
    module: kebab(kind),
    schema: readSchema(fields(version.schema).openAPIV3Schema),
  };
}

function fromCore(source: Fields): KindSource {
  return {
    group: text(source.group),
    version: text(source.version),
    kind: text(source.kind),
    plural: text(source.plural),
    namespaced: source.scope !== 'Cluster',
    module: 'core',
    schema: readSchema({
      type: 'object',
      required: source.required,
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: { type: 'object' },
        ...fields(source.fields),
      },
    }),
  };
}

function readSchema(value: unknown): JsonSchema {
  const source = fields(value);
  return {
    type: text(source.type),
    description: text(source.description),
    properties: new Map(
      Object.entries(fields(source.properties)).map(([name, property]) => [name, readSchema(property)]),
    ),
    required: (asList(source.required) ?? []).map(text),
    items: source.items === undefined ? undefined : readSchema(source.items),
    additionalProperties: isRecord(source.additionalProperties)
      ? readSchema(source.additionalProperties)
      : undefined,
    enum: (asList(source.enum) ?? []).map(text),
    intOrString: source['x-kubernetes-int-or-string'] === true,
    default: source.default,
  };
}

function fields(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
