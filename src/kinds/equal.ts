/**
 * Whether two values of plain data are the same, member by member and item by item. Anything else, such as a map, is only
 * ever itself.
 */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, at) => isEqual(item, other[at]));
  }
  if (!isPlain(one) || !isPlain(other)) return false;
  // No lists of names: this is asked of all that a pass makes.
  let members = 0;
  for (const name in one) {
    if (!Object.hasOwn(other, name) || !isEqual(Reflect.get(one, name), Reflect.get(other, name)))
      return false;
    members += 1;
  }
  for (const name in other) if (Object.hasOwn(other, name)) members -= 1;
  return members === 0;
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
