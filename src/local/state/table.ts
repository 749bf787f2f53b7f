import type { Table } from './state.ts';

/** The table with one entry set; a new one goes to the end. */
export function withEntry<T>(table: Table<T>, key: string, value: T): Table<T> {
  return new Map(table).set(key, value);
}

/** The table with one value changed; the same table when it is not there. */
export function changed<T>(table: Table<T>, id: string, change: (value: T) => T): Table<T> {
  const value = table.get(id);
  return value === undefined ? table : withEntry(table, id, change(value));
}

/** The table without one entry; the same table when it has none. */
export function withoutEntry<T>(table: Table<T>, key: string): Table<T> {
  if (!table.has(key)) return table;
  const next = new Map(table);
  next.delete(key);
  return next;
}

/** The first value that satisfies a condition, in order of creation. */
export function findValue<T>(table: Table<T>, condition: (value: T) => boolean): T | undefined {
  for (const value of table.values()) if (condition(value)) return value;
  return undefined;
}

/** How many values satisfy a condition. */
export function countValues<T>(table: Table<T>, condition: (value: T) => boolean): number {
  let count = 0;
  for (const value of table.values()) if (condition(value)) count += 1;
  return count;
}

/** The table without the values that satisfy a condition; the same table when there are none. */
export function withoutValues<T>(table: Table<T>, condition: (value: T) => boolean): Table<T> {
  const kept = [...table].filter(([, value]) => !condition(value));
  return kept.length === table.size ? table : new Map(kept);
}
