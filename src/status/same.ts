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
  const [left, right] = [present(a), present(b)];
  return left.length === right.length && left.every(([key, value]) => same(value, b[key]));
}

function present(object: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(object).filter(([, value]) => value !== undefined);
}
