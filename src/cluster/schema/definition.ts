import { wholeObject } from './builtin/kinds.ts';
import { creationColumn, nameColumn, pathColumn } from './columns.ts';
import { invalid, notSupported, required } from './field-error.ts';
import type { FieldError } from './field-error.ts';
import { equal, isObject, listAt, objectAt, own, textAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { parseJsonPath } from './json-path.ts';
import type { KindVersion, ResourceKind, ScalePaths } from './kind.ts';
import { asResource } from './cel/document.ts';
import { definitionRuleErrors } from './rule-errors.ts';
import { parseSchema, schemaErrors } from './parse-schema.ts';
import type { Schema } from './schema.ts';

/** The kind that a valid CustomResourceDefinition defines. */
export function kindOfDefinition(definition: JsonObject): ResourceKind {
  const spec = objectAt(definition, 'spec');
  const names = objectAt(spec, 'names');
  return {
    group: textAt(spec, 'group'),
    plural: textAt(names, 'plural'),
    singular: textAt(names, 'singular'),
    shortNames: listAt(names, 'shortNames').map(String),
    kind: textAt(names, 'kind'),
    listKind: textAt(names, 'listKind'),
    namespaced: textAt(spec, 'scope') === 'Namespaced',
    categories: listAt(names, 'categories').map(String),
    versions: listAt(spec, 'versions')
      .filter(isObject)
      .filter((version) => version['served'] === true)
      .toSorted((a, b) => compareVersions(textAt(a, 'name'), textAt(b, 'name')))
      .map(kindVersion),
    origin: 'custom',
    names: 'subdomain',
    selectableFields: [],
    generation: 'content',
    graceful: false,
    bornWithStatus: false,
    statusTakes: [],
    returnsDeleted: false,
    virtual: false,
  };
}

function kindVersion(version: JsonObject): KindVersion {
  // Read when somebody first asks: most kinds are served and never used.
  let schema: Schema | undefined;
  const subresources = objectAt(version, 'subresources');
  const scale = own(subresources, 'scale');
  const columns = listAt(version, 'additionalPrinterColumns')
    .filter(isObject)
    .map(pathColumn)
    .filter((one) => one !== undefined);
  const deprecated = own(version, 'deprecated') === true ? textAt(version, 'deprecationWarning') : undefined;
  return {
    name: textAt(version, 'name'),
    get schema(): Schema {
      schema ??= wholeObject(parseSchema(objectAt(version, 'schema', 'openAPIV3Schema')));
      return schema;
    },
    status: isObject(own(subresources, 'status')),
    ...(isObject(scale) ? { scale: scalePaths(scale) } : {}),
    columns: [nameColumn, ...(columns.length === 0 ? [creationColumn] : columns)],
    ...(deprecated === undefined ? {} : { deprecated }),
  };
}

function scalePaths(scale: JsonObject): ScalePaths {
  const path = (key: string): readonly string[] =>
    textAt(scale, key)
      .split('.')
      .filter((part) => part !== '');
  const selector = path('labelSelectorPath');
  return {
    specReplicas: path('specReplicasPath'),
    statusReplicas: path('statusReplicasPath'),
    ...(selector.length === 0 ? {} : { selector }),
  };
}

/** The order of preference: v2 before v1 before v1beta2 before v1alpha1 before anything else by name. */
export function compareVersions(a: string, b: string): number {
  const left = rank(a);
  const right = rank(b);
  for (const [index, value] of left.entries()) {
    const difference = (right[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

const stages: readonly string[] = ['alpha', 'beta', ''];

function rank(version: string): readonly number[] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/u.exec(version);
  if (match === null) return [-1, 0, 0];
  const [, major, stage = '', minor = '0'] = match;
  return [stages.indexOf(stage), Number(major), Number(minor)];
}

/** Everything wrong with a CustomResourceDefinition that would keep it from being served. */
export function definitionErrors(definition: JsonObject): readonly FieldError[] {
  const spec = objectAt(definition, 'spec');
  const names = objectAt(spec, 'names');
  const name = `${textAt(names, 'plural')}.${textAt(spec, 'group')}`;
  const versions = listAt(spec, 'versions');
  const stored = versions.filter((version) => isObject(version) && version['storage'] === true);
  return [
    ...(textAt(definition, 'metadata', 'name') === name
      ? []
      : [
          invalid(
            'metadata.name',
            textAt(definition, 'metadata', 'name'),
            'must be spec.names.plural+"."+spec.group',
          ),
        ]),
    ...['group', 'scope'].filter((key) => textAt(spec, key) === '').map((key) => required(`spec.${key}`)),
    ...['plural', 'kind']
      .filter((key) => textAt(names, key) === '')
      .map((key) => required(`spec.names.${key}`)),
    ...(['', 'Cluster', 'Namespaced'].includes(textAt(spec, 'scope'))
      ? []
      : [notSupported('spec.scope', textAt(spec, 'scope'), ['Cluster', 'Namespaced'])]),
    ...(textAt(spec, 'conversion', 'strategy') === 'Webhook'
      ? [notSupported('spec.conversion.strategy', 'Webhook', ['None'])]
      : []),
    ...(versions.length === 0 || stored.length === 1
      ? []
      : [invalid('spec.versions', [...versions], 'must have exactly one version marked as storage version')]),
    ...(versions.length === 0
      ? [required('spec.versions', 'must have exactly one version marked as storage version')]
      : []),
    ...versions.flatMap((version, index) =>
      versionErrors(version, { path: `spec.versions[${index}]`, schemaPath: schemaPath(versions, index) }),
    ),
    ...rulesErrors(versions),
  ];
}

/** A definition of one version is checked in the form it once had, where the schema was the definition's. */
function schemaPath(versions: readonly Json[], index: number): string {
  return `${versions.length === 1 ? 'spec.validation' : `spec.versions[${index}].schema`}.openAPIV3Schema`;
}

/** Versions mostly have one schema: what is right in one is not checked in the next. */
function rulesErrors(versions: readonly Json[]): readonly FieldError[] {
  const right: JsonObject[] = [];
  return versions.flatMap((version, index) => {
    const schema = objectAt(version, 'schema', 'openAPIV3Schema');
    if (right.some((other) => equal(other, schema))) return [];
    const errors = definitionRuleErrors(asResource(parseSchema(schema)), schemaPath(versions, index));
    if (errors.length === 0) right.push(schema);
    return errors;
  });
}

function versionErrors(
  version: Json,
  { path, schemaPath }: { readonly path: string; readonly schemaPath: string },
): readonly FieldError[] {
  return [
    ...(textAt(version, 'name') === '' ? [required(`${path}.name`)] : []),
    ...schemaErrors(own(objectAt(version, 'schema'), 'openAPIV3Schema'), schemaPath),
    ...listAt(version, 'additionalPrinterColumns').flatMap((column, index) => {
      const jsonPath = textAt(column, 'jsonPath');
      return jsonPath !== '' && parseJsonPath(jsonPath) !== undefined
        ? []
        : [invalid(`${path}.additionalPrinterColumns[${index}].jsonPath`, jsonPath, 'illegal JSONPath')];
    }),
  ];
}

const fixed = ['group', 'scope'];

/** What an update of a definition may not change. */
export function definitionUpdateErrors(before: JsonObject, after: JsonObject): readonly FieldError[] {
  const was = objectAt(before, 'spec');
  const is = objectAt(after, 'spec');
  return [
    ...fixed
      .filter((key) => textAt(was, key) !== textAt(is, key))
      .map((key) => invalid(`spec.${key}`, textAt(is, key), 'field is immutable')),
    ...(equal(own(objectAt(was, 'names'), 'plural'), own(objectAt(is, 'names'), 'plural'))
      ? []
      : [invalid('spec.names.plural', textAt(is, 'names', 'plural'), 'field is immutable')]),
  ];
}

/** The definition with the status that serving it gives: names accepted, established, versions stored. */
export function establish(definition: JsonObject, timestamp: string): JsonObject {
  const status = objectAt(definition, 'status');
  const stored = listAt(definition, 'spec', 'versions')
    .filter((version) => isObject(version) && version['storage'] === true)
    .map((version) => textAt(version, 'name'));
  const conditions = [
    condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
    condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
  ];
  const known = listAt(status, 'conditions');
  return {
    ...definition,
    status: {
      ...status,
      acceptedNames: objectAt(definition, 'spec', 'names'),
      storedVersions: [...new Set([...listAt(status, 'storedVersions').map(String), ...stored])],
      conditions: [
        ...known,
        ...conditions
          .filter((one) => !known.some((other) => textAt(other, 'type') === one.type))
          .map((one) => ({ ...one, lastTransitionTime: timestamp })),
      ],
    },
  };
}

function condition(type: string, reason: string, message: string): { readonly type: string } & JsonObject {
  return { type, status: 'True', reason, message };
}
