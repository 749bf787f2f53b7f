import { goldenSuite } from '../../../test/golden.ts';
import { completeObject, checkObject, readObject } from './object.ts';
import { kindOfDefinition } from './definition.ts';
import { builtinKinds } from './builtin/kinds.ts';
import { sayFieldError } from './field-error.ts';
import { isObject, textAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { apiVersionOf } from './kind.ts';
import type { ResourceKind } from './kind.ts';

/** Definitions first, then objects: what becomes of each, or what is wrong with it. */
goldenSuite({
  name: 'schema',
  dir: new URL('testdata', import.meta.url),
  run: ({ documents }) => {
    const objects = documents.filter(isObject);
    const kinds = [...builtinKinds, ...objects.filter(isDefinition).map(kindOfDefinition)];
    return objects.filter((document) => !isDefinition(document)).map((document) => verdict(kinds, document));
  },
});

function isDefinition(document: JsonObject): boolean {
  return document['kind'] === 'CustomResourceDefinition';
}

function verdict(kinds: readonly ResourceKind[], document: JsonObject): Json {
  for (const kind of kinds.filter((one) => one.kind === document['kind'])) {
    const version = kind.versions.find(
      ({ name }) => apiVersionOf(kind, name) === textAt(document, 'apiVersion'),
    );
    if (version === undefined) continue;
    const read = readObject(kind, version, document);
    if (read.code === 'undecodable') return { undecodable: read.message };
    const complete = completeObject(kind, version, read.object);
    const errors = checkObject(kind, version, complete).map(
      (error) => `${error.field}: ${sayFieldError(error)}`,
    );
    const unknown = read.unknown.length === 0 ? {} : { unknown: read.unknown };
    return errors.length === 0 ? { ...unknown, object: complete } : { ...unknown, errors };
  }
  return { unknownKind: textAt(document, 'kind') };
}
