import { ipv4Bytes } from '../../state/ip-address.ts';

/**
 * Lattice's address of IPv6 beside one of IPv4, which stands in its last four bytes, as at AWS: fd00:ec2:80::a9fe:ab41
 * beside 169.254.171.65.
 */
export function besideIpv4(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4Bytes(address) ?? [];
  return `fd00:ec2:80::${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
