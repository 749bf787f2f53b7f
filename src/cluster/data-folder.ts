import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BadDataFolder } from './bad-data-folder.ts';
import { isJson } from './http/json-text.ts';
import { isObject } from './schema/json.ts';
import type { JsonObject } from './schema/json.ts';
import type { Journal } from './storage/journal.ts';
import { pathOf } from './storage/state.ts';

/** A folder in which a cluster keeps what it knows, for one process at a time. */
export interface DataFolder {
  readonly journal: Journal;
  /** A secret text of the cluster, made when it is asked for the first time. */
  secret(name: string, make: () => string): string;
  close(): void;
}

/** Written into the database; another number is another form. */
const form = 1;

const tables = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA locking_mode = EXCLUSIVE;
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS objects (path TEXT PRIMARY KEY, object TEXT NOT NULL) WITHOUT ROWID;
`;

/** Opens it, and makes it when it is not there. What was written is there after a crash of the process. */
export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  const database = open(path);
  const readFact = database.prepare('SELECT value FROM facts WHERE name = ?');
  const writeFact = database.prepare(
    'INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const put = database.prepare(
    'INSERT INTO objects VALUES (?, ?) ON CONFLICT DO UPDATE SET object = excluded.object',
  );
  const drop = database.prepare('DELETE FROM objects WHERE path = ?');
  const all = database.prepare('SELECT path, object FROM objects ORDER BY path');
  const fact = (name: string): string | undefined => {
    const value = readFact.get(name)?.['value'];
    return typeof value === 'string' ? value : undefined;
  };
  const known = fact('form');
  if (known !== undefined && known !== String(form)) {
    database.close();
    throw new BadDataFolder(
      `${path} was written by another version of Trellis (form ${known}, not ${form}); use another folder.`,
    );
  }
  writeFact.run('form', String(form));
  return {
    journal: {
      kept: () => ({ revision: Number(fact('revision') ?? '0'), objects: rowsOf(all.iterate(), path) }),
      keep: (changes, revision) => {
        database.exec('BEGIN');
        try {
          for (const { type, key, object } of changes) {
            if (type === 'DELETED') drop.run(pathOf(key));
            else put.run(pathOf(key), JSON.stringify(object));
          }
          writeFact.run('revision', String(revision));
          database.exec('COMMIT');
        } catch (error) {
          database.exec('ROLLBACK');
          throw error;
        }
      },
    },
    secret: (name, make) => {
      const there = fact(`secret ${name}`);
      if (there !== undefined) return there;
      const made = make();
      writeFact.run(`secret ${name}`, made);
      return made;
    },
    close: () => database.close(),
  };
}

function open(path: string): DatabaseSync {
  const file = join(path, 'cluster.sqlite');
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(file, { timeout: 0 });
    chmodSync(file, 0o600);
    database.exec(tables);
    return database;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (/locked|busy/u.test(why))
      throw new BadDataFolder(`${path} is in use by another cluster; stop it, or use another folder.`);
    throw new BadDataFolder(`${path} cannot be used for the data of a cluster: ${why}.`);
  }
}

function* rowsOf(
  rows: Iterable<Readonly<Record<string, unknown>>>,
  folder: string,
): Generator<readonly [string, JsonObject]> {
  for (const { path, object } of rows) {
    const parsed: unknown = typeof object === 'string' ? JSON.parse(object) : undefined;
    if (typeof path !== 'string' || !isJson(parsed) || !isObject(parsed)) {
      throw new BadDataFolder(`${folder} holds something that is no object; it cannot be read.`);
    }
    yield [path, parsed];
  }
}
