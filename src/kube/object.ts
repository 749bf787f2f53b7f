import type { Kind, KubeObject } from '../kinds/object.ts';
import { isRecord } from '../kinds/record.ts';

/**
 * An object as the server sent it, members we know nothing of included: what is read, changed by spreading and written
 * back loses nothing.
 */
export interface Unstructured extends KubeObject {
  readonly [member: string]: unknown;
}

/** Which object of a kind. `namespace` is empty for cluster-scoped objects. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

export function keyOf({ metadata }: KubeObject): ObjectKey {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}

/** `group/version`, or only the version in the core group. */
export function apiVersionOf({ group, version }: Kind): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Media type of answers that leave out all of an object but its metadata; of a list, with `List` behind the name. */
export const metadataOnly = {
  object: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
} as const;

/**
 * The object in a response, or undefined when it is none. Items of a list of built-in kinds come without apiVersion and
 * kind; they get those of the list. So does metadata alone, which comes under a name of its own.
 */
export function parseObject(value: unknown, kind: Kind): Unstructured | undefined {
  if (isUnstructured(value)) {
    return value.kind === 'PartialObjectMetadata' && value.apiVersion === 'meta.k8s.io/v1'
      ? { ...value, apiVersion: apiVersionOf(kind), kind: kind.kind }
      : value;
  }
  if (!isRecord(value)) return undefined;
  const named = { apiVersion: apiVersionOf(kind), kind: kind.kind, ...value };
  return isUnstructured(named) ? named : undefined;
}

/** The object without the book-keeping of field managers, which is often half of it and which nobody here reads. */
export function withoutManagedFields(object: Unstructured): Unstructured {
  if (!('managedFields' in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function isUnstructured(value: unknown): value is Unstructured {
  return (
    isRecord(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isRecord(value['metadata']) &&
    hasMetadata(value['metadata'])
  );
}

function hasMetadata(metadata: Readonly<Record<string, unknown>>): boolean {
  if (typeof metadata['name'] !== 'string' || metadata['name'] === '') return false;
  for (const [member, holds] of memberChecks) {
    const value = metadata[member];
    if (value !== undefined && !holds(value)) return false;
  }
  return true;
}

const isString = (value: unknown): boolean => typeof value === 'string';
const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every(isString);
const isStringMap = (value: unknown): boolean => isRecord(value) && Object.values(value).every(isString);
const isOwners = (value: unknown): boolean => Array.isArray(value) && value.every(isOwner);
const isOwner = (value: unknown): boolean =>
  isRecord(value) && ['apiVersion', 'kind', 'name', 'uid'].every((member) => isString(value[member]));

const memberChecks: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ['namespace', isString],
  ['uid', isString],
  ['resourceVersion', isString],
  ['generation', (value) => typeof value === 'number'],
  ['creationTimestamp', isString],
  ['deletionTimestamp', isString],
  ['finalizers', isStrings],
  ['labels', isStringMap],
  ['annotations', isStringMap],
  ['ownerReferences', isOwners],
];
