import type { KubeObject } from '../kinds/object.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The status with a `lastTransitionTime` on every condition: the one it had while its `status` word stays the same,
 * else `now`. Conditions are found wherever a member is called `conditions`; those of list entries belong to the entry
 * that is alike in everything but its conditions.
 */
export function stamped(status: Fields, before: KubeObject, now: number): Fields {
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const old = 'status' in before && isFields(before.status) ? before.status : {};
  return stampMembers(status, old, time);
}

function stampMembers(after: Fields, before: Fields, time: string): Fields {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => {
      if (!Array.isArray(value)) return [name, value];
      const earlier = fieldsIn(before[name]);
      return [
        name,
        value.map((item: unknown) => (isFields(item) ? stampItem(name, item, earlier, time) : item)),
      ];
    }),
  );
}

function stampItem(list: string, item: Fields, earlier: readonly Fields[], time: string): Fields {
  if (list === 'conditions') {
    const same = earlier.find(({ type, status }) => type === item['type'] && status === item['status']);
    return { ...item, lastTransitionTime: same?.['lastTransitionTime'] ?? time };
  }
  return stampMembers(item, earlier.find((other) => identityOf(other) === identityOf(item)) ?? {}, time);
}

/** What tells the entries of a list apart: a listener's name; a route parent's controller and reference. */
function identityOf({ name, controllerName, parentRef, ancestorRef }: Fields): string {
  return JSON.stringify([name, controllerName, sorted(parentRef), sorted(ancestorRef)]);
}

function sorted(value: unknown): unknown {
  return isFields(value) ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)) : value;
}

function fieldsIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
