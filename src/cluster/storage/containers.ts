import { listAt, textAt } from '../schema/json.ts';
import { scan } from './ordered-map.ts';
import { erase } from './revision.ts';
import { definitions, list } from './state.ts';
import type { Key, State } from './state.ts';

/** What a namespace or a definition holds. */
export function* contentsOf(state: State, { resource, name }: Key): Generator<Key> {
  if (resource === definitions) {
    for (const [path] of list(state, { resource: name })) yield keyAt(path);
    return;
  }
  for (const [path] of scan(state.objects, '')) {
    const key = keyAt(path);
    if (key.namespace === name) yield key;
  }
}

function keyAt(path: string): Key {
  const [resource = '', namespace = '', ...name] = path.split('/');
  return { resource, namespace, name: name.join('/') };
}

/** Takes away the namespaces and definitions that are to go and hold nothing any more. */
export function clearAway(state: State): State {
  let next = state;
  for (const resource of ['namespaces', definitions]) {
    for (const [path, object] of list(next, { resource })) {
      if (textAt(object, 'metadata', 'deletionTimestamp') === '') continue;
      const key = keyAt(path);
      const held = listAt(object, 'metadata', 'finalizers').length > 0 || !contentsOf(next, key).next().done;
      if (!held) next = erase(next, key, object);
    }
  }
  return next;
}
