import type { JsonObject } from '../schema/json.ts';
import { emptyHistory } from './history.ts';
import type { History } from './history.ts';
import { emptyMap, lookUp, scan } from './ordered-map.ts';
import type { OrderedMap } from './ordered-map.ts';

/** Everything a cluster knows at one revision. Never changed; transitions make the next one. */
export interface State {
  /** The resourceVersion of the whole. */
  readonly revision: number;
  /** The revision of the last change of a definition: as long as it is the same, the same kinds are served. */
  readonly definedAt: number;
  readonly objects: OrderedMap<JsonObject>;
  readonly history: History;
}

/** Where an object is kept. */
export interface Key {
  /** `httproutes.gateway.networking.k8s.io`, `pods`. */
  readonly resource: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
}

/** The resource whose objects define resources. */
export const definitions = 'customresourcedefinitions.apiextensions.k8s.io';

/** The first revision is 1, because 0 means "any" to clients. */
export const emptyState: State = { revision: 1, definedAt: 1, objects: emptyMap(), history: emptyHistory(1) };

export function pathOf({ resource, namespace, name }: Key): string {
  return `${resource}/${namespace}/${name}`;
}

export function find(state: State, key: Key): JsonObject | undefined {
  return lookUp(state.objects, pathOf(key));
}

/** Objects of a resource, in one namespace or in all, ordered by namespace and name. */
export function* list(
  state: State,
  { resource, namespace }: { readonly resource: string; readonly namespace?: string },
  from?: string,
): Generator<readonly [path: string, object: JsonObject]> {
  yield* scan(state.objects, namespace === undefined ? `${resource}/` : `${resource}/${namespace}/`, from);
}
