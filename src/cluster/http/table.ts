import type { Json, JsonObject } from '../schema/json.ts';
import type { Column } from '../schema/kind.ts';
import { metadataOf } from './form.ts';
import { served } from './view.ts';
import type { ResourceCall } from './context.ts';

/** A `Table` of objects, as `kubectl get` shows it. */
export function tableOf(
  call: ResourceCall,
  objects: readonly JsonObject[],
  { metadata, now }: { readonly metadata: JsonObject; readonly now: number },
): JsonObject {
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
