import type { TLSProperties } from '../../../../envoy/proto/envoy/data/accesslog/v3/accesslog.gen.ts';

/** `TLSv1.2`, as the log has it. */
export function tlsVersionOf({ tlsVersion }: TLSProperties): string | undefined {
  return versions[tlsVersion];
}

/** The name that OpenSSL has for what client and listener agreed on; that of an unknown one is its number. */
export function cipherOf({ tlsCipherSuite }: TLSProperties): string | undefined {
  if (tlsCipherSuite === undefined || tlsCipherSuite === 0) return undefined;
  return ciphers[tlsCipherSuite] ?? `0x${tlsCipherSuite.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** By Envoy's number. */
const versions: Readonly<Record<number, string>> = {
  1: 'TLSv1',
  2: 'TLSv1.1',
  3: 'TLSv1.2',
  4: 'TLSv1.3',
};

/** Those that listeners take, by IANA's number. */
const ciphers: Readonly<Record<number, string>> = {
  0x002f: 'AES128-SHA',
  0x0035: 'AES256-SHA',
  0x009c: 'AES128-GCM-SHA256',
  0x009d: 'AES256-GCM-SHA384',
  0xc013: 'ECDHE-RSA-AES128-SHA',
  0xc014: 'ECDHE-RSA-AES256-SHA',
  0xc02f: 'ECDHE-RSA-AES128-GCM-SHA256',
  0xc030: 'ECDHE-RSA-AES256-GCM-SHA384',
  0x1301: 'TLS_AES_128_GCM_SHA256',
  0x1302: 'TLS_AES_256_GCM_SHA384',
  0x1303: 'TLS_CHACHA20_POLY1305_SHA256',
};
