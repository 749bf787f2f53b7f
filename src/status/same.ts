import { isRecord } from '../kinds/record.ts';

/** Whether two values of the wire say the same: the order of members does not matter, that of items does. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
    );
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  for (const name in a) if (!same(a[name], b[name])) return false;
  for (const name in b) if (a[name] === undefined && b[name] !== undefined) return false;
  return true;
}
