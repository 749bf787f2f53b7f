import { objectAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';
import { record, sizeOf } from './history.ts';
import { erase as eraseKey, insert, lookUp } from './ordered-map.ts';
import { definitions, pathOf } from './state.ts';
import type { Key, State } from './state.ts';

/** The next revision, in which the object is as given. */
export function put(state: State, key: Key, object: JsonObject): State {
  const revision = state.revision + 1;
  const path = pathOf(key);
  const before = lookUp(state.objects, path);
  const stamped = stamp(object, revision);
  const type = before === undefined ? 'ADDED' : 'MODIFIED';
  return {
    revision,
    definedAt: key.resource === definitions ? revision : state.definedAt,
    objects: insert(state.objects, path, stamped),
    history: record(state.history, {
      type,
      revision,
      key,
      object: stamped,
      size: sizeOf(stamped),
      ...(before === undefined ? {} : { before }),
    }),
  };
}

/** The next revision, in which the object is no more; watchers see it as it was kept last. */
export function erase(state: State, key: Key, last: JsonObject): State {
  const revision = state.revision + 1;
  const path = pathOf(key);
  const before = lookUp(state.objects, path) ?? last;
  return {
    revision,
    definedAt: key.resource === definitions ? revision : state.definedAt,
    objects: eraseKey(state.objects, path),
    history: record(state.history, {
      type: 'DELETED',
      revision,
      key,
      object: stamp(before, revision),
      before,
      size: sizeOf(before),
    }),
  };
}

function stamp(object: JsonObject, revision: number): JsonObject {
  return { ...object, metadata: { ...objectAt(object, 'metadata'), resourceVersion: String(revision) } };
}
