import type { Json, JsonObject } from '../schema/json.ts';
import type { Column } from '../schema/kind.ts';
import { metadataOf } from './representation.ts';
import { badRequest } from './status.ts';
import { served } from './view.ts';
import type { ResourceCall } from './context.ts';

/** Refuses a wish for what rows cannot hold. */
function checkIncluded({ query }: Pick<ResourceCall, 'query'>): void {
  const wanted = query.get('includeObject') ?? '';
  if (['', 'None', 'Metadata', 'Object'].includes(wanted)) return;
  const why = `Invalid value: ${JSON.stringify(wanted)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${why}`);
}

/** A `Table` of objects, as `kubectl get` shows it. */
export function tableOf(
  call: ResourceCall,
  objects: readonly JsonObject[],
  { metadata, now }: { readonly metadata: JsonObject; readonly now: number },
): JsonObject {
  checkIncluded(call);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: call.version.columns.map(definition),
    rows: objects.map((object) => row(call, object, now)),
  };
}

function definition({ name, type, format, description, priority }: Column): Json {
  return { name, type, format, description, priority };
}

function row(call: ResourceCall, object: JsonObject, now: number): Json {
  return { cells: call.version.columns.map(({ cell }) => cell(object, now)), object: included(call, object) };
}

/** How much of each object comes along. */
function included(call: ResourceCall, object: JsonObject): Json {
  const wanted = call.query.get('includeObject');
  if (wanted === 'None') return null;
  if (wanted === 'Object') return served(call, object);
  return metadataOf(object);
}
