/** A block of IP addresses. IPv4 and IPv6 never contain each other. */
export interface Block {
  readonly bits: 32 | 128;
  readonly value: bigint;
  readonly prefix: number;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. Bits behind the prefix are ignored, as IAM does. */
export function parseBlock(text: string): Block | undefined {
  const [address = '', prefix, ...more] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed === undefined || more.length > 0) return undefined;
  if (prefix === undefined) return parsed;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= parsed.bits
    ? { ...parsed, prefix: Number(prefix) }
    : undefined;
}

/** Whether an address, as a block of one, is in a block. */
export function contains(block: Block, address: Block): boolean {
  if (block.bits !== address.bits) return false;
  const rest = BigInt(block.bits - block.prefix);
  return block.value >> rest === address.value >> rest;
}

export function parseAddress(text: string): Block | undefined {
  if (!text.includes(':')) {
    const value = ipv4(text);
    return value === undefined ? undefined : { bits: 32, value, prefix: 32 };
  }
  const value = ipv6(text);
  return value === undefined ? undefined : { bits: 128, value, prefix: 128 };
}

function ipv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255))
    return undefined;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function ipv6(text: string): bigint | undefined {
  const [head = '', tail, ...more] = text.split('::');
  const start = groupsOf(head);
  const end = groupsOf(tail ?? '');
  if (start === undefined || end === undefined || more.length > 0) return undefined;
  const missing = 8 - start.length - end.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...start, ...Array.from({ length: missing }, () => 0n), ...end];
  return groups.reduce((value, group) => value * 0x10000n + group, 0n);
}

/** Groups of four hexadecimal digits; the last may be an IPv4 address and counts as two. */
function groupsOf(text: string): readonly bigint[] | undefined {
  const groups: bigint[] = [];
  const parts = text === '' ? [] : text.split(':');
  for (const [index, part] of parts.entries()) {
    const embedded = index === parts.length - 1 && part.includes('.') ? ipv4(part) : undefined;
    if (embedded !== undefined) groups.push(embedded >> 16n, embedded & 0xffffn);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}
