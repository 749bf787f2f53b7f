import type { JsonObject } from '../schema/json.ts';
import type { Change } from './history.ts';
import { emptyHistory } from './history.ts';
import { emptyMap, insert } from './ordered-map.ts';
import { emptyState } from './state.ts';
import type { State } from './state.ts';

/** Where the objects of a cluster outlive it. */
export interface Journal {
  /** What was kept, ordered by path; the revision of a cluster that never was is 0. */
  readonly kept: () => {
    readonly revision: number;
    readonly objects: Iterable<readonly [path: string, object: JsonObject]>;
  };
  /** Keeps changes, all or none, before anybody hears of them. */
  readonly keep: (changes: readonly Change[], revision: number) => void;
}

/** The state that a journal tells of. Watches cannot go on from before: they are told so, and list again. */
export function restored(journal: Journal): State {
  const { revision, objects } = journal.kept();
  if (revision === 0) return emptyState;
  let map = emptyMap<JsonObject>();
  for (const [path, object] of objects) map = insert(map, path, object);
  return { revision, definedAt: revision, objects: map, history: emptyHistory(revision) };
}
