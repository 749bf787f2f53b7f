import type { Log } from '../../ports/log.ts';
import type { RegionJournal } from '../region.ts';
import type { RegionState } from '../state/state.ts';
import { lineOf } from './entry.ts';
import type { JournalFolder } from './folder.ts';

/** Remembers what changes a region, so that it outlives the process. */
export interface FileJournal extends RegionJournal {
  /** Writes what is left and lets go of the folder. */
  close(): Promise<void>;
}

export interface JournalOptions {
  readonly log: Log;
  /** Bytes of entries after which a snapshot takes their place; 2 MiB, a second or so of taking up again, unless told. */
  readonly snapshotAfter?: number;
}

interface Batch {
  readonly lines: string[];
  /** After the last of them. */
  state: RegionState;
  readonly written: PromiseWithResolvers<void>;
}

/**
 * A journal in a folder. Entries that come while others are being written go to disk together, with one flush: the more
 * callers wait, the more share it. Once a write fails nothing is accepted any more, for what follows would have a gap.
 */
export function fileJournal(
  folder: JournalFolder,
  { log, snapshotAfter = 2 * 1024 * 1024 }: JournalOptions,
): FileJournal {
  let next: Batch | undefined;
  let last = Promise.resolve();
  let work: Promise<void> | undefined;
  let failure: unknown;
  let size = 0;

  const write = async (batch: Batch): Promise<void> => {
    try {
      if (failure !== undefined) throw failure;
      size += await folder.write(batch.lines.join(''));
      batch.written.resolve();
      if (size < snapshotAfter) return;
      await folder.snapshot(batch.state);
      size = 0;
    } catch (error) {
      if (failure === undefined) log.error('the journal cannot be written', { error });
      failure ??= error;
      batch.written.reject(error);
    }
  };
  const writeAll = async (): Promise<void> => {
    while (next !== undefined) {
      const batch = next;
      next = undefined;
      await write(batch);
    }
    work = undefined;
  };
  const begin = (state: RegionState): Batch => {
    const batch: Batch = { lines: [], state, written: Promise.withResolvers() };
    last = batch.written.promise;
    // Nobody may be waiting for it.
    last.catch(() => undefined);
    return batch;
  };

  return {
    append: (change, state) => {
      next ??= begin(state);
      next.lines.push(lineOf(change));
      next.state = state;
      // What else happens before the event loop turns joins the first batch.
      work ??= Promise.resolve().then(writeAll);
    },
    flushed: () => last,
    close: async () => {
      await work;
      await folder.close();
    },
  };
}
