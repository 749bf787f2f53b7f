import { objectAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';

/** What a client wants to see of objects: all of them, rows for people, or who they are. */
export type Form = 'objects' | 'table' | 'metadata';

export function formOf(accept: string): Form {
  const [first = ''] = accept.split(',').filter((one) => one.trim().startsWith('application/json'));
  const parameters = first.split(';').map((one) => one.trim());
  if (!parameters.includes('v=v1')) return 'objects';
  if (parameters.includes('as=Table') && /^\s*application\/json/u.test(accept)) return 'table';
  return parameters.some((one) => /^as=PartialObjectMetadata(List)?$/u.test(one)) ? 'metadata' : 'objects';
}

/** An object without its content, as collectors and informers of metadata ask for it. */
export function metadataOf(object: JsonObject): JsonObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: objectAt(object, 'metadata'),
  };
}
