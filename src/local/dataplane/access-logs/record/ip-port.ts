import type { Address } from '../../../../envoy/proto/envoy/config/core/v3/address.gen.ts';

/** An address as logs tell it; `-` without one. */
export function ipPort(address: Address | undefined): string {
  if (address?.address.case !== 'socketAddress') return '-';
  const { address: ip, portSpecifier } = address.address.value;
  const port = portSpecifier.case === 'portValue' ? portSpecifier.value : 0;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
