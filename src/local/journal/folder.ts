import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegionState } from '../state/state.ts';
import { entryIn, replayed } from './entry.ts';
import { readState, stateJson } from '../state/state-json.ts';

/** A folder that holds one region: `snapshot-7.json`, and in `journal-7` what has happened since. */
export interface JournalFolder {
  /** Appends text for good; gives its size. */
  write(text: string): Promise<number>;
  /** Puts a snapshot in the place of all entries so far. */
  snapshot(state: RegionState): Promise<void>;
  close(): Promise<void>;
}

/** The folder holds what this program cannot read; the sentence says what to do. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
}

/**
 * Opens a folder for writing, made if it is not there, and gives the state it holds. A last entry that was not written
 * whole belongs to a call that was never answered and is left out. Begins with a fresh snapshot of `adapt`ed state.
 */
export async function openFolder(
  path: string,
  empty: RegionState,
  adapt: (state: RegionState) => RegionState,
): Promise<{ readonly folder: JournalFolder; readonly state: RegionState }> {
  await mkdir(path, { recursive: true });
  const found = await generationIn(path);
  const state = adapt(await stateOf(path, found, empty));
  let generation = (found ?? 0) + 1;
  await writeSnapshot(path, generation, state);
  let journal = await startJournal(path, generation);
  await removeOthers(path, generation);
  const folder: JournalFolder = {
    write: async (text) => {
      const bytes = Buffer.from(text);
      await journal.appendFile(bytes);
      await journal.datasync();
      return bytes.length;
    },
    snapshot: async (next) => {
      await writeSnapshot(path, generation + 1, next);
      const fresh = await startJournal(path, generation + 1);
      await journal.close();
      journal = fresh;
      generation += 1;
      await removeOthers(path, generation);
    },
    close: async () => {
      await journal.close();
    },
  };
  return { folder, state };
}

/** The newest snapshot decides: it is there only when it is whole, and has everything that came before. */
async function generationIn(path: string): Promise<number | undefined> {
  const generations = (await readdir(path)).flatMap((name) => {
    const [, number] = /^snapshot-(\d+)\.json$/.exec(name) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  return generations.length === 0 ? undefined : Math.max(...generations);
}

async function stateOf(
  path: string,
  generation: number | undefined,
  empty: RegionState,
): Promise<RegionState> {
  if (generation === undefined) return empty;
  const file = snapshotFile(path, generation);
  const json: unknown = JSON.parse(await readFile(file, 'utf8'));
  const snapshot = readState(json);
  if (typeof snapshot === 'string') {
    throw new JournalDamaged(
      `${file} cannot be used. ${snapshot} Choose another folder, or delete this one.`,
    );
  }
  if (snapshot.region !== empty.region) {
    throw new JournalDamaged(`${path} holds the region ${snapshot.region}, not ${empty.region}.`);
  }
  return await replayFile(journalFile(path, generation), snapshot);
}

async function replayFile(file: string, snapshot: RegionState): Promise<RegionState> {
  const lines = (await readIfThere(file)).split('\n');
  let state = snapshot;
  for (const [index, line] of lines.entries()) {
    if (line === '' && index === lines.length - 1) break;
    const entry = entryIn(line);
    if (entry === undefined) {
      if (lines.slice(index + 1).some((later) => entryIn(later) !== undefined)) {
        throw new JournalDamaged(
          `${file} is damaged in line ${index + 1} and goes on after it. Restore it, or delete the folder.`,
        );
      }
      break;
    }
    state = replayed(state, entry);
  }
  return state;
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Written beside, flushed, and given its name at last, so that it is whole or not there. */
async function writeSnapshot(path: string, generation: number, state: RegionState): Promise<void> {
  const file = snapshotFile(path, generation);
  const draft = await open(`${file}.new`, 'w');
  try {
    await draft.writeFile(JSON.stringify(stateJson(state)));
    await draft.datasync();
  } finally {
    await draft.close();
  }
  await rename(`${file}.new`, file);
  await flushNames(path);
}

async function startJournal(path: string, generation: number): Promise<FileHandle> {
  const journal = await open(journalFile(path, generation), 'w');
  await flushNames(path);
  return journal;
}

async function removeOthers(path: string, generation: number): Promise<void> {
  for (const name of await readdir(path)) {
    const [, number] = /^(?:snapshot|journal)-(\d+)(?:\.json(?:\.new)?)?$/.exec(name) ?? [];
    if (number !== undefined && Number(number) !== generation) await rm(join(path, name), { force: true });
  }
}

/** A new name is safe once its folder is. */
async function flushNames(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function snapshotFile(path: string, generation: number): string {
  return join(path, `snapshot-${generation}.json`);
}

function journalFile(path: string, generation: number): string {
  return join(path, `journal-${generation}`);
}
