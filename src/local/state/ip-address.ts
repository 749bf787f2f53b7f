/** The four bytes of an IPv4 address in dotted decimal; `undefined` for any other text. */
export function ipv4Bytes(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  const bytes = parts.map((part) => (/^(?:0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256));
  return bytes.length === 4 && bytes.every((byte) => byte < 256) ? bytes : undefined;
}

/** Whether a text is an IPv6 address, without zone and without an embedded IPv4 address. */
export function isIpv6(text: string): boolean {
  return ipv6Groups(text) !== undefined;
}

/** The eight groups of such an address, as numbers; `undefined` for any other text. */
export function ipv6Groups(text: string): readonly number[] | undefined {
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [front = [], back = [], ...more] = halves;
  const missing = 8 - front.length - back.length;
  if (more.length > 0 || missing < 0 || missing > 0 !== (halves.length === 2)) return undefined;
  const groups = [...front, ...Array.from({ length: missing }, () => '0'), ...back];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : undefined;
}

/** Whether an address is in a range of its family, such as `10.0.0.0/16`. */
export function isInRange(address: string, range: string): boolean {
  const [start = '', length = ''] = range.split('/');
  const [one, other] = [addressBits(address), addressBits(start)];
  if (one === undefined || other === undefined || one.length !== other.length) return false;
  return one.slice(0, Number(length)) === other.slice(0, Number(length));
}

/** The bits of an address of either family, as digits, each 0 or 1; `undefined` for any other text. */
export function addressBits(address: string): string | undefined {
  const bytes = ipv4Bytes(address);
  return bytes === undefined ? digitsOf(ipv6Groups(address), 16) : digitsOf(bytes, 8);
}

function digitsOf(numbers: readonly number[] | undefined, length: number): string | undefined {
  return numbers?.map((number) => number.toString(2).padStart(length, '0')).join('');
}
