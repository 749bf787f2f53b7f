import { isRecord } from '../../kinds/record.ts';

/**
 * What becomes another between two values, as `path: before → after`. Items of lists go by their names and conditions by
 * their types, and when a condition became so does not count.
 */
export function memberChanges(before: unknown, after: unknown): readonly string[] {
  const [was, is] = [membersOf(before), membersOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((path) => {
    const [old = nothing, now = nothing] = [was.get(path), is.get(path)];
    return old === now ? [] : [`${path === '' ? '' : `${path}: `}${old} → ${now}`];
  });
}

const nothing = 'nothing';

/** Every value in it that has no members, by its path. */
function membersOf(value: unknown, path = ''): ReadonlyMap<string, string> {
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (Array.isArray(value)) {
    return merged(
      value.map((item: unknown, i) => {
        if (!isRecord(item)) return new Map([[below(JSON.stringify(item)), 'there']]);
        const { name, type, status, reason, message } = item;
        if (typeof type !== 'string' || typeof status !== 'string') {
          return membersOf(item, below(typeof name === 'string' ? name : String(i)));
        }
        return new Map([[below(type), `${status} ${String(reason)} "${String(message)}"`]]);
      }),
    );
  }
  if (isRecord(value)) {
    return merged(Object.entries(value).map(([name, inner]) => membersOf(inner, below(name))));
  }
  return value === undefined || value === null ? new Map() : new Map([[path, JSON.stringify(value)]]);
}

function merged(maps: readonly ReadonlyMap<string, string>[]): ReadonlyMap<string, string> {
  return new Map(maps.flatMap((map) => [...map]));
}
