/** An address as bits: 32 or 128 of them. */
interface Bits {
  readonly size: 32 | 128;
  readonly value: bigint;
}

/** Whether an address is in a range, `10.0.0.0/16` or `2001:db8::/56`. What is malformed is in none. */
export function isIn(address: string, range: string): boolean {
  return covers(range, `${address}/${address.includes(':') ? 128 : 32}`);
}

/** Whether all of a range is in another. */
export function covers(outer: string, inner: string): boolean {
  const [large, small] = [rangeOf(outer), rangeOf(inner)];
  if (large === undefined || small === undefined || large.size !== small.size) return false;
  const rest = BigInt(large.size - large.length);
  return large.length <= small.length && large.value >> rest === small.value >> rest;
}

/** Whether two ranges have an address in common. */
export function overlap(one: string, other: string): boolean {
  return covers(one, other) || covers(other, one);
}

function rangeOf(text: string): (Bits & { readonly length: number }) | undefined {
  const [address = '', length = ''] = text.split('/');
  const bits = bitsOf(address);
  if (bits === undefined || !/^\d{1,3}$/.test(length) || Number(length) > bits.size) return undefined;
  return { ...bits, length: Number(length) };
}

function bitsOf(address: string): Bits | undefined {
  return address.includes(':') ? bitsOf6(address) : bitsOf4(address);
}

function bitsOf4(address: string): Bits | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return { size: 32, value: parts.reduce((value, part) => value * 256n + BigInt(part), 0n) };
}

function bitsOf6(address: string): Bits | undefined {
  const [head = '', tail, more] = address.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const missing = 8 - before.length - after.length;
  if (more !== undefined || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return { size: 128, value: groups.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n) };
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}
