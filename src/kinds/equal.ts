/**
 * Whether two values of plain data say the same: the order of members does not matter, that of items does, and a member that
 * is undefined is absent. Anything else, such as a map, is only ever itself.
 */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, at) => isEqual(item, other[at]));
  }
  if (!isPlain(one) || !isPlain(other)) return false;
  // No lists of names: this is asked of all that a pass makes.
  for (const name in one) {
    const counterpart: unknown = Object.hasOwn(other, name) ? Reflect.get(other, name) : undefined;
    if (!isEqual(Reflect.get(one, name), counterpart)) return false;
  }
  for (const name in other) {
    if (!Object.hasOwn(one, name) && Reflect.get(other, name) !== undefined) return false;
  }
  return true;
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
