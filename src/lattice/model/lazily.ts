import type { Lookup } from './known.ts';

/** Few ask for it, and it takes a while to make. */
export function lazily<Value>(make: () => ReadonlyMap<string, Value>): Lookup<Value> {
  let made: ReadonlyMap<string, Value> | undefined;
  const all = (): ReadonlyMap<string, Value> => (made ??= make());
  return { get: (key) => all().get(key), has: (key) => all().has(key) };
}
