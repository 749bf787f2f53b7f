/** The addresses of pods: each is held by one pod at a time, and given again as late as possible. */
export class Addresses {
  /** The range's own first address, which no pod has. */
  readonly network: string;
  readonly #first: number;
  readonly #count: number;
  readonly #held = new Set<number>();
  #next = 0;

  /** `cidr` is an IPv4 range, as `127.64.0.0/16`; its first and last address are left out. */
  constructor(cidr: string) {
    const { base, bits } = parseCidr(cidr);
    this.network = format(base);
    this.#first = base + 1;
    this.#count = 2 ** (32 - bits) - 2;
  }

  /** A free address, or nothing when all are held. */
  take(): string | undefined {
    for (let tried = 0; tried < this.#count; tried += 1) {
      const offset = this.#next;
      this.#next = (this.#next + 1) % this.#count;
      if (this.#held.has(offset)) continue;
      this.#held.add(offset);
      return format(this.#first + offset);
    }
    return undefined;
  }

  /** Holds this very address, if it is in the range and free: a pod from before a restart keeps its own. */
  retake(address: string): boolean {
    const offset = (parseAddress(address) ?? -1) - this.#first;
    if (offset < 0 || offset >= this.#count || this.#held.has(offset)) return false;
    this.#held.add(offset);
    return true;
  }

  release(address: string): void {
    this.#held.delete((parseAddress(address) ?? -1) - this.#first);
  }
}

/**
 * The address of IPv6 that goes with one of IPv4: of a range such as `fd00:10:64::/64`, with the other in its last four
 * bytes. So whoever gives the one need not keep account of the other.
 */
export function besideIn(cidr: string): (address: string) => string {
  const [, prefix, length] = /^([0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,4})::\/(\d{1,3})$/i.exec(cidr) ?? [];
  if (prefix === undefined || Number(length) < 8 || Number(length) > 96) {
    throw new BadCidr(`"${cidr}" is not an IPv6 range for pods; write for example fd00:10:64::/64.`);
  }
  return (address) => {
    const bytes = parseAddress(address) ?? 0;
    const [high, low] = [Math.floor(bytes / 65536), bytes % 65536];
    return `${prefix}::${high.toString(16)}:${low.toString(16)}`;
  };
}

/** The range cannot be used: a user's mistake, in one sentence. */
export class BadCidr extends Error {
  override readonly name = 'BadCidr';
}

function parseCidr(cidr: string): { readonly base: number; readonly bits: number } {
  const [address = '', length = ''] = cidr.split('/');
  const base = parseAddress(address);
  const bits = /^\d{1,2}$/.test(length) ? Number(length) : 0;
  if (base === undefined || bits < 8 || bits > 30) {
    throw new BadCidr(`"${cidr}" is not an IPv4 range for pods; write for example 127.64.0.0/16.`);
  }
  return { base: base - (base % 2 ** (32 - bits)), bits };
}

function parseAddress(text: string): number | undefined {
  const parts = text.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((total, part) => total * 256 + part, 0);
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
