import { invalid, required } from './field-error.ts';
import type { FieldError } from './field-error.ts';
import { equal, isObject, listAt, objectAt, own, spell, textAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import type { ResourceKind } from './kind.ts';
import { isLabel, isLabelValue, isPathSegment, isQualifiedName, isSubdomain } from './names.ts';
import type { NameRule } from './names.ts';

const nameRules: Readonly<Record<ResourceKind['names'], NameRule>> = {
  subdomain: isSubdomain,
  label: isLabel,
  path: isPathSegment,
};

const annotationLimit = 256 * 1024;

/** Everything wrong with the metadata of an object that is to be kept. */
export function validateMetadata(kind: ResourceKind, object: JsonObject): readonly FieldError[] {
  const metadata = objectAt(object, 'metadata');
  return [
    ...nameErrors(kind, metadata),
    ...labelErrors(objectAt(metadata, 'labels')),
    ...annotationErrors(objectAt(metadata, 'annotations')),
    ...listAt(metadata, 'ownerReferences').flatMap(ownerErrors),
    ...controllerErrors(listAt(metadata, 'ownerReferences')),
    ...listAt(metadata, 'finalizers').flatMap((finalizer, index) => finalizerErrors(kind, finalizer, index)),
  ];
}

const ownFinalizers = ['foregroundDeletion', 'kubernetes', 'orphan'];

function finalizerErrors({ origin }: ResourceKind, finalizer: Json, index: number): readonly FieldError[] {
  const text = spell(finalizer);
  const wrong = isQualifiedName(text).map((why) => invalid('metadata.finalizers', finalizer, why));
  if (wrong.length > 0 || origin === 'custom' || text.includes('/') || ownFinalizers.includes(text))
    return wrong;
  const why = 'name is neither a standard finalizer name nor is it fully qualified';
  return [invalid(`metadata.finalizers[${index}]`, finalizer, why)];
}

/** What is not wrong with an object, and not well done either. */
export function metadataWarnings({ origin }: ResourceKind, object: JsonObject): readonly string[] {
  if (origin === 'builtin') return [];
  return listAt(object, 'metadata', 'finalizers')
    .map(spell)
    .filter((text) => !text.includes('/') && !ownFinalizers.includes(text))
    .map(
      (text) =>
        `metadata.finalizers: ${JSON.stringify(text)}: prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers`,
    );
}

/** Labels alone, as pod templates have them too. */
export function labelErrors(labels: JsonObject, field = 'metadata.labels'): readonly FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...isQualifiedName(key).map((wrong) => invalid(field, key, wrong)),
    ...isLabelValue(spell(value)).map((wrong) => invalid(field, value, wrong)),
  ]);
}

function nameErrors(kind: ResourceKind, metadata: JsonObject): readonly FieldError[] {
  const name = textAt(metadata, 'name');
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  return nameRules[kind.names](name).map((wrong) => invalid('metadata.name', name, wrong));
}

function annotationErrors(annotations: JsonObject): readonly FieldError[] {
  const entries = Object.entries(annotations);
  const size = entries.reduce((sum, [key, value]) => sum + key.length + spell(value).length, 0);
  const errors = entries.flatMap(([key]) =>
    isQualifiedName(key.toLowerCase()).map((wrong) => invalid('metadata.annotations', key, wrong)),
  );
  if (size <= annotationLimit) return errors;
  return [
    ...errors,
    {
      code: 'tooLong',
      field: 'metadata.annotations',
      detail: `may not be more than ${annotationLimit} bytes`,
    },
  ];
}

function ownerErrors(owner: Json): readonly FieldError[] {
  const field = 'metadata.ownerReferences';
  const empty = (key: string, detail: string): readonly FieldError[] =>
    textAt(owner, key) === '' ? [invalid(`${field}.${key}`, '', detail)] : [];
  return [
    ...empty('apiVersion', 'version must not be empty'),
    ...empty('kind', 'must not be empty'),
    ...empty('name', 'must not be empty'),
    ...empty('uid', 'must not be empty'),
  ];
}

function controllerErrors(owners: readonly Json[]): readonly FieldError[] {
  const controllers = owners.filter((owner) => isObject(owner) && owner['controller'] === true);
  if (controllers.length < 2) return [];
  const names = controllers.slice(0, 2).map((owner) => `${textAt(owner, 'kind')}/${textAt(owner, 'name')}`);
  return [
    invalid(
      'metadata.ownerReferences',
      [...owners],
      `Only one reference can have Controller set to true. Found "true" in references for ${names.join(' and ')}`,
    ),
  ];
}

const immutable = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
];

/** What an update of an object may not change in its metadata. */
export function validateMetadataUpdate(before: JsonObject, after: JsonObject): readonly FieldError[] {
  const was = objectAt(before, 'metadata');
  const is = objectAt(after, 'metadata');
  const changed = immutable
    .filter((key) => !equal(own(was, key), own(is, key)))
    .map((key) => invalid(`metadata.${key}`, own(is, key) ?? null, 'field is immutable'));
  const added = listAt(is, 'finalizers').filter((one) => !listAt(was, 'finalizers').includes(one));
  if (textAt(was, 'deletionTimestamp') === '' || added.length === 0) return changed;
  return [
    ...changed,
    {
      code: 'forbidden',
      field: 'metadata.finalizers',
      detail: `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((one) => JSON.stringify(one)).join(', ')}}`,
    },
  ];
}
