import { PersistentTable } from './persistent-table.ts';
import type { Lookup } from './persistent-table.ts';
import type { Table } from './state.ts';

/** So few entries are copied faster than they are shared. */
const few = 16;

/** The table with one entry set; a new one goes to the end. */
export function withEntry<T>(table: Table<T>, key: string, value: T): Table<T> {
  if (table instanceof PersistentTable) return table.with(key, value);
  return table.size < few ? new Map(table).set(key, value) : PersistentTable.of(table).with(key, value);
}

/** The table with one value changed; the same table when it is not there. */
export function changed<T>(table: Table<T>, id: string, change: (value: T) => T): Table<T> {
  const value = table.get(id);
  return value === undefined ? table : withEntry(table, id, change(value));
}

/** The table without one entry; the same table when it has none. */
export function withoutEntry<T>(table: Table<T>, key: string): Table<T> {
  if (!table.has(key)) return table;
  if (table instanceof PersistentTable) return table.without(key);
  const next = new Map(table);
  next.delete(key);
  return next;
}

/** The first value that satisfies a condition, in order of creation. */
export function findValue<T>(table: Table<T>, condition: (value: T) => boolean): T | undefined {
  if (table instanceof PersistentTable) return table.find(condition);
  for (const value of table.values()) if (condition(value)) return value;
  return undefined;
}

/** The values that a lookup finds by a text. */
export function lookUp<T>(table: Table<T>, lookup: Lookup<T>, text: string): readonly T[] {
  if (table instanceof PersistentTable) return table.lookUp(lookup, text);
  return [...table.values()].filter((value) => lookup.of(value) === text);
}

/** How many values satisfy a condition. */
export function countValues<T>(table: Table<T>, condition: (value: T) => boolean): number {
  let count = 0;
  findValue(table, (value) => {
    if (condition(value)) count += 1;
    return false;
  });
  return count;
}

/** The table without the values that satisfy a condition; the same table when there are none. */
export function withoutValues<T>(table: Table<T>, condition: (value: T) => boolean): Table<T> {
  if (findValue(table, condition) === undefined) return table;
  return new Map([...table].filter(([, value]) => !condition(value)));
}

/** Whether something is a table, of whichever make. */
export function isTable(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return value instanceof Map || value instanceof PersistentTable;
}
