import { BlockList, isIP } from 'node:net';

/**
 * The proxy that the environment asks for on the way to `address`, by the rules that kubectl and other programs in Go
 * follow: HTTPS_PROXY or HTTP_PROXY by the address's scheme, in either case of letters; none to this machine itself, nor
 * to what NO_PROXY lists (`*`, hosts with all below them, addresses, CIDRs, each with or without a port).
 */
export function proxyFrom(
  env: Readonly<Record<string, string | undefined>>,
  address: string,
): { readonly proxy?: string } {
  if (!URL.canParse(address)) return {};
  const { protocol, hostname, port } = new URL(address);
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = env[name] || env[name.toLowerCase()];
  if (proxy === undefined || proxy === '') return {};
  const target = {
    host: hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, ''),
    port: port === '' ? (protocol === 'https:' ? '443' : '80') : port,
  };
  if (isThisMachine(target.host)) return {};
  const exceptions = (env['NO_PROXY'] || env['no_proxy'] || '').split(',').map((entry) => entry.trim());
  if (exceptions.some((entry) => entry !== '' && excepts(entry.toLowerCase(), target))) return {};
  return { proxy: proxy.includes('://') ? proxy : `http://${proxy}` };
}

interface Target {
  readonly host: string;
  readonly port: string;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function excepts(entry: string, { host, port }: Target): boolean {
  if (entry === '*') return true;
  const [, range = '', bits] = /^(.+)\/(\d+)$/.exec(entry) ?? [];
  if (bits !== undefined) return isWithin(host, range, Number(bits));
  const [, name = entry, onlyPort = port] = /^(?:\[(?=.*\]))?([^\]]+?)\]?:(\d+)$/.exec(entry) ?? [];
  if (isIP(entry) !== 0) return entry === host;
  if (onlyPort !== port) return false;
  const below = name.replace(/^\*?\./, '.');
  return below.startsWith('.') ? host.endsWith(below) : host === below || host.endsWith(`.${below}`);
}

function isWithin(host: string, range: string, bits: number): boolean {
  const family = isIP(range) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(range) === 0 || isIP(host) !== isIP(range) || bits > (family === 'ipv6' ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(range, bits, family);
  return list.check(host, family);
}
