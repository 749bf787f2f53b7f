import { isArray, isObject } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
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
  /** Characters that the object takes, about. */
  readonly size: number;
}

/** The watch log: changes of the latest revisions, in order. What is older is compacted. */
export interface History {
  /** Changes up to and including this revision are gone. */
  readonly compacted: number;
  readonly chunks: readonly (readonly Change[])[];
  /** Of all changes. */
  readonly size: number;
}

/** How far the log reaches back: in changes, and in characters of their objects. */
export interface Limits {
  readonly changes: number;
  readonly size: number;
}

const chunkLimits: Limits = { changes: 64, size: 1024 * 1024 };

export function emptyHistory(revision: number): History {
  return { compacted: revision, chunks: [], size: 0 };
}

export function record(history: History, change: Change): History {
  const last = history.chunks.at(-1);
  const chunks =
    last === undefined || last.length >= chunkLimits.changes || weight(last) > chunkLimits.size
      ? [...history.chunks, [change]]
      : [...history.chunks.slice(0, -1), [...last, change]];
  return { ...history, chunks, size: history.size + change.size };
}

/** The log without its oldest changes, as many as are beyond the limits. What it forgets goes in chunks. */
export function compact(history: History, limits: Limits): History {
  let { compacted, chunks, size } = history;
  for (;;) {
    const [oldest = [], ...rest] = chunks;
    const isFull = (rest.length - 1) * chunkLimits.changes >= limits.changes || size > limits.size;
    if (!isFull || rest.length === 0) break;
    compacted = oldest.at(-1)?.revision ?? compacted;
    size -= weight(oldest);
    chunks = rest;
  }
  return chunks === history.chunks ? history : { compacted, chunks, size };
}

function weight(chunk: readonly Change[]): number {
  return chunk.reduce((sum, { size }) => sum + size, 0);
}

/** The characters of a value, about as many as its JSON has. */
export function sizeOf(value: Json): number {
  if (typeof value === 'string') return value.length + 2;
  if (isArray(value)) return value.reduce((sum: number, item) => sum + sizeOf(item), 2);
  if (!isObject(value)) return 4;
  let size = 2;
  for (const key of Object.keys(value)) size += key.length + 4 + sizeOf(value[key] ?? null);
  return size;
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
