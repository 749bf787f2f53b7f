import type { JsonObject } from '../schema/json.ts';
import type { Key } from './state.ts';

/** What one revision did to one object. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly key: Key;
  /** As it is after the change; of a deleted object, as it was last, with the revision of its deletion. */
  readonly object: JsonObject;
  /** As it was before. */
  readonly before?: JsonObject;
}

/** The watch log: changes of the latest revisions, in order. What is older is compacted. */
export interface History {
  /** Changes up to and including this revision are gone. */
  readonly compacted: number;
  readonly chunks: readonly (readonly Change[])[];
}

const chunkLimit = 64;

export function emptyHistory(revision: number): History {
  return { compacted: revision, chunks: [] };
}

/** The log with one more change, keeping at least `limit` of them. */
export function record(history: History, change: Change, limit: number): History {
  const last = history.chunks.at(-1);
  const chunks =
    last === undefined || last.length >= chunkLimit
      ? [...history.chunks, [change]]
      : [...history.chunks.slice(0, -1), [...last, change]];
  const [oldest = [], ...rest] = chunks;
  if ((rest.length - 1) * chunkLimit < limit) return { ...history, chunks };
  return { compacted: oldest.at(-1)?.revision ?? history.compacted, chunks: rest };
}

/** Changes after a revision, or `'gone'` when the log no longer reaches back to it. */
export function changesSince(history: History, revision: number): readonly Change[] | 'gone' {
  if (revision < history.compacted) return 'gone';
  const older = history.chunks.findLastIndex((chunk) => (chunk.at(-1)?.revision ?? 0) <= revision);
  return history.chunks
    .slice(older + 1)
    .flatMap((chunk, index) => (index === 0 ? after(chunk, revision) : chunk));
}

function after(chunk: readonly Change[], revision: number): readonly Change[] {
  return chunk.slice(chunk.findLastIndex((change) => change.revision <= revision) + 1);
}
