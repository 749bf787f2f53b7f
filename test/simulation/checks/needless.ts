import type { Effect, World } from '../world.ts';

/**
 * A change of what is as it should be already: whoever makes one believes something older than what it knew. Only of what
 * is read by itself; listings may be late, and what follows from them with them.
 */
export function checkNeedless(world: World, { cluster, operation, before, after }: Effect): void {
  if (!/^(?:Batch)?Update/.test(operation)) return;
  const tables = ['services', 'targetGroups', 'serviceNetworks', 'accessLogSubscriptions'] as const;
  if (tables.every((table) => isSame(before[table], after[table])))
    world.trace.problem(`needless: ${cluster.name} changed by ${operation} what was like that before`);
}

/** But for when it was written. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, value]) => isSame(value, b.get(key)));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [membersOf(a), membersOf(b)];
  return left.size === right.size && [...left].every(([name, value]) => isSame(value, right.get(name)));
}

function membersOf(value: object): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(value).filter(([name]) => name !== 'lastUpdatedAt'));
}
